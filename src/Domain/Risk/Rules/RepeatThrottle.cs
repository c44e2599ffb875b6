using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Stops an agent that does the same thing again and again: after so many approved orders of one agent, instrument and side within a
/// stretch of market time, all orders of that agent are blocked, reducing ones too, until a named person lets it go on.
/// </summary>
public static class RepeatThrottle
{
    public const string Code = "REPEAT_THROTTLE";

    public static readonly RiskRule Rule = new(
        Code, "Repeated-order throttle", "A loop: the same order over and over, each for itself within its limits.",
        "Orders of one agent, instrument and side approved in the last repeatThrottle.seconds of market time, this one included. With the order that reaches repeatThrottle.count the throttle trips (ThrottleTripped): every further order that the agent has a share in is blocked, whatever its instrument or side, until releaseThrottle (ThrottleReleased).",
        "orders", [new("repeatThrottle", "count (1 to 10,000) in seconds (1 to 86,400)")],
        "RTS 6 (2017/589) art. 15(3), repeated automated execution throttle", RuleScope.Agent, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        var rate = state.Limits.RepeatThrottle;
        if (rate is null && state.Risk.Throttled.Count == 0) return null;
        var most = 0;
        var detail = "";
        for (var i = 0; i < order.Allocation.Count; i++)
        {
            var doing = new Repetition(order.Allocation[i].Agent, order.Terms.Instrument, order.Terms.Side);
            if (rate is not null) most = Math.Max(most, Count(doing, rate, state, order.AsOf) + 1);
            if (state.Risk.Throttled.TryGetValue(doing.Agent, out var tripped))
                detail = $"{doing.Agent} repeated itself: {tripped.Side.ToString().ToLowerInvariant()} {tripped.Instrument}; a person must release it";
        }

        return new RiskCheck(Code, most, rate?.Count, "orders", detail.Length == 0, detail);
    }

    /// <summary>The agent whose throttle an approved order trips, if any, after the order has been counted.</summary>
    public static ThrottleTripped? Trip(OrderApproved approved, in Allocation share, PortfolioState state)
    {
        if (state.Limits.RepeatThrottle is not { } rate || state.Risk.Throttled.ContainsKey(share.Agent)) return null;
        var count = Count(new(share.Agent, approved.Terms.Instrument, approved.Terms.Side), rate, state, approved.AsOf);
        return count < rate.Count ? null
            : new ThrottleTripped(state.Portfolio, share.Agent, approved.Terms.Instrument, approved.Terms.Side, count, rate.Seconds, approved.AsOf);
    }

    private static int Count(Repetition doing, RateLimit rate, PortfolioState state, Timestamp asOf) =>
        state.Risk.Repetitions.TryGetValue(doing, out var times) ? times.Within(rate.Seconds, asOf) : 0;
}
