using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Risk;

/// <summary>What is reported of a book between orders, and how often.</summary>
public sealed class WatchingTests
{
    /// <summary>Ada holds 100 SPY at 10 of her 10,000 USD.</summary>
    private static Scenario Desk(RiskLimits limits) => Scenario.Given([
        .. Some.Desk(Some.Open(limits, cash: new() { ["USD"] = 10_000m }), Some.Ada), .. Round(1, 10m, Some.Wants(Some.Ada, Side.Buy, 100m, 1))]);

    private static Input[] Round(int second, decimal price, params Input[] intents) => [Some.Quote(Some.Spy, price, price, second), .. intents, Some.Done(Some.Ada, second)];

    public static TheoryData<string, RiskLimits, string?, decimal, decimal> Carried => new()
    {
        { "GROSS_EXPOSURE", RiskLimits.None with { MaxGrossExposure = 1_100m }, null, 1_200m, 1_100m },
        { "NET_EXPOSURE", RiskLimits.None with { MaxNetExposure = 1_100m }, null, 1_200m, 1_100m },
        { "LEVERAGE", RiskLimits.None with { MaxLeverage = 0.11m }, null, 1_200m, 1_122m },
        { "CONCENTRATION", RiskLimits.None with { MaxConcentration = 0.11m }, Some.Spy, 1_200m, 1_122m },
        { "POSITION_NOTIONAL", RiskLimits.None with { DefaultPositionNotional = 1_100m }, Some.Spy, 1_200m, 1_100m },
        { "BUCKET_LIMIT", Some.Limits(bucket: 1_100m), "equity", 1_200m, 1_100m },
    };

    [Theory]
    [MemberData(nameof(Carried))]
    public void A_book_that_the_market_carries_over_a_limit_is_reported_once_per_crossing(string rule, RiskLimits limits, string? target, decimal value, decimal limit)
    {
        var desk = Desk(limits);
        desk.When(Round(2, 11m)).Then();
        desk.When(Round(3, 12m)).Then("risk_violation_detected");
        Assert.Equal((rule, ViolationKind.Breach, value, limit, target), (desk.Only<RiskViolationDetected>().Rule, desk.Only<RiskViolationDetected>().Kind,
            desk.Only<RiskViolationDetected>().Value, desk.Only<RiskViolationDetected>().Limit, desk.Only<RiskViolationDetected>().Target));

        // To and fro at the limit is still the same breach; well below it is over.
        desk.When([.. Round(4, 12.5m), .. Round(5, 10.5m), .. Round(6, 12m)]).Then();
        desk.When([.. Round(7, 9m), .. Round(8, 12m)]).Then("risk_violation_detected");
        // On a new trading day, or against new limits, it is said again.
        desk.When(Round(100_000, 12m)).Then("trading_day_opened", "risk_violation_detected");
        desk.When([Some.Command(new SetRiskLimits(limits), "again"), .. Round(100_001, 12m)]).Then("risk_limits_set", "risk_violation_detected");
    }

    [Fact]
    public void A_rate_that_moves_carries_a_bucket_over_its_limit()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(Some.Limits(bucket: 120m), cash: new() { ["EUR"] = 10_000m }), Some.Ada),
            Some.Quote(Some.EurUsd, 1m, 1m, 1), Some.Quote(Some.Sap, 100m, 100m, 2), Some.Wants(Some.Ada, Side.Buy, 1m, 2, Some.Sap), Some.Done(Some.Ada, 2)]);
        Assert.Equal(100m, desk.State.Risk.Buckets["europe"].Exposure.Gross);
        desk.When(Some.Quote(Some.EurUsd, 1.25m, 1.25m, 3), Some.Done(Some.Ada, 3)).Then("risk_violation_detected");
        Assert.Equal(("europe", 125m), (desk.Only<RiskViolationDetected>().Target, desk.Only<RiskViolationDetected>().Value));
    }

    [Fact]
    public void A_near_miss_is_reported_once_until_an_order_stays_well_below()
    {
        var desk = Desk(Some.Limits(cap: 200m) with { NearMissShare = 0.9m });
        desk.When(Round(2, 10m, Some.Wants(Some.Ada, Side.Buy, 79m, 2)));
        Assert.Empty(desk.Events.OfType<RiskViolationDetected>());
        desk.When(Round(3, 10m, Some.Wants(Some.Ada, Side.Buy, 1m, 3))).Then("intent_received", "decision_made", "order_approved", "risk_violation_detected", "order_submitted", "order_acknowledged", "order_filled");
        Assert.Equal((ViolationKind.NearMiss, "POSITION_CAP", 180m, Some.Spy, "alpha-3"), (desk.Only<RiskViolationDetected>().Kind, desk.Only<RiskViolationDetected>().Rule,
            desk.Only<RiskViolationDetected>().Value, desk.Only<RiskViolationDetected>().Target, desk.Only<RiskViolationDetected>().OrderId));
        desk.When(Round(4, 10m, Some.Wants(Some.Ada, Side.Buy, 5m, 4)));
        Assert.Empty(desk.Events.OfType<RiskViolationDetected>());
        desk.When([.. Round(5, 10m, Some.Wants(Some.Ada, Side.Sell, 50m, 5)), .. Round(6, 10m, Some.Wants(Some.Ada, Side.Buy, 50m, 6))]);
        Assert.Equal("alpha-6", desk.Only<RiskViolationDetected>().OrderId);
    }

    [Fact]
    public void A_drawdown_stops_the_portfolio_and_its_release_begins_a_new_peak()
    {
        var desk = Desk(RiskLimits.None with { MaxDrawdown = 0.05m });
        // Up to 11,000, so 550 below that are too much; 551 less in cash are none of it.
        desk.When([.. Round(2, 20m), Some.Command(new MoveCash("USD", -1_000m)), .. Round(3, 15.01m)]);
        Assert.Empty(desk.Events.OfType<DrawdownLimitReached>());
        desk.When(Round(4, 15m)).Then("drawdown_limit_reached", "risk_violation_detected", "kill_switch_engaged");
        Assert.Equal((10_000m, 500m, 500m), (desk.Only<DrawdownLimitReached>().Peak, desk.Only<DrawdownLimitReached>().Drawdown, desk.Only<DrawdownLimitReached>().Limit));
        Assert.Equal((KillSwitchScope.Portfolio, KillSwitchMode.ReduceOnly, "rule:MAX_DRAWDOWN"), (desk.Only<KillSwitchEngaged>().Scope, desk.Only<KillSwitchEngaged>().Mode, desk.Only<KillSwitchEngaged>().Actor));

        // Recovery and a new day change nothing; only what reduces passes.
        desk.When([.. Round(5, 21m), .. Round(100_000, 21m, Some.Wants(Some.Ada, Side.Buy, 1m, 100_000))]);
        Assert.Equal("blocked", Assert.Single(desk.Answers).Outcome);
        desk.When(Round(100_001, 15m, Some.Wants(Some.Ada, Side.Sell, 1m, 100_001)));
        Assert.Equal("approved", Assert.Single(desk.Answers).Outcome);
        desk.When([Some.Command(new ReleaseKillSwitch(KillSwitchScope.Portfolio, null), "go"), .. Round(100_002, 15m, Some.Wants(Some.Ada, Side.Buy, 1m, 100_002))]);
        Assert.Equal("approved", desk.Answers[^1].Outcome);
        Assert.Equal(9_500m, desk.State.Risk.PeakEquity);
        desk.When(Round(100_003, 10.25m)).Then("drawdown_limit_reached", "risk_violation_detected", "kill_switch_engaged");
    }

    [Fact]
    public void A_throttle_stays_off_until_a_named_person_lets_the_agent_go_on()
    {
        var desk = Desk(RiskLimits.None with { RepeatThrottle = new(3, 10) });
        desk.When(Round(2, 10m, Some.Wants(Some.Ada, Side.Buy, 1m, 2)));
        Assert.Empty(desk.Events.OfType<ThrottleTripped>());
        desk.When(Round(3, 10m, Some.Wants(Some.Ada, Side.Buy, 2m, 3)));
        Assert.Equal((Some.Ada, Some.Spy, Side.Buy, 3), (desk.Only<ThrottleTripped>().Agent, desk.Only<ThrottleTripped>().Instrument, desk.Only<ThrottleTripped>().Side, desk.Only<ThrottleTripped>().Count));

        // Long after, another instrument, and the other side: still off.
        desk.When(Some.Quote(Some.Qqq, 10m, 10m, 500), Some.Wants(Some.Ada, Side.Buy, 1m, 500, Some.Qqq), Some.Done(Some.Ada, 500));
        Assert.Equal("blocked", Assert.Single(desk.Answers).Outcome);
        desk.When(Some.Command(new ReleaseThrottle(Some.Bob), "no"));
        Assert.Equal("NOT_THROTTLED", desk.AnswerTo("no").Code);
        Assert.Equal("SECOND_PERSON_NEEDED", desk.When(Some.Command(new ReleaseThrottle(Some.Ada), "alone", approver: null)).AnswerTo("alone").Code);
        Assert.Equal("olivia", desk.When(Some.Command(new ReleaseThrottle(Some.Ada), "yes")).Only<ThrottleReleased>().Actor);
        // It counts afresh.
        desk.When([.. Round(501, 10m, Some.Wants(Some.Ada, Side.Buy, 1m, 501)), .. Round(502, 10m, Some.Wants(Some.Ada, Side.Buy, 1m, 502))]);
        Assert.All(desk.Answers, a => Assert.Equal("approved", a.Outcome));
    }

    [Fact]
    public void An_agent_that_floods_gets_its_share_through_and_holds_up_nobody_else()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(RiskLimits.None with { AgentMessageRate = new(2, 1), MessageRate = new(3, 1) }), Some.Ada, Some.Bob));
        desk.When([.. Enumerable.Range(1, 5).Select(i => Some.Wants(Some.Ada, Side.Buy, 1m, i)), Some.Wants(Some.Bob, Side.Buy, 1m, 1), Some.Wants(Some.Bob, Side.Buy, 1m, 2)]);
        Assert.Equal([(Some.Ada, "RATE_LIMITED"), (Some.Ada, "RATE_LIMITED"), (Some.Ada, "RATE_LIMITED"), (Some.Bob, "RATE_LIMITED")], desk.Answers.Select(a => (a.Sender, a.Code!)));
        Assert.Equal(3, desk.Events.OfType<IntentReceived>().Count());
        // A repeat is answered, not counted; a second later there is room again.
        desk.Clock = Scenario.Now + TimeSpan.FromSeconds(1);
        desk.When(Some.Wants(Some.Ada, Side.Buy, 1m, 1), Some.Wants(Some.Ada, Side.Buy, 1m, 6), Some.Wants(Some.Ada, Side.Buy, 1m, 7), Some.Wants(Some.Ada, Side.Buy, 1m, 8));
        Assert.Equal(2, desk.Events.OfType<IntentReceived>().Count());
    }

    [Fact]
    public void What_moves_together_is_put_into_one_bucket_with_the_lowest_of_its_limits()
    {
        var limits = Some.Limits() with { BucketLimits = new Dictionary<string, decimal> { ["equity"] = 5_000m, ["europe"] = 300m }, MeasuredBuckets = new(0.9m, 10, 1) };
        var desk = Scenario.Given([.. Some.Desk(Some.Open(limits), Some.Ada), Some.Quote(Some.EurUsd, 1m, 1m, 0), Some.Done(Some.Ada, 0)]);
        decimal[] steps = [1m, 3m, -2m, 4m, -1m, -3m, 2m, 5m, -4m, 1m, 2m, -1m];
        var (up, other) = (100m, 100m);
        for (var i = 0; i < steps.Length; i++)
        {
            // SAP goes against SPY step by step; QQQ goes its own way.
            up += steps[i];
            other += steps[(i * 5) % steps.Length];
            desk.When(Some.Trade(Some.Spy, up, i + 1, 0, end: false), Some.Trade(Some.Sap, 10_000m / up, i + 1, 1, end: false), Some.Trade(Some.Qqq, other, i + 1, 2), Some.Done(Some.Ada, i + 1));
        }

        desk.When(Some.Trade(Some.Spy, up, 100_000), Some.Done(Some.Ada, 100_000));
        Assert.Equal([(Some.Sap, "measured:SAP.XETR"), (Some.Spy, "measured:SAP.XETR")], desk.Only<BucketsReformed>().Buckets.Select(b => (b.Key, b.Value)));
        Assert.Equal((300m, 5_000m), (desk.State.Books[Some.Spy].Bucket.Limit, desk.State.Books[Some.Qqq].Bucket.Limit));
        desk.When(Some.Trade(Some.Spy, 100m, 100_001), Some.Wants(Some.Ada, Side.Buy, 4m, 100_001), Some.Done(Some.Ada, 100_001));
        Assert.Contains(desk.Only<OrderBlocked>().Checks, c => c is { Rule: "BUCKET_LIMIT", Passed: false, Limit: 300m });

        // Since then SPY has moved alone: it goes back to where its terms say.
        desk.When(Some.Trade(Some.Spy, 100m, 200_000), Some.Done(Some.Ada, 200_000)).Then("trading_day_opened", "buckets_reformed");
        Assert.Empty(desk.Only<BucketsReformed>().Buckets);
        Assert.Equal(("equity", 5_000m), (desk.State.Books[Some.Spy].Bucket.Name, desk.State.Books[Some.Spy].Bucket.Limit));
    }
}
