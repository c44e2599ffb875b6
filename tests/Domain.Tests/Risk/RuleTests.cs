using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class RuleTests
{
    private static RiskCheck Check(Scenario desk, string rule) => desk.Events.Select(e => (e as OrderApproved)?.Checks ?? (e as OrderBlocked)?.Checks)
        .OfType<IReadOnlyList<RiskCheck>>().Single().Single(c => c.Rule == rule);

    private static Scenario Desk(RiskLimits limits, string venue = "paper") =>
        Scenario.Given([.. Some.Desk(Some.Open(limits, venue: venue, cash: new() { ["USD"] = 10_000m }), Some.Ada), .. Round(1)]);

    /// <summary>A quote of 9.90 to 10.00 and what Ada wants by it.</summary>
    private static Input[] Round(int second, params Input[] intents) => [Some.Quote(Some.Spy, 9.9m, 10m, second), .. intents, Some.Done(Some.Ada, second)];

    private static Scenario Wants(Scenario desk, Side side, decimal quantity, int second) => desk.When(Round(second, Some.Wants(Some.Ada, side, quantity, second)));

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_position_may_reach_its_cap_and_not_pass_it(int quantity, bool passes)
    {
        var desk = Wants(Desk(Some.Limits(cap: 100m)), Side.Buy, quantity, 2);
        Assert.Equal((quantity, 100m, passes), (Check(desk, "POSITION_CAP").Value, Check(desk, "POSITION_CAP").Limit, Check(desk, "POSITION_CAP").Passed));
        if (passes) desk.Then("intent_received", "decision_made", "order_approved", "order_submitted", "order_acknowledged", "order_filled");
        else desk.Then("intent_received", "decision_made", "order_blocked", "risk_violation_detected");
        Assert.Equal(passes ? "approved" : "blocked", Assert.Single(desk.Answers).Outcome);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_short_position_has_the_same_cap(int quantity, bool passes) =>
        Assert.Equal(passes, Check(Wants(Desk(Some.Limits(cap: 100m)), Side.Sell, quantity, 2), "POSITION_CAP").Passed);

    [Fact]
    public void A_flip_may_go_from_cap_to_cap()
    {
        var desk = Wants(Wants(Desk(Some.Limits(cap: 100m)), Side.Buy, 100m, 2), Side.Sell, 200m, 3);
        Assert.Equal(-100m, desk.State.Books[Some.Spy].Position.Quantity);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_bucket_reckons_with_every_instrument_and_open_order_in_it(int quantity, bool passes)
    {
        // 50 QQQ resting at 20 (limit 15 or market 20: the higher) are 1,000; SPY at 10 has 1,000 left.
        var desk = Desk(Some.Limits(bucket: 2_000m)).When(
            Some.Quote(Some.Qqq, 20m, 20m, 2), Some.AtLimit(Some.Ada, Side.Buy, 50m, 15m, 2, Some.Qqq), Some.Done(Some.Ada, 2));
        Wants(desk, Side.Buy, quantity, 3);
        Assert.Equal((1_000m + (quantity * 10m), passes), (Check(desk, "BUCKET_LIMIT").Value, Check(desk, "BUCKET_LIMIT").Passed));
    }

    [Fact]
    public void The_way_down_stays_open_when_the_market_has_carried_a_bucket_over_its_limit()
    {
        var desk = Wants(Desk(Some.Limits(bucket: 1_000m)), Side.Buy, 100m, 2);
        desk.When(Some.Quote(Some.Spy, 19.9m, 20m, 3), Some.Wants(Some.Ada, Side.Sell, 10m, 3), Some.Done(Some.Ada, 3));
        Assert.Equal(90m, desk.State.Books[Some.Spy].Position.Quantity);
        desk.When(Some.Quote(Some.Spy, 19.9m, 20m, 4), Some.Wants(Some.Ada, Side.Buy, 1m, 4), Some.Done(Some.Ada, 4));
        Assert.Equal(90m, desk.State.Books[Some.Spy].Position.Quantity);
    }

    [Fact]
    public void Without_a_price_nothing_passes()
    {
        var desk = Desk(RiskLimits.None).When(Some.Quote(Some.Qqq, 1m, 1m, 2), Some.Wants(Some.Ada, Side.Buy, 1m, 2, Some.Sap), Some.Done(Some.Ada, 2));
        Assert.False(Check(desk, "PRICE_UNKNOWN").Passed);
        Assert.Null(desk.Only<OrderBlocked>().ReferencePrice);
    }

    [Fact]
    public void Without_a_rate_into_base_currency_nothing_passes_and_with_one_it_does()
    {
        var desk = Desk(Some.Limits(bucket: 220m)).When(Some.Quote(Some.Sap, 100m, 100m, 2), Some.Wants(Some.Ada, Side.Buy, 1m, 2, Some.Sap), Some.Done(Some.Ada, 2));
        Assert.Contains("no rate from EUR to USD", Check(desk, "PRICE_UNKNOWN").Detail, StringComparison.Ordinal);

        desk.When(Some.Quote(Some.EurUsd, 1.1m, 1.1m, 3), Some.Wants(Some.Ada, Side.Buy, 2m, 3, Some.Sap), Some.Done(Some.Ada, 3));
        Assert.Equal((220m, true), (Check(desk, "BUCKET_LIMIT").Value, Check(desk, "BUCKET_LIMIT").Passed));
        Assert.Equal(220m, desk.Only<OrderApproved>().Reserved);
    }

    [Fact]
    public void A_blocked_order_names_every_rule_that_it_breaks()
    {
        var desk = Wants(Desk(Some.Limits(cap: 5m, bucket: 50m)), Side.Buy, 10m, 2);
        Assert.Equal(["POSITION_CAP", "BUCKET_LIMIT"], desk.Events.OfType<RiskViolationDetected>().Select(v => v.Rule));
        Assert.Equal("POSITION_CAP 10 units, limit 5 (position 0, open buys 0, open sells 0); BUCKET_LIMIT 100 USD, limit 50 (bucket equity)", desk.Only<OrderBlocked>().Reason);
        Assert.Equal(["PRICE_UNKNOWN", "KILL_SWITCH", "POSITION_CAP", "BUCKET_LIMIT"], desk.Only<OrderBlocked>().Checks.Select(c => c.Rule));
    }

    [Fact]
    public void Orders_that_wait_at_a_broker_hold_their_reservation_until_they_end()
    {
        var desk = Desk(Some.Limits(cap: 100m), "broker");
        Wants(desk, Side.Buy, 60m, 2).Then("intent_received", "decision_made", "order_approved", "order_submission_attempted");
        Assert.False(Check(Wants(desk, Side.Buy, 41m, 3), "POSITION_CAP").Passed);
        Assert.True(Check(Wants(desk, Side.Buy, 40m, 4), "POSITION_CAP").Passed);
        desk.When(new ReportInput(new ExecutionReport("alpha-1", ReportKind.Rejected, "", 0m, 0m, 0m, "no", Some.Time(4))));
        Assert.True(Check(Wants(desk, Side.Buy, 60m, 5), "POSITION_CAP").Passed);
    }

    [Fact]
    public void No_interleaving_of_approvals_reports_and_cancels_passes_the_caps_together() => Draw.Property(60, random =>
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(Some.Limits(cap: 100m, bucket: 1_500m), venue: "broker"), Some.Ada));
        for (var second = 1; second <= 40; second++)
        {
            var instrument = random.Of(Some.Spy, Some.Qqq);
            desk.When(Some.Quote(Some.Spy, 10m, 10m, second, 0, end: false), Some.Quote(Some.Qqq, 10m, 10m, second, 1),
                Some.Wants(Some.Ada, random.Of(Side.Buy, Side.Sell), random.Next(90), second, instrument), Some.Done(Some.Ada, second));
            foreach (var order in desk.State.Orders.Values.Where(o => o.Live).ToArray())
            {
                if (random.Chance(0.6)) continue;
                desk.When(new ReportInput(new ExecutionReport(order.Terms.OrderId, random.Of(ReportKind.Fill, ReportKind.Fill, ReportKind.Cancelled, ReportKind.Rejected),
                    $"{order.Terms.OrderId}/{second}", random.Next(1, (int)order.Leaves + 1), 10m, 0m, "", Some.Time(second))));
            }

            var books = desk.State.Books.Values.Where(b => b.Instrument.Bucket == "equity").ToArray();
            Assert.All(books, b => Assert.True(b.WorstPosition() <= 100m));
            Assert.True(books.Sum(b => b.WorstPosition()) * 10m <= 1_500m);
        }
    });

    [Fact]
    public void No_history_on_paper_passes_the_position_cap() => Draw.Property(30, random =>
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(Some.Limits(cap: 90m), settings: new() { ["participation"] = "0.4", ["seed"] = $"{random.Next()}" }), Some.Ada, Some.Bob));
        desk.When(Some.Quote(Some.EurUsd, 1.1m, 1.1m, 0));
        for (var second = 1; second <= 30; second++)
        {
            Portfolios.BookkeepingTests.Session(desk, random, second);
            Assert.All(desk.State.Books.Values, b => Assert.True(b.WorstPosition() <= 90m));
        }
    });
}
