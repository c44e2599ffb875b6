using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Largest share of equity in one instrument, with open orders at their worst. Reckoned in money, like leverage.</summary>
public static class Concentration
{
    public const string Code = "CONCENTRATION";

    public static readonly RiskRule Rule = new(
        Code, "Concentration", "One name that sinks the book.",
        "Largest absolute position that open orders and this one could lead to × price × multiplier × rate; the limit is maxConcentration times equity. It may reach the limit. What only reduces, or adds nothing, passes.",
        "base currency", [new("maxConcentration", "share of equity, above 0")],
        "Directive 2009/65/EC (UCITS) art. 52; FIA 2024, maximum intraday position", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.MaxConcentration is not { } share) return null;
        var limit = Exposure.Round(share * order.Equity);
        var value = order.After.Worst;
        var passed = order.Within(limit);
        return new RiskCheck(Code, value, limit, state.BaseCurrency, passed, passed ? "" : "one instrument against a share of equity");
    }
}
