using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Longs plus shorts of the whole portfolio, in base currency, with open orders at their worst.</summary>
public static class GrossExposure
{
    public const string Code = "GROSS_EXPOSURE";

    public static readonly RiskRule Rule = new(
        Code, "Gross exposure", "More in the market than the desk can carry, though longs and shorts look balanced.",
        "Σ |worst position| × mark × multiplier × rate over all instruments, this order at its price. It may reach the limit. What only reduces, or adds nothing, passes.",
        "base currency", [new("maxGrossExposure", "amount, zero or more")],
        "SEC 15c3-5(c)(1)(i); Regulation (EU) 231/2013 art. 7, gross method", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.MaxGrossExposure is not { } limit) return null;
        var passed = order.Within(limit - order.OthersWorst);
        return new RiskCheck(Code, Exposure.Round(order.OthersWorst + order.After.Worst), limit, state.BaseCurrency, passed, passed ? "" : "longs plus shorts, open orders at their worst");
    }
}
