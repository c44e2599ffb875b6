using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

// How market time moves on.
public sealed partial class PortfolioEngine
{
    /// <summary>Works off every slice that nobody holds up any more.</summary>
    /// <param name="deadline">Slices up to here do not wait for agents.</param>
    private void Advance(Timestamp? deadline = null)
    {
        while (record.Puts < MaxEventsPerInput && state.Slices.First is { Complete: true } slice)
        {
            var due = slice.Time <= deadline;
            if (!due && IsHeldUp(slice.Time)) return;
            var absent = due ? Absent(slice.Time) : NoOne;
            foreach (var signal in slice.Signals) Observe(signal);
            Protect(slice.Time);
            WatchLimits(slice.Time);
            if (state.Limits.MeasuredBuckets is { } measured) state.Risk.Samples.Take(slice.Time, measured, state.Books.Span);
            CloseRounds(slice.Time, absent);
            Protect(slice.Time);
            state.Frontier = slice.Time;
            if (absent.Count > 0 || state.HasMissed) NoteMissed(absent, slice.Time);
            state.Slices.RemoveFirst();
        }
    }

    /// <summary>Is anybody absent? Asked after each message, so nobody is named.</summary>
    private bool IsHeldUp(Timestamp time)
    {
        // From the end, as agents are mostly served in the order of their names: then the last one holds the others up.
        var seats = state.Agents.Span;
        for (var i = seats.Length - 1; i >= 0; i--)
            if (seats[i].IsAwaited && seats[i].Watermark < time) return true;
        return false;
    }

    private List<string> Absent(Timestamp time)
    {
        List<string>? absent = null;
        foreach (var seat in state.Agents.Span)
            if (seat.IsAwaited && seat.Watermark < time) (absent ??= []).Add(seat.Agent);
        return absent ?? NoOne;
    }

    private static readonly List<string> NoOne = [];

    /// <summary>Who misses one market time after the other is not waited for any more: the others' decisions would all come late.</summary>
    private void NoteMissed(List<string> absent, Timestamp time)
    {
        state.HasMissed = false;
        foreach (var seat in state.Agents.Span)
        {
            if (!seat.IsAwaited) continue;
            seat.Missed = absent.Contains(seat.Agent) ? seat.Missed + 1 : 0;
            if (seat.Missed >= (state.Policy.MaxMissed ?? VotingPolicy.DefaultMaxMissed))
                record.Put(new StrategySuspended(state.Portfolio, seat.Agent, seat.Missed, time), null);
            state.HasMissed |= seat.Missed > 0;
        }
    }

    /// <summary>A suspended agent that has caught up with the market is waited for again.</summary>
    private void WelcomeBack(AgentSeat seat)
    {
        if (seat.Status != SeatStatus.Suspended || seat.Watermark < state.Frontier) return;
        record.Put(new StrategyResumed(state.Portfolio, seat.Agent, "rule:CAUGHT_UP", $"it has passed the market time {state.Frontier} again"), null);
    }

    private void Observe(Signal signal)
    {
        OpenTradingDay(signal.Time);
        if (!state.Books.TryGetValue(signal.Instrument, out var book)) return;
        if (!signal.IsPrice)
        {
            OnCorporateAction(signal, book);
            return;
        }

        if (Venue is { } simulated)
        {
            for (var i = 0; i < book.Open.Count; i++)
            {
                var order = book.Open[i];
                if (order.Terms.OneCancels is not null && StandsBack(order)) continue;
                simulated.OnSignal(order, book.Instrument, signal, book.Market, reports);
            }

            DeliverReports();
        }

        if (book.Position.Quantity == 0m)
        {
            book.Market.Observe(signal);
        }
        else
        {
            var before = book.MarketValue;
            book.Market.Observe(signal);
            book.Ledger.PositionValue += book.MarketValue - before;
        }

        book.Revalue();
        if (book.Instrument.ConvertsFrom is { } currency && currency != state.BaseCurrency && book.Instrument.Currency == state.BaseCurrency)
            state.Ledger(currency).Rate = book.Market.Mark;
        Moved(book);
    }

    private void CloseRounds(Timestamp time, List<string> absent)
    {
        while (state.Rounds.Count > 0)
        {
            var round = state.Rounds.First;
            if (round.AsOf > time) return;
            if (round.AsOf < time) Void(round);
            else Close(round, absent);
        }
    }

    private void Close(Round round, List<string> absent)
    {
        if (record.Put(Coordinating.Decide(round, state, absent), round.DecisionId) is not DecisionMade decision) return;
        var outcome = decision.OrderId is null ? null : Place(decision, Cause.Of(round.Stream));
        var result = Result.Of(decision, outcome);
        for (var i = 0; i < round.Intents.Count; i++) record.Reply(new Answer(round.Intents[i].IntentId, round.Intents[i].Agent, result), state.Intents);
        if (outcome is OrderApproved approved) Submit(approved);
    }

    /// <summary>Asks risk; its answer is the order's first event.</summary>
    private DomainEvent? Place(DecisionMade decision, Cause cause)
    {
        var outcome = Ask(Approving.Decide(decision, state), decision.DecisionId, cause);
        if (outcome is OrderApproved approved) GiveWay(approved);
        return outcome;
    }

    private DomainEvent? Ask(DomainEvent answer, string decisionId, Cause cause)
    {
        var outcome = record.Put(answer, decisionId, cause);
        if (outcome is OrderBlocked blocked) NoteViolations(blocked);
        else if (outcome is OrderApproved approved) WatchApproval(approved);
        return outcome;
    }

    /// <summary>Intents for a time at which the market said nothing: there is no price to decide them by.</summary>
    private void Void(Round round)
    {
        Evolving.Close(state, round);
        foreach (var intent in round.Intents)
            RefuseForGood(intent, new("NO_SUCH_MARKET_TIME", $"asOf {intent.AsOf} is no time at which a signal came; send the time of the signal that you acted on"));
    }

    private void NoteViolations(OrderBlocked blocked)
    {
        var cause = Cause.Of(new StreamHead("order", blocked.Terms.OrderId), 1);
        foreach (var violation in Approving.Violations(blocked)) record.Put(violation, blocked.Terms.DecisionId, cause);
    }
}
