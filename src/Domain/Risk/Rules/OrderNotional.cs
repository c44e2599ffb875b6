using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Largest value of one order, in base currency.</summary>
public static class OrderNotional
{
    public const string Code = "ORDER_NOTIONAL";

    public static readonly RiskRule Rule = new(
        Code, "Order value", "One order that is worth too much, by its quantity or by its price.",
        "Quantity × price × multiplier × rate. It may reach the limit. Orders that reduce are held to it too; they can be sent in parts.",
        "base currency",
        [new("orderNotionals", "per instrument"), new("defaultOrderNotional", "for instruments that have none of their own")],
        "RTS 6 (2017/589) art. 15(1)(b), maximum order value; SEC 15c3-5(c)(1)(ii)", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (order.Book.Limits.OrderNotional is not { } limit) return null;
        var value = Exposure.Round(order.Terms.Quantity * order.Unit);
        var passed = value <= limit;
        return new RiskCheck(Code, value, limit, state.BaseCurrency, passed, passed ? "" : "one order; send it in parts");
    }
}
