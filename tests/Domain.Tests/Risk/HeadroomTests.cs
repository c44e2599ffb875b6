using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class HeadroomTests
{
    private static readonly RiskLimits Limits = Some.Limits(dailyLoss: 100m, cap: 60m, bucket: 700m) with
    {
        MaxGrossExposure = 650m,
        MaxNetExposure = 900m,
        MaxLeverage = 2m,
        MaxConcentration = 0.055m,
        MaxDrawdown = 0.5m,
        MaxOpenOrders = 3,
        PositionNotionals = new Dictionary<string, decimal> { [Some.Qqq] = 50m },
    };

    [Fact]
    public void Every_limit_that_is_set_tells_what_is_used_of_it_and_what_is_left()
    {
        var told = Headroom.Of(Holding(20m).State);

        Assert.Equal(
            [
                ("GROSS_EXPOSURE", null, 200m, 650m), ("NET_EXPOSURE", null, 200m, 900m), ("LEVERAGE", null, 200m, 20_000m), ("MAX_DAILY_LOSS", null, 0m, 100m),
                ("MAX_DRAWDOWN", null, 0m, 5_000m), ("MAX_OPEN_ORDERS", null, 0m, 3m),
            ],
            told.Where(h => h.Dimension == HeadroomDimension.Portfolio).Select(h => (h.Rule, h.Key, h.Used, h.Limit)));
        Assert.Contains(("POSITION_CAP", Some.Spy, 20m, 60m), told.Select(h => (h.Rule, h.Key!, h.Used, h.Limit)));
        Assert.Contains(("CONCENTRATION", Some.Spy, 200m, 550m), told.Select(h => (h.Rule, h.Key!, h.Used, h.Limit)));
        Assert.Contains(("BUCKET_LIMIT", "equity", 200m, 700m), told.Select(h => (h.Rule, h.Key!, h.Used, h.Limit)));
        Assert.Equal(0m, told.Single(h => h.Rule == "POSITION_NOTIONAL").Used);
        Assert.All(told, h => Assert.Equal(h.Limit - h.Used, h.Left));
    }

    [Theory]
    [InlineData("GROSS_EXPOSURE")]
    [InlineData("CONCENTRATION")]
    [InlineData("POSITION_CAP")]
    [InlineData("BUCKET_LIMIT")]
    public void An_order_may_use_just_what_is_left(string rule)
    {
        var limits = rule switch
        {
            "GROSS_EXPOSURE" => RiskLimits.None with { MaxGrossExposure = 650m },
            "CONCENTRATION" => RiskLimits.None with { MaxConcentration = 0.055m },
            "POSITION_CAP" => Some.Limits(cap: 60m),
            _ => Some.Limits(bucket: 700m),
        };
        var left = Headroom.Of(Holding(20m, limits).State).Single(h => h.Rule == rule && h.Key is null or Some.Spy or "equity").Left;
        var units = rule == "POSITION_CAP" ? left : left / 10m;

        Assert.True(Passes(limits, rule, units));
        Assert.False(Passes(limits, rule, units + 1m));
    }

    private static bool Passes(RiskLimits limits, string rule, decimal quantity)
    {
        var desk = Holding(20m, limits);
        Buy(desk, quantity, 3);
        var checks = desk.Events.OfType<OrderApproved>().Select(e => e.Checks).Concat(desk.Events.OfType<OrderBlocked>().Select(e => e.Checks)).Last();
        return checks.Single(c => c.Rule == rule).Passed;
    }

    private static Scenario Holding(decimal quantity, RiskLimits? limits = null)
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(limits: limits ?? Limits, policy: Some.Policy(VotingMethod.Netting), venue: "broker", cash: new() { ["USD"] = 10_000m }), Some.Ada));
        Buy(desk, quantity, 2);
        desk.When(new ReportInput(new ExecutionReport("alpha-1", ReportKind.Fill, "x", quantity, 10m, 0m, "", Some.Time(2))));
        return desk;
    }

    private static void Buy(Scenario desk, decimal quantity, int second) =>
        desk.When(Some.Quote(Some.Spy, 10m, 10m, second), Some.Wants(Some.Ada, Side.Buy, quantity, second), Some.Done(Some.Ada, second));
}
