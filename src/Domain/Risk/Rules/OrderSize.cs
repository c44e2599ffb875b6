using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Largest quantity of one order, in units of the instrument. Orders that reduce are held to it too: a slip of the finger goes either way.</summary>
public static class OrderSize
{
    public const string Code = "ORDER_SIZE";

    public static readonly RiskRule Rule = new(
        Code, "Order size", "A quantity with a digit too many.",
        "The order's quantity. It may reach the limit. Orders that reduce are held to it too; they can be sent in parts.",
        "units of the instrument",
        [new("orderSizes", "per instrument"), new("defaultOrderSize", "for instruments that have none of their own")],
        "RTS 6 (2017/589) art. 15(1)(c), maximum order volume; SEC 15c3-5(c)(1)(ii)", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (order.Book.Limits.OrderSize is not { } limit) return null;
        var passed = order.Terms.Quantity <= limit;
        return new RiskCheck(Code, order.Terms.Quantity, limit, "units", passed, passed ? "" : "one order; send it in parts");
    }
}
