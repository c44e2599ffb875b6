using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Projections.Tests.Explaining;

/// <summary>One minute of trading, written by hand: a decision of two against one, an order in two fills, and one that risk stops.</summary>
internal static class HandMade
{
    public const string Decision = "main-SPY.ARCX-20131007T133100Z";
    public const string Blocked = "main-SPY.ARCX-20131007T133200Z";
    private static readonly Timestamp First = Timestamp.Parse("2013-10-07T13:31:00Z");
    private static readonly Timestamp Second = Timestamp.Parse("2013-10-07T13:32:00Z");

    public static IEnumerable<AppendBatch> Batches()
    {
        var session = new Session(1, "main");
        session.Open("main");
        yield return session.Batch("main");

        session.Input("signal", Bar(41, First, 167.31m), []);
        session.Input("signal", Bar(42, Second, 167.9m), []);
        yield return session.Batch("main");

        var trend = Intent("i-1", "trend@1.3.0", Side.Buy, 100m, 0.8m, "10-bar mean crossed the 30-bar mean from below", First, 41, ("fast", 167.12m), ("slow", 166.98m));
        var reversion = Intent("i-2", "meanrev@2.1.0", Side.Sell, 40m, 0.3m, "1.2 deviations above the mean [of 20]", First, 41, ("z", 1.20m));
        session.Input("intent", Json(trend), [session.Event($"round-{Decision}", new IntentReceived(Decision, trend), Decision, "intent:i-1")]);
        session.Input("intent", Json(reversion), [session.Event($"round-{Decision}", new IntentReceived(Decision, reversion), Decision, "intent:i-2")]);
        var made = new DecisionMade(
            Decision, "main", "SPY.ARCX", First, DecisionAction.Buy, 100m, OrderType.Limit, 167.4m, null, TimeInForce.Day, "confidenceWeighted",
            [new Vote("meanrev@2.1.0", "i-2", Side.Sell, 40m, 0.3m, 1m, -0.3m, reversion.Rationale), new Vote("trend@1.3.0", "i-1", Side.Buy, 100m, 0.8m, 2m, 1.6m, trend.Rationale)],
            ["breakout@1.0.0"], [], [new Allocation("trend@1.3.0", 100m)], true, "0.8 x 2 - 0.3 x 1 = 1.3 of 3, share 0.4333", "share 0.4333 is above the threshold 0.2", "main-1");
        var terms = new OrderTerms("main-1", "main", Decision, "SPY.ARCX", Side.Buy, 100m, OrderType.Limit, 167.4m, null, TimeInForce.Day);
        session.Input("progress", "{\"agent\":\"breakout@1.0.0\"}",
        [
            session.Event($"round-{Decision}", made, Decision),
            session.Event("order-main-1", new OrderApproved(
                terms, made.Allocation,
                [new RiskCheck("DAILY_LOSS", 120.50m, 5_000m, "USD", true, "loss so far"), new RiskCheck("POSITION_CAP", 100m, null, "units", true, "no cap is set")],
                167.4m, 16_740m, First), Decision),
            session.Event("order-main-1", new OrderSubmissionAttempted("main-1", "paper", First), Decision),
            session.Event("order-main-1", new OrderSubmitted("main-1", "paper", First), Decision),
        ]);
        yield return session.Batch("main");

        session.Input("report", "{\"report\":{\"orderId\":\"main-1\",\"kind\":\"partialFill\"}}",
            [session.Event("order-main-1", new OrderPartiallyFilled(Fill("main-1-1", 60m, 167.35m, 0.30m, 60m, 40m, First)), Decision, "report:main-1-1")]);
        session.Input("report", "{\"report\":{\"orderId\":\"main-1\",\"kind\":\"acknowledged\"}}",
            [session.Event("order-main-1", new OrderAnomalyNoted("main-1", OrderState.PartiallyFilled, "Acknowledged", "not legal while the order is PartiallyFilled", Second), Decision)]);
        session.Input("report", "{\"report\":{\"orderId\":\"main-1\",\"kind\":\"fill\"}}",
            [session.Event("order-main-1", new OrderFilled(Fill("main-1-2", 40m, 167.4m, 0.20m, 100m, 0m, Second)), Decision, "report:main-1-2")]);

        var more = Intent("i-3", "trend@1.3.0", Side.Buy, 500m, 0.9m, "still rising", Second, 4_242);
        session.Input("intent", Json(more), [session.Event($"round-{Blocked}", new IntentReceived(Blocked, more), Blocked, "intent:i-3")]);
        var tooMuch = new OrderTerms("main-2", "main", Blocked, "SPY.ARCX", Side.Buy, 500m, OrderType.Market, null, null, TimeInForce.Day);
        session.Input("deadline", "{\"asOf\":\"2013-10-07T13:32:00Z\"}",
        [
            session.Event($"round-{Blocked}", new DecisionMade(
                Blocked, "main", "SPY.ARCX", Second, DecisionAction.Buy, 500m, OrderType.Market, null, null, TimeInForce.Day, "confidenceWeighted",
                [new Vote("trend@1.3.0", "i-3", Side.Buy, 500m, 0.9m, 2m, 1.8m, "still rising")], [], ["breakout@1.0.0", "meanrev@2.1.0"],
                [new Allocation("trend@1.3.0", 500m)], false, "0.9 x 2 = 1.8 of 2, share 0.9", "share 0.9 is above the threshold 0.2", "main-2"), Blocked),
            session.Event("order-main-2", new OrderBlocked(
                tooMuch, [new Allocation("trend@1.3.0", 500m)], [new RiskCheck("POSITION_CAP", 600m, 500m, "units", false, "100 held, 500 more")], 167.9m,
                "POSITION_CAP 600 units, limit 500 (100 held, 500 more)", Second), Blocked),
            session.Event("risk-main", new RiskViolationDetected(
                "main", "POSITION_CAP", ViolationKind.Blocked, 600m, 500m, "units", "SPY.ARCX", "main-2", Blocked, "100 held, 500 more", Second), Blocked),
        ]);
        yield return session.Batch("main");
    }

    private static string Bar(long sequence, Timestamp time, decimal close) => System.Text.Encoding.UTF8.GetString(SignalJson.Write(new Signal
    {
        Kind = SignalKind.Bar, Instrument = "SPY.ARCX", Time = time, Start = time - TimeSpan.FromMinutes(1), Feed = "lean", Sequence = sequence, SliceEnd = true,
        Open = 167.2m, High = 168m, Low = 167.05m, Price = close, Size = 12_300m,
    }));

    private static Intent Intent(
        string id, string agent, Side side, decimal quantity, decimal confidence, string why, Timestamp at, long seen, params (string Name, decimal Value)[] features) => new(
        id, "main", agent, "SPY.ARCX", side, quantity, OrderType.Market, null, null, TimeInForce.Day, confidence, why, features.ToDictionary(f => f.Name, f => f.Value), at, $"lean:{seen}");

    private static string Json(Intent intent) => JsonSerializer.Serialize(intent, EventJson.Options);

    private static Execution Fill(string id, decimal quantity, decimal price, decimal fee, decimal cumulative, decimal leaves, Timestamp at)
    {
        var cost = cumulative == 60m ? 10_041m : 16_737m;
        return new Execution(
            "main-1", id, "main", Decision, "SPY.ARCX", Side.Buy, quantity, price, fee, "USD", cumulative, leaves, 0m, cumulative, cost,
            [new ExecutionShare("trend@1.3.0", quantity, fee, 0m, cumulative, cost)], at);
    }
}
