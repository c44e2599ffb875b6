using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Blocks an order that could trade with an open order of the same portfolio. It reaches as far as its limit, else as its stop, else
/// as the far side of the quote. An open order stands at its limit; a market order in flight stands anywhere; a stop that has not
/// been touched is not in the venue's book.
/// </summary>
public static class SelfTrade
{
    public const string Code = "SELF_TRADE";

    public static readonly RiskRule Rule = new(
        Code, "Self-trade", "Buying from oneself: wash trades, fees for nothing.",
        "Open orders of the other side whose price this order would reach: a limit stands at its limit, a market order that is not done yet anywhere, a stop that has not been touched nowhere. There may be none.",
        "orders", [new("preventSelfTrade", "true to check")],
        "Regulation (EU) 596/2014 (MAR) art. 12(1)(a); FIA 2024, self-match prevention", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (!state.Limits.PreventSelfTrade) return null;
        var buys = order.Terms.Side == Side.Buy;
        if ((buys ? order.Book.OpenSell : order.Book.OpenBuy) == 0m) return new RiskCheck(Code, 0m, 0m, "orders", true, "");

        var reach = order.Terms.LimitPrice ?? order.Terms.StopPrice ?? order.Book.Market.PriceFor(order.Terms.Side);
        var (meets, first) = (0, "");
        foreach (var open in order.Book.Open)
        {
            if (open.Terms.Side == order.Terms.Side || (open.Terms is not { StopPrice: null, Trail: null } && !open.Triggered)) continue;
            if (open.Terms.LimitPrice is { } price && (buys ? reach < price : reach > price)) continue;
            if (meets++ == 0) first = open.Terms.OrderId;
        }

        return new RiskCheck(Code, meets, 0m, "orders", meets == 0, meets == 0 ? "" : $"could trade with {first}; cancel it first");
    }
}
