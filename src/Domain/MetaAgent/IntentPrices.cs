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
        if (intent.TimeInForce.IsAuction() && intent.OrderType is not (OrderType.Market or OrderType.Limit))
            return new("AUCTION_ORDER_TYPE", $"orderType {intent.OrderType} does not go with timeInForce {intent.TimeInForce}; an auction takes market and limit orders");
        return Off(intent.LimitPrice, "limitPrice", instrument) ?? Off(intent.StopPrice, "stopPrice", instrument) ?? Trailing(intent, instrument) ?? Exits(intent, instrument);
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

    private static Refusal? Exits(Intent intent, Instrument instrument)
    {
        if (intent.Bracket is not { } bracket) return null;
        if (bracket is { TakeProfit: null, StopLoss: null }) return new("BRACKET_EMPTY", "bracket has neither takeProfit nor stopLoss; it must have at least one of them");
        if (bracket is { StopLoss: null, StopLossLimit: { } alone })
            return new("BRACKET_STOP_MISSING", $"bracket.stopLossLimit {DecimalText.Format(alone)} needs a stopLoss; give one, or leave it out");
        if ((Off(bracket.TakeProfit, "bracket.takeProfit", instrument) ?? Off(bracket.StopLoss, "bracket.stopLoss", instrument) ?? Off(bracket.StopLossLimit, "bracket.stopLossLimit", instrument)) is { } off)
            return off;
        var (sign, gain, loss) = intent.Side == Side.Buy ? (1m, "above", "below") : (-1m, "below", "above");
        if (bracket is { TakeProfit: { } take, StopLoss: { } stop } && sign * (take - stop) <= 0m)
            return new("BRACKET_WRONG_SIDE", $"bracket.takeProfit {DecimalText.Format(take)} must be {gain} bracket.stopLoss {DecimalText.Format(stop)} for a {intent.Side}");
        if ((intent.LimitPrice ?? intent.StopPrice) is { } entry && bracket.WrongSide(intent.Side, entry) > 0)
            return new("BRACKET_WRONG_SIDE", $"bracket.takeProfit must be {gain} and bracket.stopLoss {loss} the entry, {DecimalText.Format(entry)}, for a {intent.Side}");
        return bracket is { StopLoss: { } at, StopLossLimit: { } worst } && sign * (worst - at) > 0m
            ? new("BRACKET_LIMIT_WRONG_SIDE", $"bracket.stopLossLimit {DecimalText.Format(worst)} must be at or {loss} bracket.stopLoss {DecimalText.Format(at)} for a {intent.Side}") : null;
    }

    private static Refusal? Off(decimal? price, string field, Instrument instrument) =>
        price is null ? null
        : price <= 0m ? new("PRICE_NOT_POSITIVE", $"{field} {DecimalText.Format(price.Value)} must be above zero")
        : price > IntentRules.MaxPrice ? new("PRICE_TOO_LARGE", $"{field} {DecimalText.Format(price.Value)} must be at most {DecimalText.Format(IntentRules.MaxPrice)}")
        : !instrument.IsWholeTicks(price.Value) ? new("OFF_TICK", $"{field} {DecimalText.Format(price.Value)} must be a multiple of the tick size {DecimalText.Format(instrument.TickSize)}")
        : null;
}
