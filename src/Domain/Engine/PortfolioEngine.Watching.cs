using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Risk.Rules;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

// What is watched between orders: trading days, and limits that the market can carry the book over.
public sealed partial class PortfolioEngine
{
    /// <summary>A breach that was reported is reported again only after the value has been below this share of the limit, or on a new day.</summary>
    private const decimal Rearmed = 0.9m;

    /// <summary>A trading day opens with the first signal that falls into it.</summary>
    private void OpenTradingDay(Timestamp time)
    {
        if (time < state.Risk.DayHoldsUntil) return;
        var day = (state.Limits.Calendar ?? TradingCalendar.Utc).DayOf(time, out var until).ToString("yyyy-MM-dd");
        state.Risk.DayHoldsUntil = until;
        if (string.CompareOrdinal(day, state.TradingDay) <= 0) return;
        if (Venue is { } simulated && state.TradingDay.Length > 0)
        {
            foreach (var book in state.Books.Values)
                foreach (var order in book.Open)
                    EndDay(simulated, order, book, time);
            DeliverReports();
            ChargeForBorrowing(day, time);
        }

        record.Put(new TradingDayOpened(state.Portfolio, day, state.Equity(), time), null);
        ReformBuckets(time);
    }

    private void EndDay(ISimulatedVenue simulated, Order order, InstrumentBook book, Timestamp time)
    {
        if (order.Terms.TimeInForce == TimeInForce.Day)
            reports.Add(new ExecutionReport(order.Terms.OrderId, ReportKind.Expired, "", 0m, 0m, 0m, "the trading day ended", time));
        // A bar may end with the session itself, and tell its last price: that is waited for.
        else if (order.Terms.TimeInForce == TimeInForce.AtTheClose && order.AuctionAt < time)
            simulated.OnClose(order, book.Instrument, book.Market, time, reports);
    }

    private void ReformBuckets(Timestamp time)
    {
        if (state.Limits.MeasuredBuckets is not { } measured) return;
        var formed = measured.Form(state.Risk.Samples);
        if (formed.SequenceEqual(state.Risk.MeasuredBuckets)) return;
        record.Put(new BucketsReformed(state.Portfolio, formed, measured.Correlation, measured.Samples, measured.StepSeconds, time), null);
    }

    private void Moved(InstrumentBook book)
    {
        if (book.Moved) return;
        book.Moved = true;
        moved.Add(book);
    }

    /// <summary>Prices have moved: is anything over a limit now? Asked when all prices of a market time are in: a portfolio at half of them never was.</summary>
    private void WatchLimits(Timestamp time)
    {
        if (moved.Count == 0) return;
        var (limits, equity, currency) = (state.Limits, state.Equity(), state.BaseCurrency);
        WatchDailyLoss(equity, time);
        WatchDrawdown(equity, time);
        if (limits.MaxGrossExposure is { } gross) WatchLimit(GrossExposure.Code, "", state.WorstExposure(), gross, currency, time);
        if (limits.MaxNetExposure is { } net) WatchLimit(NetExposure.Code, "", state.TotalExposure().WorstNet, net, currency, time);
        if (limits.MaxLeverage is { } multiple) WatchLimit(Leverage.Code, "", state.WorstExposure(), multiple * equity, currency, time);
        foreach (var book in moved) WatchBook(book, equity, time);
        moved.Clear();
    }

    private void WatchBook(InstrumentBook book, decimal equity, Timestamp time)
    {
        book.Moved = false;
        if (book.Limits.PositionNotional is { } notional) WatchLimit(PositionNotional.Code, book.Instrument.Id, book.Exposure.Worst * book.Ledger.Rate, notional, state.BaseCurrency, time);
        if (state.Limits.MaxConcentration is { } share) WatchLimit(Concentration.Code, book.Instrument.Id, book.Exposure.Worst * book.Ledger.Rate, share * equity, state.BaseCurrency, time);
        if (book.Instrument.ConvertsFrom is null)
        {
            WatchBucket(book.Bucket, time);
            return;
        }

        // A rate moves every bucket that has something in its currency.
        foreach (var bucket in state.Risk.Buckets.Values) WatchBucket(bucket, time);
    }

    private void WatchBucket(Bucket bucket, Timestamp time)
    {
        if (bucket.Limit is { } limit) WatchLimit(BucketLimit.Code, bucket.Name, bucket.Worst, limit, state.BaseCurrency, time);
    }

    private void WatchLimit(string rule, string target, decimal value, decimal limit, string unit, Timestamp time)
    {
        var known = state.Risk.Crossings;
        if (value <= limit || value == 0m)
        {
            if (known.Count > 0 && value < limit * Rearmed) known.Remove(new Crossing(ViolationKind.Breach, rule, target));
            return;
        }

        if (known.Contains(new Crossing(ViolationKind.Breach, rule, target))) return;
        record.Put(new RiskViolationDetected(
            state.Portfolio, rule, ViolationKind.Breach, Exposure.Round(value), Exposure.Round(limit), unit, state.Books.ContainsKey(target) ? target : null,
            null, null, "the market, or a changed limit, has put the book over it", time, target.Length == 0 ? null : target), null);
    }

    private void WatchDailyLoss(decimal equity, Timestamp time)
    {
        if (state.Limits.MaxDailyLoss is not { } limit || state.DailyLossReachedOn == state.TradingDay) return;
        var loss = state.EquityAtOpen + state.CashMovedToday - equity;
        if (loss < limit) return;
        loss = Exposure.Round(loss);
        record.Put(new DailyLossLimitReached(state.Portfolio, state.TradingDay, loss, limit, state.BaseCurrency, time), null);
        Stop(DailyLoss.Code, loss, limit, $"trading day {state.TradingDay}", $"loss of {DecimalText.Format(loss)} {state.BaseCurrency} reached the limit of {DecimalText.Format(limit)}", time);
    }

    private void WatchDrawdown(decimal equity, Timestamp time)
    {
        if (state.Limits.MaxDrawdown is not { } share) return;
        var peak = state.Risk.PeakEquity;
        if (equity >= peak)
        {
            state.Risk.PeakEquity = equity;
            return;
        }

        var (fall, limit) = (peak - equity, share * peak);
        if (fall < limit || limit <= 0m || state.Risk.DrawdownReached) return;
        (fall, limit) = (Exposure.Round(fall), Exposure.Round(limit));
        record.Put(new DrawdownLimitReached(state.Portfolio, Exposure.Round(peak), fall, limit, state.BaseCurrency, time), null);
        Stop(Drawdown.Code, fall, limit, $"peak {DecimalText.Format(Exposure.Round(peak))}",
            $"drawdown of {DecimalText.Format(fall)} {state.BaseCurrency} reached the limit of {DecimalText.Format(limit)}", time);
    }

    /// <summary>A rule stops the portfolio: only what reduces passes until a person releases it.</summary>
    private void Stop(string rule, decimal value, decimal limit, string detail, string reason, Timestamp time)
    {
        record.Put(new RiskViolationDetected(state.Portfolio, rule, ViolationKind.Breach, value, limit, state.BaseCurrency, null, null, null, detail, time), null);
        // One switch per scope: a person's halt must not become weaker by a rule.
        var halted = state.KillSwitches.Exists(k => k is { Scope: KillSwitchScope.Portfolio, Mode: KillSwitchMode.Halt });
        Engage(new KillSwitchEngaged(
            state.Portfolio, KillSwitchScope.Portfolio, null, halted ? KillSwitchMode.Halt : KillSwitchMode.ReduceOnly, $"rule:{rule}", reason), time);
    }

    /// <summary>What an approved order came close to, and whether it was one too many of its kind.</summary>
    private void WatchApproval(OrderApproved approved)
    {
        var cause = Cause.Of(state.Orders[approved.Terms.OrderId], 1);
        if (state.Limits.NearMissShare is { } share)
        {
            // By reference: a check is large, and there are many.
            foreach (ref readonly var check in (approved.Checks as RiskCheck[] ?? [.. approved.Checks]).AsSpan())
                WatchNearMiss(approved, check, share, cause);
        }

        if (state.Limits.RepeatThrottle is not { } repeats || !Reaches(approved, repeats)) return;
        for (var i = 0; i < approved.Allocation.Count; i++)
            if (RepeatThrottle.Trip(approved, approved.Allocation[i], state) is { } tripped) record.Put(tripped, approved.Terms.DecisionId, cause);
    }

    /// <summary>The rule has counted each agent's orders, this one included: seldom is one there.</summary>
    private static bool Reaches(OrderApproved approved, RateLimit repeats)
    {
        for (var i = 0; i < approved.Checks.Count; i++)
            if (approved.Checks[i] is { Rule: RepeatThrottle.Code } counted) return counted.Value >= repeats.Count;
        return true;
    }

    private void WatchNearMiss(OrderApproved approved, in RiskCheck check, decimal share, Cause cause)
    {
        // Most are far from their limits, and nothing is near: this is asked of every check of every order.
        if (check.Value == 0m && state.Risk.Crossings.Count == 0) return;
        if (check.Limit is not > 0m) return;
        var near = check.Value >= check.Limit * share;
        if (!near && state.Risk.Crossings.Count == 0) return;
        var instrument = approved.Terms.Instrument;
        var target = RiskRules.Find(check.Rule)?.Each switch
        {
            RuleScope.Bucket => state.Books[instrument].Bucket.Name,
            RuleScope.Instrument => instrument,
            _ => "",
        };
        var crossing = new Crossing(ViolationKind.NearMiss, check.Rule, target);
        if (!near)
        {
            state.Risk.Crossings.Remove(crossing);
            return;
        }

        if (state.Risk.Crossings.Contains(crossing)) return;
        record.Put(new RiskViolationDetected(
            state.Portfolio, check.Rule, ViolationKind.NearMiss, check.Value, check.Limit.Value, check.Unit, instrument, approved.Terms.OrderId,
            approved.Terms.DecisionId, $"at or above {DecimalText.Format(share)} of the limit", approved.AsOf, target.Length == 0 ? null : target), approved.Terms.DecisionId, cause);
    }
}
