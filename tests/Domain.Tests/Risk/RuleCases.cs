using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Tests.Brokers;

namespace EventSourcedTrading.Domain.Tests.Risk;

/// <summary>
/// For every rule an order that passes, one that fails, and one that is exactly at the limit, with what is said of it. Ada has
/// 10,000 USD; SPY and QQQ cost 10.
/// </summary>
public sealed class RuleCases
{
    private const decimal Any = -1m;
    private static readonly FirmInput Halt = new(1, null, 0m, 0m, 0, new KillSwitch(KillSwitchScope.Firm, null, KillSwitchMode.Halt, "olivia", "because"));
    private static readonly CommandInput ReduceOnly = Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly), "k");

    private sealed record Case(string Rule, string Name, bool Passes, decimal Value, RiskLimits Limits, Input[] Inputs, string Venue = "paper");

    private static readonly Case[] All =
    [
        new("PRICE_UNKNOWN", "passing", true, 10m, RiskLimits.None, Buy(5, 2)),
        new("PRICE_UNKNOWN", "failing", false, 0m, RiskLimits.None, [Quote(10m, 2, Some.Qqq), Wants(Side.Buy, 1, 2), Done(2)]),
        new("PRICE_UNKNOWN", "boundary", false, 100m, RiskLimits.None, [Quote(100m, 2, Some.Sap), Wants(Side.Buy, 1, 2, Some.Sap), Done(2)]),

        new("VENUE_OPEN", "passing", true, 0m, RiskLimits.None, Buy(5, 2), "broker"),
        new("VENUE_OPEN", "failing", false, 1m, RiskLimits.None, [.. Buy(5, 2), Venue(false), .. Buy(5, 3)], "broker"),
        new("VENUE_OPEN", "boundary", true, 0m, RiskLimits.None, [Venue(false), Venue(true), .. Buy(5, 2)], "broker"),

        new("VENUE_CAPABILITY", "passing", true, 0m, RiskLimits.None, [Venue(false), Reopened, .. Buy(5, 2)], "broker"),
        new("VENUE_CAPABILITY", "failing", false, 1m, RiskLimits.None, [Venue(false), Reopened, .. Sell(5, 2)], "broker"),
        new("VENUE_CAPABILITY", "boundary", true, 0m, RiskLimits.None, [Venue(false), Reopened, Some.Command(new AdoptHolding(Some.Spy, 5m, 10m, 0m, "x"), "h"), .. Sell(5, 2)], "broker"),

        new("KILL_SWITCH", "passing", true, 0m, RiskLimits.None, Buy(5, 2)),
        new("KILL_SWITCH", "failing", false, 1m, RiskLimits.None, [.. Buy(5, 2), Halt, .. Sell(5, 3)]),
        new("KILL_SWITCH", "boundary", true, 1m, RiskLimits.None, [.. Buy(5, 2), ReduceOnly, .. Sell(5, 3)]),

        // A hundred at 10, then at 9.01: 99 are lost.
        .. Three("MAX_DAILY_LOSS", Some.Limits(dailyLoss: 100m), p => [.. Buy(100, 2), .. Buy(1, 3, p)], (9.01m, true, 99m), (8.99m, false, 101m), (9m, false, 100m)),
        .. Three("MAX_DRAWDOWN", RiskLimits.None with { MaxDrawdown = 0.01m }, p => [.. Buy(100, 2), .. Buy(1, 3, p)], (9.01m, true, 99m), (8.99m, false, 101m), (9m, false, 100m)),

        .. Around100("POSITION_CAP", 1m, Some.Limits(cap: 100m)),
        .. Around100("POSITION_NOTIONAL", 10m, RiskLimits.None with { DefaultPositionNotional = 1_000m }),
        .. Around100("BUCKET_LIMIT", 10m, Some.Limits(bucket: 1_000m)),
        .. Around100("GROSS_EXPOSURE", 10m, RiskLimits.None with { MaxGrossExposure = 1_000m }),
        .. Around100("NET_EXPOSURE", 10m, RiskLimits.None with { MaxNetExposure = 1_000m }),
        .. Three("FIRM_HEADROOM", RiskLimits.None, q => [new FirmInput(1, 5_000m, 1_000m, 1_000m, 1, null), .. Buy(q, 2)], (99m, true, 990m), (101m, false, 1_010m), (100m, true, 1_000m)),
        .. Around100("LEVERAGE", 10m, RiskLimits.None with { MaxLeverage = 0.1m }),
        .. Around100("CONCENTRATION", 10m, RiskLimits.None with { MaxConcentration = 0.1m }),
        .. Around100("ORDER_SIZE", 1m, RiskLimits.None with { DefaultOrderSize = 100m }),
        .. Around100("ORDER_NOTIONAL", 10m, RiskLimits.None with { DefaultOrderNotional = 1_000m }),

        .. Three("PRICE_COLLAR", RiskLimits.None with { PriceCollar = 0.05m }, p => [Quote(10m, 2), Some.AtLimit(Some.Ada, Side.Buy, 1m, p, 2), Done(2)],
            (10.49m, true, 0.49m), (10.51m, false, 0.51m), (10.5m, true, 0.5m)),
        .. Three("STALE_MARKET_DATA", RiskLimits.None with { MaxPriceAgeSeconds = 60 },
            s => [Quote(10m, 1), Done(1), Quote(10m, (int)s, Some.Qqq), Wants(Side.Buy, 1, (int)s), Done((int)s)], (60m, true, 59m), (62m, false, 61m), (61m, true, 60m)),

        // Two in ten seconds: what is ten seconds old no longer counts.
        .. Three("ORDER_RATE", RiskLimits.None with { OrderRate = new(2, 10) }, s => [.. Buy(1, 2), .. Buy(1, 3), .. Buy(1, (int)s)], (20m, true, 1m), (11m, false, 3m), (12m, true, 2m)),
        .. Three("AGENT_ORDER_RATE", RiskLimits.None with { AgentOrderRate = new(2, 10) }, s => [.. Buy(1, 2), .. Buy(1, 3), .. Buy(1, (int)s)], (20m, true, 1m), (11m, false, 3m), (12m, true, 2m)),
        .. Three("REPEAT_THROTTLE", RiskLimits.None with { RepeatThrottle = new(2, 10) }, n => [.. Enumerable.Range(2, (int)n).SelectMany(s => Buy(1, s))], (1m, true, 1m), (3m, false, 3m), (2m, true, 2m)),
        .. Three("DUPLICATE_ORDER", RiskLimits.None with { DuplicateSeconds = 10 }, s => [.. Buy(1, 2), .. Buy(1, (int)s)], (20m, true, 0m), (11m, false, 1m), (12m, true, 0m)),
        .. Three("MAX_OPEN_ORDERS", RiskLimits.None with { MaxOpenOrders = 2 }, n => [.. Enumerable.Range(2, (int)n).SelectMany(s => Buy(1, s))], (1m, true, 1m), (3m, false, 3m), (2m, true, 2m), "broker"),

        new("RESTRICTED", "passing", true, 0m, RiskLimits.None with { Restricted = [Some.Qqq] }, Buy(1, 2)),
        new("RESTRICTED", "failing", false, 1m, RiskLimits.None with { Restricted = [Some.Spy] }, Buy(1, 2)),
        // Listed while it was held: getting out is trading, too.
        new("RESTRICTED", "boundary", false, 1m, RiskLimits.None, [.. Buy(1, 2), Some.Command(new SetRiskLimits(RiskLimits.None with { Restricted = [Some.Spy] }), "l"), .. Sell(1, 3)]),

        .. Three("SHORT_SALE", RiskLimits.None with { DefaultShortSale = false }, q => [.. Buy(100, 2), .. Sell(q, 3)], (99m, true, 0m), (101m, false, 1m), (100m, true, 0m)),
        // Second 0 is 14:30 UTC.
        .. Three("SESSION_HOURS", RiskLimits.None with { DefaultSession = new(new(14, 30), new(14, 31)) }, s => Buy(1, (int)s), (59m, true, 0m), (90m, false, 1m), (60m, false, 1m)),
        .. Three("SELF_TRADE", RiskLimits.None with { PreventSelfTrade = true },
            p => [Quote(10m, 2), Some.AtLimit(Some.Ada, Side.Sell, 5m, 11m, 2), Done(2), Quote(10m, 3), Some.AtLimit(Some.Ada, Side.Buy, 5m, p, 3), Done(3)],
            (10.99m, true, 0m), (11.01m, false, 1m), (11m, false, 1m), "broker"),

        new("BRACKET_UNSUPPORTED", "passing", true, 0m, RiskLimits.None, Bracketed(11m, 9m, limit: 9.5m)),
        new("BRACKET_UNSUPPORTED", "failing", false, 1m, RiskLimits.None, Bracketed(11m, 9m), "broker"),
        new("BRACKET_UNSUPPORTED", "boundary", false, 1m, RiskLimits.None, Bracketed(null, 9m), "broker"),
        new("BRACKET_SIDES", "passing", true, 0m, RiskLimits.None, Bracketed(9.51m, 9.49m, limit: 9.5m)),
        new("BRACKET_SIDES", "failing", false, 1m, RiskLimits.None, Bracketed(10.05m, 10.01m)),
        new("BRACKET_SIDES", "boundary", false, 1m, RiskLimits.None, Bracketed(10m, 9m)),

        .. Three("RATE_LIMITED", RiskLimits.None with { AgentMessageRate = new(2, 10) }, n => [Quote(10m, 2), .. Enumerable.Range(1, (int)n).Select(i => Some.Wants(Some.Ada, Side.Buy, 1m, 1 + i, id: $"m{i}"))],
            (1m, true, Any), (3m, false, Any), (2m, true, Any)),
    ];

    public static TheoryData<string> Names => [.. All.Select(c => $"{c.Rule} {c.Name}")];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_order_is_judged_as_the_rule_says(string name)
    {
        var it = Assert.Single(All, c => $"{c.Rule} {c.Name}" == name);
        var desk = Scenario.Given(Some.Desk(Some.Open(it.Limits, venue: it.Venue, cash: new() { ["USD"] = 10_000m }), Some.Ada)).When(it.Inputs);
        if (RiskRules.Find(it.Rule)!.Check is null)
        {
            var refusals = desk.Log.OfType<IntentRefused>().Select(r => r.Code);
            Assert.Equal(it.Passes ? [] : [it.Rule], refusals);
            return;
        }

        var (checks, reason) = desk.Log.Select(e => e switch
        {
            OrderApproved a => (a.Checks, (string?)""),
            OrderBlocked b => (b.Checks, b.Reason),
            _ => (null!, null),
        }).Last(c => c.Item2 is not null);
        var check = Assert.Single(checks, c => c.Rule == it.Rule);
        Assert.Equal((it.Passes, it.Value), (check.Passed, check.Value));
        Assert.Equal(it.Passes, check.Detail.Length == 0);
        Assert.Equal(!it.Passes, reason!.Contains(it.Rule, StringComparison.Ordinal));
        if (!it.Passes) Assert.Contains(desk.Log.OfType<RiskViolationDetected>(), v => (v.Rule, v.Kind, v.Value) == (it.Rule, ViolationKind.Blocked, it.Value));
    }

    [Fact]
    public void Every_rule_has_a_passing_a_failing_and_a_boundary_case() =>
        Assert.Equal(
            RiskRules.All.SelectMany(r => (string[])[$"{r.Code} passing", $"{r.Code} failing", $"{r.Code} boundary"]).Order(StringComparer.Ordinal),
            Names.Select(n => n.Data).Order(StringComparer.Ordinal));

    [Fact]
    public void A_limit_that_is_not_set_leaves_no_check() =>
        Assert.Equal(["PRICE_UNKNOWN", "KILL_SWITCH"], Scenario.Given([.. Some.Desk(Some.Open(), Some.Ada), .. Buy(1, 2)]).Only<OrderApproved>().Checks.Select(c => c.Rule));

    [Fact]
    public void All_checks_of_an_order_are_recorded_not_only_the_first_that_fails()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(Everything, venue: "broker"), Some.Ada), Venue(false), Reopened, new FirmInput(1, 5_000m, 1_000m, 1_000m, 1, null), .. Bracketed(11m, 9m, 1_000m)]);
        Assert.Equal(RiskRules.All.Where(r => r.Check is not null).Select(r => r.Code), desk.Only<OrderBlocked>().Checks.Select(c => c.Rule));
        Assert.Equal(desk.Only<OrderBlocked>().Checks.Count(c => !c.Passed), desk.Events.OfType<RiskViolationDetected>().Count());
    }

    /// <summary>Every limit set, tight.</summary>
    internal static readonly RiskLimits Everything = Some.Limits(10_000m, 50m, 400m) with
    {
        MaxDrawdown = 0.05m,
        DefaultPositionNotional = 450m,
        MaxGrossExposure = 700m,
        MaxNetExposure = 500m,
        MaxLeverage = 0.5m,
        MaxConcentration = 0.4m,
        DefaultOrderSize = 40m,
        DefaultOrderNotional = 400m,
        PriceCollar = 0.1m,
        MaxPriceAgeSeconds = 30,
        OrderRate = new(6, 10),
        AgentOrderRate = new(4, 10),
        MessageRate = new(50, 10),
        AgentMessageRate = new(30, 10),
        RepeatThrottle = new(4, 8),
        DuplicateSeconds = 2,
        MaxOpenOrders = 5,
        Restricted = [Some.Sap],
        DefaultShortSale = false,
        ShortSales = new Dictionary<string, bool> { [Some.Qqq] = true },
        DefaultSession = new(new(14, 0), new(20, 0)),
        PreventSelfTrade = true,
        NearMissShare = 0.8m,
    };

    /// <summary>By an account that may not be short.</summary>
    private static VenueInput Reopened => Venue(true) with { Capabilities = VenueTests.Narrow with { Shorting = false, ThroughZero = true } };

    private static VenueInput Venue(bool open) => new(open, open ? "the books agree" : "no answer", Some.Time(1));

    private static IEnumerable<Case> Around100(string rule, decimal unit, RiskLimits limits) =>
        Three(rule, limits, quantity => Buy(quantity, 2), (99m, true, 99m * unit), (101m, false, 101m * unit), (100m, true, 100m * unit));

    private static IEnumerable<Case> Three(
        string rule, RiskLimits limits, Func<decimal, Input[]> inputs, (decimal At, bool Passes, decimal Value) passing, (decimal At, bool Passes, decimal Value) failing,
        (decimal At, bool Passes, decimal Value) boundary, string venue = "paper") =>
    [
        new(rule, "passing", passing.Passes, passing.Value, limits, inputs(passing.At), venue),
        new(rule, "failing", failing.Passes, failing.Value, limits, inputs(failing.At), venue),
        new(rule, "boundary", boundary.Passes, boundary.Value, limits, inputs(boundary.At), venue),
    ];

    private static Input[] Buy(decimal quantity, int second, decimal price = 10m) => [Quote(price, second), Wants(Side.Buy, quantity, second), Done(second)];

    private static Input[] Bracketed(decimal? takeProfit, decimal? stopLoss, decimal quantity = 1m, decimal? limit = null) =>
    [
        Quote(10m, 2), Some.Send(Some.Intent(Some.Ada, Side.Buy, quantity, 2) with
        {
            Bracket = new Bracket(takeProfit, stopLoss), OrderType = limit is null ? OrderType.Market : OrderType.Limit, LimitPrice = limit,
        }), Done(2),
    ];

    private static Input[] Sell(decimal quantity, int second) => [Quote(10m, second), Wants(Side.Sell, quantity, second), Done(second)];

    private static SignalInput Quote(decimal price, int second, string instrument = Some.Spy) => Some.Quote(instrument, price, price, second);

    private static IntentInput Wants(Side side, decimal quantity, int second, string instrument = Some.Spy) => Some.Wants(Some.Ada, side, quantity, second, instrument);

    private static ProgressInput Done(int second) => Some.Done(Some.Ada, second);
}
