using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>What an intent's prices must satisfy, for each order type.</summary>
internal static class IntentPrices
{
    public static Refusal? Check(Intent intent, Instrument instrument)
    {
        var needsLimit = intent.OrderType is OrderType.Limit or OrderType.StopLimit;
        var needsStop = intent.OrderType is OrderType.Stop or OrderType.StopLimit;
        if (needsLimit && intent.LimitPrice is null) return new("LIMIT_PRICE_MISSING", $"orderType {intent.OrderType} needs a limitPrice");
        if (needsStop && intent.StopPrice is null) return new("STOP_PRICE_MISSING", $"orderType {intent.OrderType} needs a stopPrice");
        if (!needsLimit && intent.LimitPrice is not null) return new("LIMIT_PRICE_NOT_ALLOWED", $"orderType {intent.OrderType} takes no limitPrice; leave it out");
        if (!needsStop && intent.StopPrice is not null) return new("STOP_PRICE_NOT_ALLOWED", $"orderType {intent.OrderType} takes no stopPrice; leave it out");
        if (intent.TimeInForce is TimeInForce.AtTheOpening or TimeInForce.AtTheClose && intent.OrderType is not (OrderType.Market or OrderType.Limit))
            return new("AUCTION_ORDER_TYPE", $"orderType {intent.OrderType} does not go with timeInForce {intent.TimeInForce}; an auction takes market and limit orders");
        return Off(intent.LimitPrice, "limitPrice", instrument) ?? Off(intent.StopPrice, "stopPrice", instrument) ?? Trailing(intent, instrument);
    }

    private static Refusal? Trailing(Intent intent, Instrument instrument)
    {
        if (intent.Trail is not { } trail)
            return intent.OrderType == OrderType.TrailingStop ? new("TRAIL_MISSING", $"orderType {intent.OrderType} needs a trail, an amount or a percent") : null;
        if (intent.OrderType != OrderType.TrailingStop) return new("TRAIL_NOT_ALLOWED", $"orderType {intent.OrderType} takes no trail; leave it out");
        if (trail.Amount is null == trail.Percent is null)
            return new("TRAIL_AMBIGUOUS", $"trail has {(trail.Amount is null ? "neither amount nor percent" : "amount and percent")}; it must have exactly one of them");
        return trail.Percent is <= 0m or >= 100m
            ? new("TRAIL_OUT_OF_RANGE", $"trail.percent {DecimalText.Format(trail.Percent.Value)} must be above 0 and below 100")
            : Off(trail.Amount, "trail.amount", instrument);
    }

    private static Refusal? Off(decimal? price, string field, Instrument instrument) =>
        price is null ? null
        : price <= 0m ? new("PRICE_NOT_POSITIVE", $"{field} {DecimalText.Format(price.Value)} must be above zero")
        : price > IntentRules.MaxPrice ? new("PRICE_TOO_LARGE", $"{field} {DecimalText.Format(price.Value)} must be at most {DecimalText.Format(IntentRules.MaxPrice)}")
        : !instrument.IsWholeTicks(price.Value) ? new("OFF_TICK", $"{field} {DecimalText.Format(price.Value)} must be a multiple of the tick size {DecimalText.Format(instrument.TickSize)}")
        : null;
}
