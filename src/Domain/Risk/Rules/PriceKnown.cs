using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Fail closed: without a price and a rate into base currency no limit in money can be checked.</summary>
public static class PriceKnown
{
    public const string Code = "PRICE_UNKNOWN";

    public static RiskCheck Check(in OrderUnderTest order, PortfolioState state)
    {
        var currency = order.Book.Instrument.Currency;
        if (order.Price <= 0m) return new RiskCheck(Code, 0m, null, currency, false, $"no price of {order.Terms.Instrument} has been seen");
        return state.RateOf(currency) > 0m
            ? new RiskCheck(Code, order.Price, null, currency, true, "reference price")
            : new RiskCheck(Code, order.Price, null, currency, false, $"no rate from {currency} to {state.BaseCurrency} has been seen");
    }
}
