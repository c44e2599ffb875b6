using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>How many orders of the portfolio may be live at once.</summary>
public static class OpenOrders
{
    public const string Code = "MAX_OPEN_ORDERS";

    public static readonly RiskRule Rule = new(
        Code, "Open orders", "More working orders than anyone can watch, or cancel in time.",
        "Live orders of the portfolio, this one included. They may reach the limit.",
        "orders", [new("maxOpenOrders", "zero or more")],
        "FIA 2024, maximum open orders; RTS 6 (2017/589) art. 15", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.MaxOpenOrders is not { } limit) return null;
        var count = state.Risk.OpenOrders + 1;
        var passed = count <= limit;
        return new RiskCheck(Code, count, limit, "orders", passed, passed ? "" : "live orders of the portfolio; wait until some have ended, or cancel them");
    }
}
