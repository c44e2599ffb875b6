using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>How many orders the portfolio may send in any stretch of market time. Exact, not a bucket that refills.</summary>
public static class OrderRate
{
    public const string Code = "ORDER_RATE";

    public static readonly RiskRule Rule = new(
        Code, "Order rate", "A strategy that runs away, and penalties of the venue for it.",
        "Orders approved in the last orderRate.seconds of market time, this one included. They may reach orderRate.count.",
        "orders", [new("orderRate", "count (1 to 10,000) in seconds (1 to 86,400)")],
        "RTS 6 (2017/589) art. 15(1)(d), maximum messages; SEC 15c3-5(c)(1)(ii), over a short period of time", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.OrderRate is not { } rate) return null;
        var count = state.Risk.OrderTimes.Within(rate.Seconds, order.AsOf) + 1;
        var passed = count <= rate.Count;
        return new RiskCheck(Code, count, rate.Count, "orders", passed, passed ? "" : $"orders of the portfolio in {rate.Seconds} s");
    }
}
