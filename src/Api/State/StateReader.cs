using System.Text.Json;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Book;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Projections.Strategies;
using Npgsql;

namespace EventSourcedTrading.Api.State;

/// <param name="Limits">As <c>setRiskLimits</c> takes them.</param>
/// <param name="Policy">As <c>setVotingPolicy</c> takes it.</param>
/// <param name="Position">How far the read models have come in the log; what was answered before that is in here.</param>
public sealed record PortfolioStatus(
    string Portfolio, string BaseCurrency, TradingState State, string? StateReason, decimal? Equity, JsonElement? Limits, JsonElement? Policy,
    IReadOnlyList<EngagedSwitch> KillSwitches, IReadOnlyList<StrategyStatus> Strategies, IReadOnlyList<HeldPosition> Positions,
    IReadOnlyList<OpenOrder> OpenOrders, VenueStatus Venue, long Position);

/// <summary>Where a portfolio's orders go.</summary>
/// <param name="ClosedFor">Why no order may go to the broker; null while it may.</param>
/// <param name="Takes">What the account at the broker can do; null on a simulated venue, which takes all, and before the broker has said.</param>
public sealed record VenueStatus(string Name, string? ClosedFor, JsonElement? Takes);

/// <param name="Target">The agent or instrument; null for the whole portfolio, or the firm.</param>
public sealed record EngagedSwitch(KillSwitchScope Scope, string? Target, KillSwitchMode Mode, string Actor, string Reason);

public sealed record StrategyStatus(string Agent, StrategyState State, string? Reason, string? Actor);

/// <param name="Quantity">Signed.</param>
/// <param name="MarketValue">In the instrument's currency; null while no price is known.</param>
public sealed record HeldPosition(string Instrument, decimal Quantity, string Currency, decimal? MarketValue);

public sealed record OpenOrder(
    string OrderId, string DecisionId, string Instrument, Side Side, decimal Quantity, decimal Filled, OrderType OrderType, decimal? LimitPrice, OrderState State);

public sealed record PortfolioSummary(string Portfolio, string BaseCurrency, TradingState State, string? StateReason);

/// <param name="Leased">What the portfolios hold of the limit.</param>
public sealed record FirmStatus(decimal? MaxGross, string Currency, decimal Leased, EngagedSwitch? KillSwitch);

/// <summary>A line of the command history.</summary>
/// <param name="Outcome">done or refused; null while no engine has answered.</param>
public sealed record CommandEntry(
    Timestamp At, string CommandId, string Portfolio, string Operation, string Actor, string? Approver, string Role, string Credential, string Address,
    string Reason, JsonElement Command, string? Outcome, string? Code, string? Answer);

/// <param name="Next">Ask with this as <c>before</c> for the next page; null if this was the last.</param>
public sealed record History<T>(IReadOnlyList<T> Items, long? Next);

/// <summary>How things stand, as the read models and the log tell it.</summary>
/// <param name="reader">Connects as est_reader.</param>
public sealed class StateReader(NpgsqlDataSource reader, Stories stories, FirmExecution firm, PersonDirectory persons)
{
    /// <summary>The most entries that a page of history may have.</summary>
    public const int MaxPage = 200;

    private readonly ReadModels models = new(reader);
    private readonly EventReader log = new(reader);

    public async Task<IReadOnlyList<PortfolioSummary>> PortfoliosAsync(CancellationToken ct) =>
        [.. (await models.PortfoliosAsync(ct)).Select(p => new PortfolioSummary(p.Portfolio, p.BaseCurrency, p.State, p.StateReason))];

    /// <exception cref="RefusedException">No such portfolio, or not in the read models yet.</exception>
    public async Task<PortfolioStatus> PortfolioAsync(string portfolio, CancellationToken ct)
    {
        var position = await PositionAsync(ct);
        var p = (await models.PortfoliosAsync(ct)).FirstOrDefault(p => p.Portfolio == portfolio)
            ?? throw new RefusedException("UNKNOWN_PORTFOLIO", $"portfolio '{portfolio}' is not known; it may have been opened a moment ago", "portfolio");
        return new PortfolioStatus(
            p.Portfolio, p.BaseCurrency, p.State, p.StateReason, (await models.EquityAsync(portfolio, ct)).FirstOrDefault()?.Equity, Json(p.Limits), Json(p.Policy),
            [.. (await models.KillSwitchesAsync(portfolio, ct)).Where(k => k.Engaged).Select(k => new EngagedSwitch(k.Scope, k.Target, k.Mode, k.Actor, k.Reason))],
            [.. (await models.StrategiesAsync(portfolio, ct)).Select(s => new StrategyStatus(s.Agent, s.State, s.Reason, s.Actor))],
            [.. (await models.PositionsAsync(portfolio, ct)).Where(h => h.Quantity != 0m).Select(h => new HeldPosition(h.Instrument, h.Quantity, h.Currency, h.MarketValue))],
            [.. (await models.OpenOrdersAsync(portfolio, ct)).Select(o => new OpenOrder(o.OrderId, o.DecisionId, o.Instrument, o.Side, o.Quantity, o.Filled, o.OrderType, o.LimitPrice, o.State))],
            new VenueStatus(p.Venue, p.VenueClosedFor, Json(p.VenueTakes)), position);
    }

    public async Task<FirmStatus> FirmAsync(CancellationToken ct)
    {
        var state = await firm.StateAsync(ct);
        return new FirmStatus(state.MaxGross, state.Currency, state.Leased, state.KillSwitch is { } k ? new EngagedSwitch(k.Scope, k.Target, k.Mode, k.Actor, k.Reason) : null);
    }

    /// <summary>Commands of a portfolio, newest first.</summary>
    /// <param name="before">The <see cref="History{T}.Next"/> of the page before.</param>
    /// <param name="limit">1 to <see cref="MaxPage"/>.</param>
    public async Task<History<CommandEntry>> CommandsAsync(string portfolio, long? before, int limit, CancellationToken ct)
    {
        var (events, next) = await BackwardsAsync<CommandAuthorised>($"control-{portfolio}", before, limit, ct);
        var answers = await stories.AnswersAsync(portfolio, [.. events.Select(e => e.CommandId)], ct);
        var items = new List<CommandEntry>();
        foreach (var e in events)
        {
            var (answer, address) = (answers.GetValueOrDefault(e.CommandId), await persons.OpenAddressAsync(e.Actor, e.Address, ct));
            items.Add(new CommandEntry(
                e.At, e.CommandId, e.Portfolio, e.Operation, e.Actor, e.Approver, e.Role, e.Credential, address, e.Reason, e.Command, answer?.Outcome, answer?.Code, answer?.Reason));
        }

        return new History<CommandEntry>(items, next);
    }

    /// <summary>Calls that came to nothing at the door, newest first.</summary>
    public async Task<History<CommandTurnedAway>> TurnedAwayAsync(long? before, int limit, CancellationToken ct)
    {
        var (events, next) = await BackwardsAsync<CommandTurnedAway>(TurningAway.Stream, before, limit, ct);
        var items = new List<CommandTurnedAway>();
        foreach (var e in events) items.Add(e with { Address = await persons.OpenAddressAsync(e.Actor, e.Address, ct) });
        return new History<CommandTurnedAway>(items, next);
    }

    /// <summary>What waits for a second person, oldest first.</summary>
    public async Task<IReadOnlyList<ApprovalRequested>> ApprovalsAsync(Timestamp now, CancellationToken ct)
    {
        var items = new List<ApprovalRequested>();
        foreach (var e in await stories.PendingAsync(now, ct)) items.Add(e with { Address = await persons.OpenAddressAsync(e.Actor, e.Address, ct) });
        return items;
    }

    private async Task<(IReadOnlyList<T> Events, long? Next)> BackwardsAsync<T>(string stream, long? before, int limit, CancellationToken ct) where T : DomainEvent
    {
        if (limit is < 1 or > MaxPage) throw new RefusedException("BAD_LIMIT", $"limit {limit} must be 1 to {MaxPage}", "limit");
        if (before is <= 1) return ([], null);
        var found = new List<T>();
        var last = 0L;
        await foreach (var e in log.ReadStreamAsync(stream, before - 1, ReadDirection.Backwards, ct: ct))
        {
            if (EventJson.Deserialize(e.Type, e.Data.Span) is not T wanted) continue;
            if (found.Count == limit) return (found, last);
            found.Add(wanted);
            last = e.Version;
        }

        return (found, null);
    }

    private async Task<long> PositionAsync(CancellationToken ct)
    {
        await using var command = reader.CreateCommand("select coalesce(min(position), 0) from read.status");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}
