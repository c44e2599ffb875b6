using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Largest fall of equity from its peak, cash paid in and out left aside. Reckoned in money, peak less equity against a share of the
/// peak, so that no order costs a division. Releasing the kill switch that it engages begins a new peak.
/// </summary>
public static class Drawdown
{
    public const string Code = "MAX_DRAWDOWN";

    public static readonly RiskRule Rule = new(
        Code, "Maximum drawdown", "Losses that add up over days without any day being bad.",
        "Highest equity so far less equity now; cash paid in or out moves the peak along. The limit is maxDrawdown times the peak. At the limit the rule engages the portfolio's kill switch, reduceOnly; when a person releases it, a new peak begins at the equity of that moment.",
        "base currency", [new("maxDrawdown", "share of the peak, above 0 to 1")],
        "RTS 6 (2017/589) art. 15(4); Magdon-Ismail and Atiya 2004, Maximum drawdown", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.MaxDrawdown is not { } share) return null;
        var limit = Exposure.Round(share * state.Risk.PeakEquity);
        var fall = Exposure.Round(Math.Max(0m, state.Risk.PeakEquity - order.Equity));
        var passed = fall < limit || order.OnlyReduces || state.Risk.PeakEquity <= 0m;
        return new RiskCheck(Code, fall, limit, state.BaseCurrency, passed, passed ? "" : "below the peak of equity");
    }
}
