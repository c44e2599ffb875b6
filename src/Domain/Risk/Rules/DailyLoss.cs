using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Largest loss of a trading day, realised and unrealised and fees, in base currency. Once reached, only orders that reduce a
/// position pass; the kill switch that the engine engages with it keeps it so until a person releases it.
/// </summary>
public static class DailyLoss
{
    public const string Code = "MAX_DAILY_LOSS";

    public static RiskCheck Check(in OrderUnderTest order, PortfolioState state)
    {
        var loss = Math.Max(0m, -state.ProfitToday());
        var limit = state.Limits.MaxDailyLoss;
        return new RiskCheck(Code, Math.Round(loss, 8), limit, state.BaseCurrency, limit is null || loss < limit || order.OnlyReduces,
            state.TradingDay.Length == 0 ? "no trading day open yet" : $"trading day {state.TradingDay}");
    }
}
