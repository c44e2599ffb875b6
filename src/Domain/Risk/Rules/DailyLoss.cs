using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Largest loss of a trading day, realised and unrealised and fees, in base currency. Once reached, only orders that reduce a
/// position pass; the kill switch that the engine engages with it keeps it so until a person releases it.
/// </summary>
public static class DailyLoss
{
    public const string Code = "MAX_DAILY_LOSS";

    public static readonly RiskRule Rule = new(
        Code, "Maximum daily loss", "A bad day that gets worse.",
        "Equity as the trading day opened, less equity now, less cash paid out; realised, unrealised and fees. At the limit the rule engages the portfolio's kill switch, reduceOnly, which stays until a person releases it; what only reduces passes.",
        "base currency",
        [new("maxDailyLoss", "positive amount"), new("calendar", "when a trading day begins and which days are none; UTC calendar days if not set")],
        "RTS 6 (2017/589) art. 15(4); SEC 15c3-5(c)(1)(i)", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.MaxDailyLoss is not { } limit) return null;
        var loss = state.TradingDay.Length == 0 ? 0m : Exposure.Round(Math.Max(0m, state.EquityAtOpen + state.CashMovedToday - order.Equity));
        var passed = loss < limit || order.OnlyReduces;
        return new RiskCheck(Code, loss, limit, state.BaseCurrency, passed,
            passed ? "" : state.TradingDay.Length == 0 ? "no trading day open yet" : $"trading day {state.TradingDay}");
    }
}
