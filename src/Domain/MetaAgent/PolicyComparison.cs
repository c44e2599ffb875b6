using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// What each of several policies would have made of the rounds that a log has: the same intents, the same positions and track
/// records at that moment, another way to count. It answers for each round by itself; what the other decisions would have led to,
/// positions and so later intents, is the business of a backtest.
/// </summary>
public sealed class PolicyComparison(string portfolio, IReadOnlyList<(string Name, VotingPolicy Policy)> policies)
{
    private readonly PortfolioState state = new(portfolio);
    private readonly PolicyLine[] lines = [.. policies.Select(p => new PolicyLine(p.Name, 0, 0, 0, 0, 0m, 0))];

    public IReadOnlyList<PolicyLine> Lines => lines;

    /// <summary>Takes the log's next event; those that have no part in votes are passed over.</summary>
    public void Take(DomainEvent @event)
    {
        if (!HasPart(@event)) return;
        if (@event is DecisionMade made && state.Rounds.TryGet(made.AsOf, made.Instrument, out var round))
            for (var i = 0; i < lines.Length; i++) lines[i] = lines[i].With(Coordinating.Count(round, policies[i].Policy, state), made);
        Evolving.Apply(state, @event);
    }

    private static bool HasPart(DomainEvent @event) => @event is IntentReceived or DecisionMade or PortfolioOpened or TradingDayOpened
        or StrategyRegistered or StrategyLoaded or StrategyPaused or StrategyResumed or StrategyQuarantined or StrategySuspended or StrategyUnloaded
        or OrderApproved or OrderBlocked or OrderSubmissionAttempted or OrderSubmitted or OrderAcknowledged or OrderPartiallyFilled or OrderFilled
        or OrderCancelRequested or OrderCancelled or OrderReplaceRequested or OrderReplaced or OrderRejected or OrderExpired or OrderInDoubt;
}

/// <param name="Resolved">Conflicts that did not end in hold.</param>
/// <param name="Quantity">Units, over all instruments, bought and sold.</param>
/// <param name="Same">Rounds with the action and quantity that were really decided.</param>
public sealed record PolicyLine(string Policy, long Buys, long Sells, long Holds, long Resolved, decimal Quantity, long Same)
{
    /// <summary>What would have been asked of risk.</summary>
    public long Orders => Buys + Sells;

    internal PolicyLine With(in Tally tally, DecisionMade made) => this with
    {
        Buys = Buys + (tally.Action == DecisionAction.Buy ? 1 : 0),
        Sells = Sells + (tally.Action == DecisionAction.Sell ? 1 : 0),
        Holds = Holds + (tally.Action == DecisionAction.Hold ? 1 : 0),
        Resolved = Resolved + (tally.Conflict && tally.Action != DecisionAction.Hold ? 1 : 0),
        Quantity = Quantity + tally.Quantity,
        Same = Same + (tally.Action == made.Action && tally.Quantity == made.Quantity ? 1 : 0),
    };
}
