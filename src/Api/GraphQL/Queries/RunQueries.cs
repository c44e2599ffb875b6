using EventSourcedTrading.Api.GraphQL.Types;
using EventSourcedTrading.Projections.Backtests;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Projections.Reconciling;
using HotChocolate.Authorization;
using HotChocolate.Types;
using HotChocolate.Types.Pagination;

namespace EventSourcedTrading.Api.GraphQL.Queries;

/// <summary>Backtests, and comparisons with brokers.</summary>
[QueryType]
[Authorize("readState")]
public static class RunQueries
{
    /// <summary>Backtests, newest first.</summary>
    public static Task<Connection<BacktestView>> GetBacktestsAsync(ReadModels models, PagingArguments paging, string? portfolio, BacktestState? state, string? dataHash, CancellationToken ct) =>
        Feeds.ConnectAsync<BacktestView>(models, paging, null, "firstSeq", [.. Equal("portfolio", portfolio), .. Equal("state", state), .. Equal("dataHash", dataHash)], ct);

    /// <summary>A backtest by its id; null if there is none.</summary>
    public static async Task<BacktestView?> GetBacktestAsync(string id, ReadModels models, CancellationToken ct) =>
        (await models.SliceAsync<BacktestView>(new SliceRequest([.. Equal("backtestId", id)], "firstSeq", true, null, null, 1), ct)).Items.FirstOrDefault();

    /// <summary>Comparisons of our book with the brokers', newest first.</summary>
    public static Task<Connection<ReconciliationView>> GetReconciliationsAsync(ReadModels models, PagingArguments paging, string? portfolio, string? broker, CancellationToken ct) =>
        Feeds.ConnectAsync<ReconciliationView>(models, paging, null, "seq", [.. Equal("portfolio", portfolio), .. Equal("broker", broker)], ct);

    /// <summary>Differences between our book and the brokers', newest first.</summary>
    public static Task<Connection<BreakView>> GetBreaksAsync(ReadModels models, PagingArguments paging, BreakFilter? where, BreakState? state, CancellationToken ct) =>
        Feeds.ConnectAsync<BreakView>(models, paging, null, "seq",
            [.. Equal("state", state), .. Conditions.Of("portfolio", where?.Portfolio), .. Conditions.Of("broker", where?.Broker), .. Conditions.Of("kind", where?.Kind), .. Conditions.Of("seq", where?.Position)], ct);

    private static IEnumerable<FieldFilter> Equal(string field, object? value) => value is null ? [] : Feeds.Only(field, value);
}
