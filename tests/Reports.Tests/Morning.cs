using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Reports.Tests;

/// <summary>
/// A morning by hand. Portfolio main buys 100 in two fills and is cancelled at 80; a second order is blocked; limits are loosened by two
/// persons; a drill; an agent is throttled and let go. Portfolio other has one order, of which main's reports must know nothing.
/// </summary>
internal static class Morning
{
    public const string Decision = "main-SPY.ARCX-20261102T090000Z", Refused = "main-SPY.ARCX-20261102T090100Z";
    public static readonly Timestamp AsOf = Timestamp.Parse("2026-11-02T08:59:00Z");
    public const string Hostile = "=HYPERLINK(\"http://evil.example\",\"x\")<script>alert('1')</script>,\r\nsecond line";

    public static HandMadeLog Write()
    {
        var log = new HandMadeLog();
        log.Add("portfolio-main", new PortfolioOpened("main", "USD", [new Instrument("SPY.ARCX", "USD")], "paper", new Dictionary<string, string>(), "configuration", "as configured"), "command:c-0");
        log.Add("portfolio-main", new RiskLimitsSet("main", RiskLimits.None with { MaxDailyLoss = 5_000m, DefaultPositionCap = 100m }, "configuration", "as configured"), "command:c-0");
        // Position 3: a quote of 99.98 / 100.02, and one that lies after the decision's time.
        log.Add("tape-main", new InputsRecorded("main", AsOf, [], [Signal(1, AsOf, 99.98m, 100.02m), Signal(2, AsOf + TimeSpan.FromMinutes(1), 200m, 200.1m)]));
        var intent = new Intent("i-1", "main", "trend@1.0.0", "SPY.ARCX", Side.Buy, 100m, OrderType.Limit, 101m, null, TimeInForce.Day, 0.8m, Hostile, new Dictionary<string, decimal> { ["z"] = -1.5m, ["a"] = 2m }, AsOf, "feed:1");
        log.Add($"round-{Decision}", new IntentReceived(Decision, intent));
        log.Add($"round-{Decision}", new DecisionMade(
            Decision, "main", "SPY.ARCX", AsOf, DecisionAction.Buy, 100m, OrderType.Limit, 101m, null, TimeInForce.Day, "majority",
            [new Vote("trend@1.0.0", "i-1", Side.Buy, 100m, 0.8m, 1m, 0.8m, Hostile)], ["calm@1.0.0"], [],
            [new Allocation("calm@1.0.0", 40m), new Allocation("trend@1.0.0", 60m)], false, "1 buy of 1", "the majority buys", "main-1"));
        var terms = new OrderTerms("main-1", "main", Decision, "SPY.ARCX", Side.Buy, 100m, OrderType.Limit, 101m, null, TimeInForce.Day);
        Allocation[] makers = [new("calm@1.0.0", 40m), new("trend@1.0.0", 60m)];
        log.Add("order-main-1", new OrderApproved(terms, makers, [new RiskCheck("POSITION_CAP", 100m, 100m, "units", true, "")], 100.02m, 10_002m, AsOf));                    // 6
        log.Add("order-main-1", new OrderSubmitted("main-1", "paper", AsOf));                                                                                          // 7
        log.Add("order-main-1", new OrderAcknowledged("main-1", "B-1", AsOf));                                                                                         // 8
        log.Add("order-main-1", new OrderPartiallyFilled(Fill("e-1", 30m, 100.1m, 0.3m, 30m, 70m, 0m, AsOf + TimeSpan.FromSeconds(2))));                               // 9
        log.Add("order-main-1", new OrderPartiallyFilled(Fill("e-2", 50m, 100.06m, 0.5m, 80m, 20m, 12.5m, AsOf + TimeSpan.FromSeconds(5))));                           // 10
        log.Add("order-main-1", new OrderCancelRequested("main-1", "ann", "enough", AsOf + TimeSpan.FromSeconds(9)), "command:c-1");                                   // 11
        log.Add("order-main-1", new OrderCancelled("main-1", 20m, "cancelled by request", AsOf + TimeSpan.FromSeconds(9)));                                            // 12
        log.Add("commands-main", new CommandAnswered("main", "c-1", "ann", null, "cancelOrder", "done", null, ""), "command:c-1");                                      // 13
        var second = terms with { OrderId = "main-2", DecisionId = Refused, Side = Side.Sell, Quantity = 300m, OrderType = OrderType.Market, LimitPrice = null };
        log.Add("order-main-2", new OrderBlocked(second, [new Allocation("trend@1.0.0", 300m)], [new RiskCheck("POSITION_CAP", -220m, 100m, "units", false, "SPY.ARCX")], 99.98m, "POSITION_CAP", AsOf));  // 14
        log.Add("risk-main", new RiskViolationDetected("main", "POSITION_CAP", ViolationKind.Blocked, 220m, 100m, "units", "SPY.ARCX", "main-2", Refused, Hostile, AsOf));                         // 15
        log.Add("portfolio-main", new RiskLimitsSet("main", RiskLimits.None with { MaxDailyLoss = 5_000m, DefaultPositionCap = 400m, PriceCollar = 0.1m }, "ann", "more room"), "command:c-2.approved");  // 16
        log.Add("commands-main", new CommandAnswered("main", "c-2.approved", "ann", "bob", "setRiskLimits", "done", null, ""), "command:c-2.approved");                  // 17
        log.Add("risk-main", new KillSwitchEngaged("main", KillSwitchScope.Portfolio, null, KillSwitchMode.Halt, "ann", "Drill of the quarter"), "command:c-3");         // 18
        log.Add("risk-main", new KillSwitchReleased("main", KillSwitchScope.Portfolio, null, "ann", "over"), "command:c-4.approved");                                   // 19
        log.Add("commands-main", new CommandAnswered("main", "c-4.approved", "ann", "bob", "releaseKillSwitch", "done", null, ""), "command:c-4.approved");              // 20
        log.Add("risk-main", new ThrottleTripped("main", "trend@1.0.0", "SPY.ARCX", Side.Buy, 5, 10, AsOf));                                                           // 21
        log.Add("risk-main", new ThrottleReleased("main", "trend@1.0.0", "ann", "looked at it"), "command:c-5");                                                       // 22
        log.Add("order-other-1", new OrderApproved(terms with { OrderId = "other-1", Portfolio = "other" }, makers, [], 100m, 1m, AsOf));                              // 23
        log.Add("refusals-main", new IntentRefused("main", "i-9", "trend@1.0.0", "TOO_LATE", "too late", "{}", 2, new string('0', 64)));                                // 24
        return log;
    }

    private static Execution Fill(string id, decimal quantity, decimal price, decimal fee, decimal cumulative, decimal leaves, decimal realised, Timestamp at) => new(
        "main-1", id, "main", Decision, "SPY.ARCX", Side.Buy, quantity, price, fee, "USD", cumulative, leaves, realised, cumulative, cumulative * price,
        [new ExecutionShare("calm@1.0.0", quantity * 0.4m, fee * 0.4m, realised, 0m, 0m), new ExecutionShare("trend@1.0.0", quantity * 0.6m, fee * 0.6m, 0m, 0m, 0m)], at);

    private static TapeEntry Signal(long sequence, Timestamp at, decimal bid, decimal ask) => new("signal", 0, JsonDocument.Parse(Encoding.UTF8.GetString(SignalJson.Write(
        new Signal { Kind = SignalKind.Quote, Instrument = "SPY.ARCX", Time = at, Feed = "feed", Sequence = sequence, Bid = bid, Ask = ask, BidSize = 1m, AskSize = 1m }))).RootElement);
}
