namespace EventSourcedTrading.Domain.Orders;

/// <summary>FIX tag 54.</summary>
public enum Side { Buy, Sell }

/// <summary>FIX tag 40. A trailing stop is FIX's pegged stop: it follows the market by <see cref="Trail"/> and then works as a market order.</summary>
public enum OrderType { Market, Limit, Stop, StopLimit, TrailingStop }

/// <summary>FIX tag 59. The last two are for market and limit orders alone, and wait for the next opening or closing auction.</summary>
public enum TimeInForce { Day, Gtc, Ioc, Fok, AtTheOpening, AtTheClose }

public static class Auctions
{
    /// <summary>Does it wait for an auction?</summary>
    public static bool IsAuction(this TimeInForce force) => force is TimeInForce.AtTheOpening or TimeInForce.AtTheClose;
}

public static class SideSign
{
    /// <summary>+1 for a buy, −1 for a sell: quantity × sign is the change of position.</summary>
    public static decimal Sign(this Side side) => side == Side.Buy ? 1m : -1m;

    public static Side Opposite(this Side side) => side == Side.Buy ? Side.Sell : Side.Buy;
}
