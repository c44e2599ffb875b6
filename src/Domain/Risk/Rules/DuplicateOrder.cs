using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Blocks an order that asks for the same as one before: same agents, instrument, side, quantity, type and prices.</summary>
public static class DuplicateOrder
{
    public const string Code = "DUPLICATE_ORDER";

    public static readonly RiskRule Rule = new(
        Code, "Duplicate order", "The same order sent twice.",
        "Whether an order of the same agents, instrument, side, quantity, type and prices was approved less than duplicateSeconds of market time ago.",
        "orders", [new("duplicateSeconds", "1 to 86,400")],
        "SEC 15c3-5(c)(1)(ii), orders that indicate duplicative orders", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.DuplicateSeconds is not { } seconds) return null;
        var like = state.Risk.RecentOrders.Like(order.Terms, order.Allocation);
        var passed = like is not { } same || order.AsOf.UnixMicros - same.At.UnixMicros >= seconds * 1_000_000L;
        return new RiskCheck(Code, passed ? 0m : 1m, 0m, "orders", passed, passed ? "" : $"the same as {like!.Value.Terms.OrderId} of {like.Value.At}, less than {seconds} s ago");
    }
}
