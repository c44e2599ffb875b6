using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Risk.Rules;
using EventSourcedTrading.Domain.Signals;
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
            var absent = Absent(slice.Time);
            if (absent.Count > 0 && !(slice.Time <= deadline)) return;
            foreach (var signal in slice.Signals) Observe(signal);
            CloseRounds(slice.Time, absent);
            state.Frontier = slice.Time;
            state.Slices.RemoveFirst();
        }
    }

    private List<string> Absent(Timestamp time)
    {
        List<string>? absent = null;
        foreach (var seat in state.Agents.Span)
            if (seat.IsAwaited && seat.Watermark < time) (absent ??= []).Add(seat.Agent);
        return absent ?? NoOne;
    }

    private static readonly List<string> NoOne = [];

    private void Observe(Signal signal)
    {
        OpenTradingDay(signal.Time);
        if (!state.Books.TryGetValue(signal.Instrument, out var book)) return;
        if (Venue is { } simulated)
        {
            for (var i = 0; i < book.Open.Count; i++) simulated.OnSignal(book.Open[i], book.Instrument, signal, book.Market, reports);
            DeliverReports();
        }

        var before = book.MarketValue;
        book.Market.Observe(signal);
        state.Ledger(book.Instrument.Currency).PositionValue += book.MarketValue - before;
        if (book.Instrument.ConvertsFrom is { } currency && book.Instrument.Currency == state.BaseCurrency) state.Ledger(currency).Rate = book.Market.Mark;
        WatchDailyLoss(signal.Time);
    }

    /// <summary>A trading day is a UTC calendar day; it opens with the first signal that falls into it.</summary>
    private void OpenTradingDay(Timestamp time)
    {
        if (state.TradingDay.Length > 0 && time.Day <= state.Frontier.Day) return;
        var day = time.ToString()[..10];
        if (string.CompareOrdinal(day, state.TradingDay) <= 0) return;
        if (Venue is not null && state.TradingDay.Length > 0)
        {
            foreach (var book in state.Books.Values)
                foreach (var order in book.Open)
                    if (order.Terms.TimeInForce == TimeInForce.Day)
                        reports.Add(new ExecutionReport(order.Terms.OrderId, ReportKind.Expired, "", 0m, 0m, 0m, "the trading day ended", time));
            DeliverReports();
        }

        record.Put(new TradingDayOpened(state.Portfolio, day, state.Equity(), time), null);
    }

    private void WatchDailyLoss(Timestamp time)
    {
        if (state.Limits.MaxDailyLoss is not { } limit || state.DailyLossReachedOn == state.TradingDay) return;
        var loss = -state.ProfitToday();
        if (loss < limit) return;
        loss = Math.Round(loss, 8);
        record.Put(new DailyLossLimitReached(state.Portfolio, state.TradingDay, loss, limit, state.BaseCurrency, time), null);
        record.Put(new RiskViolationDetected(
            state.Portfolio, DailyLoss.Code, ViolationKind.Breach, loss, limit, state.BaseCurrency, null, null, null, $"trading day {state.TradingDay}", time), null);
        // One switch per scope: a person's halt must not become weaker by a rule.
        var halted = state.KillSwitches.Exists(k => k is { Scope: KillSwitchScope.Portfolio, Mode: KillSwitchMode.Halt });
        Engage(new KillSwitchEngaged(
            state.Portfolio, KillSwitchScope.Portfolio, null, halted ? KillSwitchMode.Halt : KillSwitchMode.ReduceOnly, $"rule:{DailyLoss.Code}",
            $"loss of {DecimalText.Format(loss)} {state.BaseCurrency} reached the limit of {DecimalText.Format(limit)}"), time);
    }

    private void CloseRounds(Timestamp time, List<string> absent)
    {
        while (state.Rounds.Count > 0)
        {
            var round = FirstRound();
            if (round.AsOf > time) return;
            if (round.AsOf < time) Void(round);
            else Close(round, absent);
        }
    }

    private Round FirstRound()
    {
        foreach (var round in state.Rounds.Values) return round;
        throw new InvalidOperationException("no round is open");
    }

    private void Close(Round round, List<string> absent)
    {
        if (record.Put(Coordinating.Decide(round, state, absent), round.DecisionId) is not DecisionMade decision) return;
        DomainEvent? outcome = null;
        if (decision.OrderId is not null)
        {
            outcome = record.Put(Approving.Decide(decision, state), decision.DecisionId, Cause.Of(round.Stream));
            if (outcome is OrderBlocked blocked) NoteViolations(blocked);
        }

        foreach (var intent in round.Intents.Values) record.Reply(Answer.To(intent, decision, outcome), state.Intents);
        if (outcome is OrderApproved approved) Submit(approved);
    }

    /// <summary>Intents for a time at which the market said nothing: there is no price to decide them by.</summary>
    private void Void(Round round)
    {
        state.Rounds.Remove((round.AsOf, round.Instrument));
        state.OpenIntents -= round.Intents.Count;
        foreach (var intent in round.Intents.Values)
            RefuseForGood(intent, new("NO_SUCH_MARKET_TIME", $"asOf {intent.AsOf} is no time at which a signal came; send the time of the signal that you acted on"));
    }

    private void NoteViolations(OrderBlocked blocked)
    {
        var cause = Cause.Of(new StreamHead("order", blocked.Terms.OrderId), 1);
        foreach (var violation in Approving.Violations(blocked)) record.Put(violation, blocked.Terms.DecisionId, cause);
    }
}
