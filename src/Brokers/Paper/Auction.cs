using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>At which price an auction was held, and how much was seen of it. Zero where no price is known.</summary>
internal readonly record struct Auction(decimal Price, decimal Size)
{
    /// <summary>The auction that the order waits for, once a signal shows that it has been held; null before.</summary>
    /// <param name="before">What was known before the signal.</param>
    public static Auction? Of(Order order, Signal signal, MarketView before) => order.Terms.TimeInForce == TimeInForce.AtTheOpening
        ? Opening(order, signal, before)
        : signal.Time < order.AuctionAt ? null
        : signal.Kind == SignalKind.Bar && signal.Time == order.AuctionAt ? new(signal.Price, signal.Size)
        : Close(before, order.Terms.Side);

    /// <summary>The last print that was known when the session ended; where there never was one, the far side of the last quote.</summary>
    public static Auction Close(MarketView market, Side side) => market.Last > 0m ? new(market.Last, market.LastSize)
        : new(market.PriceFor(side), side == Side.Buy ? market.AskSize : market.BidSize);

    /// <summary>The first print; where there never was one, the far side of the first quote. A bar that began before the opening tells of its close alone.</summary>
    private static Auction? Opening(Order order, Signal signal, MarketView before)
    {
        if (signal.Time < order.AuctionAt) return null;
        switch (signal.Kind)
        {
            case SignalKind.Trade: return new(signal.Price, signal.Size);
            // What ends with the opening was before it.
            case SignalKind.Bar: return signal.Time == order.AuctionAt ? null : new(signal.Start >= order.AuctionAt ? signal.Open : signal.Price, signal.Size);
            default:
                var (price, size) = order.Terms.Side == Side.Buy ? (signal.Ask, signal.AskSize) : (signal.Bid, signal.BidSize);
                return before.Last > 0m || price <= 0m ? null : new(price, size);
        }
    }
}
