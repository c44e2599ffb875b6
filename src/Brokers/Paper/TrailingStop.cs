using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>
/// A stop that follows the market at a distance: below it for a sale, above it for a purchase, and never back. It is rounded to whole
/// ticks away from the market, so that what it sets off is never in our favour.
/// </summary>
internal static class TrailingStop
{
    /// <summary>Where the stop stands behind a price. At or below zero nothing sets it off.</summary>
    public static decimal Behind(decimal price, Trail trail, Side side, Instrument instrument) =>
        side.ToTick(price + (side.Sign() * trail.From(price)), instrument);

    /// <summary>
    /// Tests the stop against a signal, then lets it follow. Which of a bar's high and low came first is not known, so the stop as it was
    /// is tested first: a bar's own high does not lift the price at which its low sells. Its close lies behind both, so that one is tested
    /// against the stop where it stands then.
    /// </summary>
    /// <returns>The printed price at which the stop is set off; null if it goes on waiting.</returns>
    public static decimal? SetOff(Order order, Instrument instrument, Signal signal, in Prints prints, Timestamp eligible)
    {
        if (prints.First <= 0m) return null;
        var (side, trail) = (order.Terms.Side, order.Terms.Trail!);
        var began = signal.Kind == SignalKind.Bar && signal.Start >= eligible ? signal.Open : prints.First;
        var stop = order.StopAt ??= Behind(began, trail, side, instrument);
        if (!side.Beats(prints.Worst, stop)) return side.Worse(prints.First, stop);
        order.StopAt = stop = side.Better(stop, Behind(prints.Best, trail, side, instrument));
        return signal.Kind == SignalKind.Bar && !side.Beats(signal.Price, stop) ? signal.Price : null;
    }
}
