using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// How far through the market an order may reach: a buy above the mark, a sell below it. A limit counts with its limit, all else with
/// the far side of the quote, so that a market order is not sent into a spread that has fallen apart. Away from the market is no harm.
/// </summary>
public static class PriceCollar
{
    public const string Code = "PRICE_COLLAR";

    public static readonly RiskRule Rule = new(
        Code, "Price collar", "A limit with a slip of the comma, and market orders into a spread that has fallen apart.",
        "How far the order's limit, or the far side of the quote for an order without limit, is above the mark for a buy and below it for a sell; zero if it is not. The limit of an exit that waits for its stop counts from the stop. The limit is priceCollar times the mark. It may reach the limit.",
        "instrument's currency", [new("priceCollar", "share of the mark, above 0 to 1")],
        "RTS 6 (2017/589) art. 15(1)(a), price collars; SEC 15c3-5(c)(1)(ii)", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.PriceCollar is not { } share) return null;
        var price = order.Terms.LimitPrice ?? order.Book.Market.PriceFor(order.Terms.Side);
        // An exit with stop and limit is not sent into this market, but into the one at its stop.
        var from = order.Terms is { ParentId: not null, LimitPrice: not null, StopPrice: { } stop } ? stop : order.Mark;
        var through = Exposure.Round(Math.Max(0m, order.Terms.Side == Side.Buy ? price - from : from - price));
        var limit = Exposure.Round(share * order.Mark);
        var passed = through <= limit;
        return new RiskCheck(Code, through, limit, order.Book.Instrument.Currency, passed,
            passed ? "" : $"price {DecimalText.Format(price)}, mark {DecimalText.Format(order.Mark)}");
    }
}
