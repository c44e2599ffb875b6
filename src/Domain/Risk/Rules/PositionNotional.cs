using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Largest value of one position in base currency, open orders included: a cap in units lets a price run away with it.</summary>
public static class PositionNotional
{
    public const string Code = "POSITION_NOTIONAL";

    public static readonly RiskRule Rule = new(
        Code, "Position value", "A position that is worth too much, however few units it has.",
        "Largest absolute position that open orders and this one could lead to × price × multiplier × rate. It may reach the limit. What only reduces, or adds nothing, passes.",
        "base currency",
        [new("positionNotionals", "per instrument"), new("defaultPositionNotional", "for instruments that have none of their own")],
        "SEC 15c3-5(c)(1)(i); FIA 2024, maximum intraday position", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (order.Book.Limits.PositionNotional is not { } limit) return null;
        var value = order.After.Worst;
        var passed = order.Within(limit);
        return new RiskCheck(Code, value, limit, state.BaseCurrency, passed, passed ? "" : "the position with every open order filled");
    }
}
