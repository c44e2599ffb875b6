using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Gross exposure as a multiple of equity. Reckoned in money, so that it holds for an equity of zero or less too.</summary>
public static class Leverage
{
    public const string Code = "LEVERAGE";

    public static readonly RiskRule Rule = new(
        Code, "Leverage", "Exposure that the portfolio's own money does not bear, above all after losses.",
        "Gross exposure as for GROSS_EXPOSURE; the limit is maxLeverage times equity. It may reach the limit. What only reduces, or adds nothing, passes.",
        "base currency", [new("maxLeverage", "multiple of equity, above 0")],
        "Regulation (EU) 231/2013 art. 6 and 7; RTS 6 (2017/589) art. 15(4)", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.MaxLeverage is not { } multiple) return null;
        var limit = Exposure.Round(multiple * order.Equity);
        var passed = order.Within(limit - order.OthersWorst);
        return new RiskCheck(Code, Exposure.Round(order.OthersWorst + order.After.Worst), limit, state.BaseCurrency, passed, passed ? "" : "gross exposure against a multiple of equity");
    }
}
