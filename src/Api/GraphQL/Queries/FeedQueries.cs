using EventSourcedTrading.Api.GraphQL.Types;
using EventSourcedTrading.Projections.Reading;
using HotChocolate.Authorization;
using HotChocolate.Types;
using HotChocolate.Types.Pagination;

namespace EventSourcedTrading.Api.GraphQL.Queries;

/// <summary>What happened, of all portfolios: orders, fills, decisions, violations, breaks.</summary>
[QueryType]
[Authorize("readState")]
public static class FeedQueries
{
    /// <summary>Orders, newest first.</summary>
    public static Task<Connection<OrderView>> GetOrdersAsync(ReadModels models, PagingArguments paging, OrderFilter? where, FeedSort? order, CancellationToken ct) =>
        Feeds.ConnectAsync<OrderView>(models, paging, order, "firstSeq", Of(where), ct);

    /// <summary>An order by its id, such as main-42; null if there is none.</summary>
    public static Task<OrderView?> GetOrderAsync(string id, ReadModels models, CancellationToken ct) => models.OrderAsync(id, ct);

    /// <summary>Executions of orders, newest first.</summary>
    public static Task<Connection<FillView>> GetFillsAsync(ReadModels models, PagingArguments paging, FillFilter? where, FeedSort? order, CancellationToken ct) =>
        Feeds.ConnectAsync<FillView>(models, paging, order, "seq", Of(where), ct);

    /// <summary>What the meta-agent decided, with every vote; newest first.</summary>
    public static Task<Connection<DecisionView>> GetDecisionsAsync(ReadModels models, PagingArguments paging, DecisionFilter? where, FeedSort? order, CancellationToken ct) =>
        Feeds.ConnectAsync<DecisionView>(models, paging, order, "seq", Of(where), ct);

    /// <summary>A decision by its id; null if there is none.</summary>
    public static Task<DecisionView?> GetDecisionAsync(string id, ReadModels models, CancellationToken ct) => models.DecisionAsync(id, ct);

    /// <summary>Limits that were hit or nearly so, newest first.</summary>
    public static Task<Connection<ViolationView>> GetViolationsAsync(ReadModels models, PagingArguments paging, ViolationFilter? where, FeedSort? order, CancellationToken ct) =>
        Feeds.ConnectAsync<ViolationView>(models, paging, order, "seq", Of(where), ct);

    internal static IEnumerable<FieldFilter> Of(OrderFilter? w) => w is null ? [] :
        [.. Conditions.Of("portfolio", w.Portfolio), .. Conditions.Of("instrument", w.Instrument), .. Conditions.Of("state", w.State), .. Conditions.Of("decisionId", w.DecisionId), .. Conditions.Of("asOf", w.AsOf), .. Conditions.Of("firstSeq", w.FirstPosition)];

    internal static IEnumerable<FieldFilter> Of(FillFilter? w) => w is null ? [] :
        [.. Conditions.Of("portfolio", w.Portfolio), .. Conditions.Of("instrument", w.Instrument), .. Conditions.Of("orderId", w.OrderId), .. Conditions.Of("agent", w.Agent), .. Conditions.Of("asOf", w.AsOf), .. Conditions.Of("seq", w.Position)];

    internal static IEnumerable<FieldFilter> Of(DecisionFilter? w) => w is null ? [] :
        [.. Conditions.Of("portfolio", w.Portfolio), .. Conditions.Of("instrument", w.Instrument), .. Conditions.Of("action", w.Action), .. Conditions.Of("orderId", w.OrderId), .. Conditions.Of("agent", w.Agent), .. Conditions.Of("asOf", w.AsOf), .. Conditions.Of("seq", w.Position)];

    internal static IEnumerable<FieldFilter> Of(ViolationFilter? w) => w is null ? [] :
        [.. Conditions.Of("portfolio", w.Portfolio), .. Conditions.Of("instrument", w.Instrument), .. Conditions.Of("rule", w.Rule), .. Conditions.Of("kind", w.Kind), .. Conditions.Of("asOf", w.AsOf), .. Conditions.Of("seq", w.Position)];
}
