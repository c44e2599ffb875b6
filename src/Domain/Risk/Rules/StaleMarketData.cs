using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Oldest price that an order may rest on, by market time: from the instrument's last signal to the decision.</summary>
public static class StaleMarketData
{
    public const string Code = "STALE_MARKET_DATA";

    public static readonly RiskRule Rule = new(
        Code, "Stale market data", "Decisions by prices that are no longer true.",
        "Seconds of market time from the last signal of the instrument to the decision. They may reach the limit.",
        "seconds", [new("maxPriceAgeSeconds", "1 or more")],
        "FIA 2024, market data reasonability; RTS 6 (2017/589) art. 16", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.MaxPriceAgeSeconds is not { } limit) return null;
        var micros = Math.Max(0L, order.AsOf.UnixMicros - order.Book.Market.Time.UnixMicros);
        var age = new decimal((int)micros, (int)(micros >> 32), 0, isNegative: false, scale: 6);
        var passed = age <= limit;
        return new RiskCheck(Code, age, limit, "seconds", passed, passed ? "" : $"the last price is of {order.Book.Market.Time}");
    }
}
