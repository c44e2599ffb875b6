using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>Whether a limit order may be filled by trades at its limit, and behind how much.</summary>
public enum QueueModel
{
    /// <summary>Only by what goes through it: the queue is as long as can be.</summary>
    Through,

    /// <summary>After all that was displayed at the limit has traded.</summary>
    Behind,

    /// <summary>After a share of it, drawn per order.</summary>
    Seeded,
}

/// <summary>
/// Where a resting limit order stands in its queue, by price and time: what was displayed at its limit when it came stands before it,
/// and trades at that price work it off. Who leaves the queue is taken to have stood behind us, unless so little is displayed that
/// some of it must have stood before.
/// </summary>
internal static class QueuePosition
{
    /// <summary>Distinguishes the draw from those of slippage (from 0) and latency (−1).</summary>
    private const int Draw = -2;

    /// <summary>The order has come to rest, or the market shows another quote.</summary>
    public static void Observe(PaperSettings settings, Order order, decimal bid, decimal bidSize, decimal ask, decimal askSize)
    {
        if (settings.Queue == QueueModel.Through || order.Terms is not { LimitPrice: { } limit, Side: var side }) return;
        var (touch, size) = side == Side.Buy ? (bid, bidSize) : (ask, askSize);
        if (touch <= 0m) return;
        // For a buyer a higher bid is ahead of us: while it stands, nothing is shown of the queue at our limit.
        if (side.Beats(limit, touch)) return;
        if (touch != limit) order.QueueAhead = 0m;
        else if (order.QueueAhead is { } ahead) order.QueueAhead = Math.Min(ahead, size);
        else order.QueueAhead = settings.Queue == QueueModel.Behind ? size : size * SeededDraw.Fraction(settings.Seed, order.Terms.OrderId, Draw);
    }

    /// <summary>A trade at the limit.</summary>
    /// <returns>What of it went past those before us.</returns>
    public static decimal Trade(Order order, Signal trade)
    {
        if (order.QueueAhead is not { } ahead) return 0m;
        order.QueueAhead = Math.Max(0m, ahead - trade.Size);
        return Math.Max(0m, trade.Size - ahead);
    }
}
