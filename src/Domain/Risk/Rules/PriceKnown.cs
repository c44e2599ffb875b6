using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Fail closed: without a price and a rate into base currency no limit in money can be checked.</summary>
public static class PriceKnown
{
    public const string Code = "PRICE_UNKNOWN";

    public static readonly RiskRule Rule = new(
        Code, "Price and rate known", "Orders whose worth nobody can tell.",
        "The value is the price that the order reckons with: the far side of the quote, else the last trade; for a buy at least its limit or stop. Without one, or without a rate into base currency, nothing passes.",
        "instrument's currency", [], "SEC 15c3-5(c)(1)(ii); FIA 2024, market data reasonability", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        var currency = order.Book.Instrument.Currency;
        if (order.Price <= 0m) return new RiskCheck(Code, 0m, null, currency, false, $"no price of {order.Terms.Instrument} has been seen");
        return order.Rate > 0m
            ? new RiskCheck(Code, order.Price, null, currency, true, "")
            : new RiskCheck(Code, order.Price, null, currency, false, $"no rate from {currency} to {state.BaseCurrency} has been seen");
    }
}
