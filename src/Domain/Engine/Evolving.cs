using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Risk.Rules;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>The one place where facts change the state. Returns the stream that the fact belongs to.</summary>
public static class Evolving
{
    /// <summary>Ended orders that are still known, so that a late fill finds its order; older ones are anomalies.</summary>
    public const int RememberedOrders = 10_000;

    public static StreamHead Apply(PortfolioState state, DomainEvent @event) => @event switch
    {
        IntentReceived e => Apply(state, e),
        DecisionMade e => Apply(state, e),
        DecisionOverridden e => Overridden(state, e),
        OrderApproved e => Apply(state, e),
        OrderBlocked e => Blocked(state, e),
        OrderSubmitted e => Submitted(state, e.OrderId, ReportKind.Submitted, e.AsOf),
        OrderAcknowledged e => Acknowledged(state, e),
        OrderPartiallyFilled e => Filled(state, e.Execution, ReportKind.PartialFill),
        OrderFilled e => Filled(state, e.Execution, ReportKind.Fill),
        OrderSubmissionAttempted e => Submitted(state, e.OrderId, ReportKind.SubmissionAttempted, e.AsOf),
        OrderCancelRequested e => Reported(state, e.OrderId, ReportKind.CancelRequested),
        OrderCancelled e => Reported(state, e.OrderId, ReportKind.Cancelled),
        OrderCancelRefused e => Reported(state, e.OrderId, ReportKind.CancelRefused),
        OrderReplaceRefused e => Reported(state, e.OrderId, ReportKind.ReplaceRefused),
        OrderReplaceRequested e => Reported(state, e.OrderId, ReportKind.ReplaceRequested),
        OrderReplaced e => Replaced(state, e),
        OrderRejected e => Reported(state, e.OrderId, ReportKind.Rejected),
        OrderExpired e => Reported(state, e.OrderId, ReportKind.Expired),
        OrderInDoubt e => Reported(state, e.OrderId, ReportKind.InDoubt),
        OrderAnomalyNoted e => state.Orders.TryGetValue(e.OrderId, out var order) ? (StreamHead)order : state.RefusalStream,
        IntentRefused => state.RefusalStream,
        RiskViolationDetected e => Violated(state, e),
        DrawdownLimitReached => DrawdownReached(state),
        ThrottleTripped e => Throttled(state, e),
        ThrottleReleased e => Unthrottled(state, e),
        BucketsReformed e => Reformed(state, e),
        DailyLossLimitReached e => DailyLossReached(state, e),
        KillSwitchEngaged e => Engaged(state, e),
        KillSwitchReleased e => Released(state, e),
        TradingDayOpened e => DayOpened(state, e),
        PortfolioOpened e => Opened(state, e),
        CashMoved e => CashMoved(state, e),
        HoldingAdopted e => Changed(state, e.Holding),
        VenueOpened x => Open(state, x),
        VenueClosed e => Venue(state, e.Reason),
        BreakResolutionOrdered => state.PortfolioStream,
        PositionSplit e => Changed(state, e.Holding),
        DividendPaid e => Changed(state, e.Holding),
        BorrowFeeCharged e => Changed(state, e.Holding),
        RiskLimitsSet e => LimitsSet(state, e),
        VotingPolicySet e => PolicySet(state, e),
        VotingPolicyCleared e => PolicyCleared(state, e),
        TradingHalted => Halted(state, true),
        TradingResumed => Halted(state, false),
        StrategyRegistered e => Seated(state, e.Agent, SeatStatus.Registered),
        StrategyLoaded e => Seated(state, e.Agent, SeatStatus.Active),
        StrategyPaused e => Seated(state, e.Agent, SeatStatus.Paused),
        StrategyResumed e => Seated(state, e.Agent, SeatStatus.Active),
        StrategyQuarantined e => Seated(state, e.Agent, SeatStatus.Quarantined),
        StrategySuspended e => Seated(state, e.Agent, SeatStatus.Suspended),
        StrategyUnloaded e => Seated(state, e.Agent, SeatStatus.Unloaded),
        CommandAnswered => state.CommandStream,
        FirmHeadroomSet e => HeadroomSet(state, e),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event that an engine writes; add it to {nameof(Evolving)}."),
    };

    private static StreamHead Apply(PortfolioState state, IntentReceived e)
    {
        if (!state.Rounds.TryGet(e.Intent.AsOf, e.Intent.Instrument, out var round))
            state.Rounds.Add(round = new Round(e.DecisionId, e.Intent.Instrument, e.Intent.AsOf));
        if (!round.Add(e.Intent)) return round.Stream;
        state.OpenIntents++;
        if (state.Agents.TryGetValue(e.Intent.Agent, out var seat)) seat.OpenIntents++;
        return round.Stream;
    }

    private static StreamHead Apply(PortfolioState state, DecisionMade e)
    {
        if (!state.Rounds.TryGet(e.AsOf, e.Instrument, out var round)) return new StreamHead("round", e.DecisionId);
        Close(state, round);
        state.Decisions.Remember(new Decided(e.DecisionId, e.Instrument, round.Stream));
        return round.Stream;
    }

    private static StreamHead Overridden(PortfolioState state, DecisionOverridden e)
    {
        if (state.Rounds.Find(e.DecisionId) is not { } round)
            return state.Decisions.Find(e.DecisionId)?.Stream ?? new StreamHead("round", e.DecisionId);
        round.Overridden = e;
        return round.Stream;
    }

    /// <summary>Ends a round: its intents wait no longer.</summary>
    internal static void Close(PortfolioState state, Round round)
    {
        state.Rounds.Remove(round);
        state.OpenIntents -= round.Intents.Count;
        for (var i = 0; i < round.Intents.Count; i++)
            if (state.Agents.TryGetValue(round.Intents[i].Agent, out var seat)) seat.OpenIntents--;
    }

    private static StreamHead Apply(PortfolioState state, OrderApproved e)
    {
        var order = new Order(e.Terms.OrderId) { Terms = e.Terms, Allocation = e.Allocation, State = OrderState.Approved };
        state.Orders[e.Terms.OrderId] = order;
        state.LastOrderNumber++;
        var book = state.Books[e.Terms.Instrument];
        book.Open.Add(order);
        book.Reserve(e.Terms, state.Reserves(order));
        book.Revalue();
        state.Risk.OpenOrders++;
        state.Risk.Take(e, state.Limits);
        return order;
    }

    private static StreamHead Blocked(PortfolioState state, OrderBlocked e)
    {
        foreach (var check in e.Checks)
            if (check is { Passed: false, Rule: FirmHeadroom.Code }) state.HeadroomMissed = Math.Max(state.HeadroomMissed, check.Value);
        state.LastOrderNumber++;
        return new StreamHead("order", e.Terms.OrderId);
    }

    private static StreamHead Reported(PortfolioState state, string orderId, ReportKind report)
    {
        var order = state.Orders[orderId];
        Move(state, order, report);
        return order;
    }

    private static StreamHead Acknowledged(PortfolioState state, OrderAcknowledged e)
    {
        state.Orders[e.OrderId].BrokerOrderId = e.BrokerOrderId;
        return Reported(state, e.OrderId, ReportKind.Acknowledged);
    }

    private static StreamHead Submitted(PortfolioState state, string orderId, ReportKind report, Timestamp at)
    {
        state.Orders[orderId].SubmittedAt = at;
        return Reported(state, orderId, report);
    }

    private static StreamHead Replaced(PortfolioState state, OrderReplaced e)
    {
        var order = state.Orders[e.OrderId];
        var book = state.Books[order.Terms.Instrument];
        book.Release(order.Terms, state.Reserves(order));
        order.Terms = order.Terms with { Quantity = e.Quantity, LimitPrice = e.LimitPrice, StopPrice = e.StopPrice };
        if (order.Terms.ParentId is not null) order.Allocation = Exits.Scaled(order.Allocation, e.Quantity, book.Instrument);
        book.Reserve(order.Terms, state.Reserves(order));
        book.Revalue();
        order.BrokerOrderId = e.BrokerOrderId ?? order.BrokerOrderId;
        return Reported(state, e.OrderId, ReportKind.Replaced);
    }

    private static StreamHead Filled(PortfolioState state, Execution e, ReportKind report)
    {
        var order = state.Orders[e.OrderId];
        var book = state.Books[e.Instrument];
        var reserved = state.Reserves(order);
        order.Filled = e.CumulativeQuantity;
        if (order.Live) book.Release(order.Terms, reserved - state.Reserves(order));
        order.Executions.Add(e.ExecutionId);
        Move(state, order, report);

        var ledger = state.Ledger(e.Currency);
        var before = book.MarketValue;
        Take(book.Position, e.PositionAfter, e.CostAfter, e.Realised, e.Fee);
        book.Revalue();
        ledger.PositionValue += book.MarketValue - before;
        ledger.Cash -= (e.Side.Sign() * e.Quantity * e.Price * book.Instrument.Multiplier) + e.Fee;
        for (var i = 0; i < e.Shares.Count; i++)
        {
            var share = e.Shares[i];
            var key = (share.Agent, e.Instrument);
            if (!state.AgentPositions.TryGetValue(key, out var position)) state.AgentPositions[key] = position = new Position();
            Judge(state, share, position, state.RateOf(e.Currency));
            Take(position, share.PositionAfter, share.CostAfter, share.Realised, share.Fee);
        }

        return order;
    }

    private static StreamHead Changed(PortfolioState state, HoldingChange e)
    {
        var book = state.Books[e.Instrument];
        var ledger = state.Ledger(e.Currency);
        var before = book.MarketValue;
        ledger.Cash += book.Position.Cost - e.CostAfter + e.Realised - e.Fee;
        Take(book.Position, e.PositionAfter, e.CostAfter, e.Realised, e.Fee);
        book.Revalue();
        ledger.PositionValue += book.MarketValue - before;
        foreach (var share in e.Shares)
        {
            var key = (share.Agent, e.Instrument);
            if (!state.AgentPositions.TryGetValue(key, out var position)) state.AgentPositions[key] = position = new Position();
            Take(position, share.PositionAfter, share.CostAfter, share.Realised, share.Fee);
        }

        return state.PortfolioStream;
    }

    private static StreamHead Venue(PortfolioState state, string? closedFor)
    {
        (state.HasBroker, state.VenueClosedFor) = (true, closedFor);
        return state.PortfolioStream;
    }

    private static StreamHead Open(PortfolioState state, VenueOpened e)
    {
        state.Capabilities = e.Capabilities ?? state.Capabilities;
        return Venue(state, null);
    }

    /// <summary>What an agent's share realised counts in its votes, where a policy says so.</summary>
    private static void Judge(PortfolioState state, in ExecutionShare share, Position before, decimal rate)
    {
        if (!state.TrackRecords.TryGetValue(share.Agent, out var record)) state.TrackRecords[share.Agent] = record = new TrackRecord();
        var closed = TrackRecord.Closed(before.Quantity, before.Cost, share.PositionAfter, share.CostAfter);
        record.Add(state.TradingDays, (share.Realised - share.Fee) * rate, closed * rate);
    }

    private static void Take(Position position, decimal quantity, decimal cost, decimal realised, decimal fee)
    {
        position.Quantity = quantity;
        position.Cost = cost;
        position.Realised += realised;
        position.Fees += fee;
    }

    private static void Move(PortfolioState state, Order order, ReportKind report)
    {
        var wasLive = order.Live;
        order.State = OrderTransitions.Next(order.State, report, order.Filled > 0m) ?? order.State;
        if (!wasLive || order.Live) return;
        var book = state.Books[order.Terms.Instrument];
        book.Open.Remove(order);
        if (order.Leaves != 0m)
        {
            book.Release(order.Terms, state.Reserves(order));
            book.Revalue();
        }

        state.Risk.OpenOrders--;
        state.EndedOrders.Enqueue(order.Terms.OrderId);
        while (state.EndedOrders.Count > RememberedOrders) state.Orders.Remove(state.EndedOrders.Dequeue());
    }

    private static StreamHead LimitsSet(PortfolioState state, RiskLimitsSet e)
    {
        var before = state.Limits;
        state.Limits = e.Limits;
        // What was reported against other limits says nothing about these.
        state.Risk.Crossings.Clear();
        if (before.MaxDrawdown is null && e.Limits.MaxDrawdown is not null) (state.Risk.PeakEquity, state.Risk.DrawdownReached) = (state.Equity(), false);
        if (before.MeasuredBuckets != e.Limits.MeasuredBuckets) state.Risk.Samples.Clear();
        if (e.Limits.MeasuredBuckets is null) state.Risk.MeasuredBuckets.Clear();
        state.Risk.Settle(state);
        return state.PortfolioStream;
    }

    private static StreamHead PolicySet(PortfolioState state, VotingPolicySet e)
    {
        if (e.Instrument is { } instrument) state.Policies[instrument] = e.Policy;
        else state.Policy = e.Policy;
        return state.PortfolioStream;
    }

    private static StreamHead PolicyCleared(PortfolioState state, VotingPolicyCleared e)
    {
        state.Policies.Remove(e.Instrument);
        return state.PortfolioStream;
    }

    private static StreamHead Halted(PortfolioState state, bool halted)
    {
        state.Halted = halted;
        return state.PortfolioStream;
    }

    private static StreamHead Opened(PortfolioState state, PortfolioOpened e)
    {
        state.Opened = true;
        state.BaseCurrency = e.BaseCurrency;
        state.Venue = e.Venue;
        state.VenueSettings = e.VenueSettings;
        foreach (var instrument in e.Instruments) state.Books[instrument.Id] = new InstrumentBook(instrument, state.Ledger(instrument.Currency));
        state.Risk.Settle(state);
        return state.PortfolioStream;
    }

    private static StreamHead CashMoved(PortfolioState state, CashMoved e)
    {
        state.Ledger(e.Currency).Cash += e.Amount;
        state.Risk.PeakEquity += e.Amount * state.RateOf(e.Currency);
        if (state.TradingDay.Length > 0) state.CashMovedToday += e.Amount * state.RateOf(e.Currency);
        return state.PortfolioStream;
    }

    private static StreamHead DayOpened(PortfolioState state, TradingDayOpened e)
    {
        state.TradingDay = e.Day;
        state.TradingDays++;
        state.EquityAtOpen = e.Equity;
        state.CashMovedToday = 0m;
        state.Risk.Crossings.Clear();
        return state.PortfolioStream;
    }

    private static StreamHead DailyLossReached(PortfolioState state, DailyLossLimitReached e)
    {
        state.DailyLossReachedOn = e.Day;
        return state.RiskStream;
    }

    private static StreamHead Engaged(PortfolioState state, KillSwitchEngaged e)
    {
        state.KillSwitches.RemoveAll(k => k.Scope == e.Scope && k.Target == e.Target);
        state.KillSwitches.Add(new KillSwitch(e.Scope, e.Target, e.Mode, e.Actor, e.Reason));
        return state.RiskStream;
    }

    private static StreamHead Released(PortfolioState state, KillSwitchReleased e)
    {
        state.KillSwitches.RemoveAll(k => k.Scope == e.Scope && k.Target == e.Target);
        if (e.Scope != KillSwitchScope.Portfolio || !state.Risk.DrawdownReached) return state.RiskStream;
        // Who releases it accepts the loss; else the same drawdown would stop the portfolio again at the next price.
        state.Risk.DrawdownReached = false;
        state.Risk.PeakEquity = state.Equity();
        return state.RiskStream;
    }

    private static StreamHead Violated(PortfolioState state, RiskViolationDetected e)
    {
        if (e.Kind != ViolationKind.Blocked) state.Risk.Crossings.Add(new Crossing(e.Kind, e.Rule, e.Target ?? ""));
        return state.RiskStream;
    }

    private static StreamHead DrawdownReached(PortfolioState state)
    {
        state.Risk.DrawdownReached = true;
        return state.RiskStream;
    }

    private static StreamHead Throttled(PortfolioState state, ThrottleTripped e)
    {
        state.Risk.Throttled[e.Agent] = new Repetition(e.Agent, e.Instrument, e.Side);
        return state.RiskStream;
    }

    private static StreamHead Unthrottled(PortfolioState state, ThrottleReleased e)
    {
        state.Risk.Throttled.Remove(e.Agent);
        // It starts afresh, or its very next order would trip it again.
        foreach (var repetition in state.Risk.Repetitions.Keys)
            if (repetition.Agent == e.Agent) state.Risk.Repetitions.Remove(repetition);
        return state.RiskStream;
    }

    private static StreamHead Reformed(PortfolioState state, BucketsReformed e)
    {
        state.Risk.MeasuredBuckets.Clear();
        foreach (var (instrument, bucket) in e.Buckets) state.Risk.MeasuredBuckets[instrument] = bucket;
        state.Risk.Settle(state);
        return state.RiskStream;
    }

    private static StreamHead HeadroomSet(PortfolioState state, FirmHeadroomSet e)
    {
        state.Lease = new FirmLease(e.Headroom, e.LeaseVersion, e.Returning);
        state.HeadroomMissed = 0m;
        return state.PortfolioStream;
    }

    private static StreamHead Seated(PortfolioState state, string agent, SeatStatus status)
    {
        if (!state.Agents.TryGetValue(agent, out var seat))
            state.Agents[agent] = seat = new AgentSeat(agent, state.StrategyStream(agent));
        seat.Status = status;
        seat.Missed = 0;
        state.HasSuperseded = Superseded.Mark(state.Agents.Values);
        return seat.Stream;
    }
}
