using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>
/// What one signal offers to one side. A bar that began before the order could trade tells of its close alone: its high and low may
/// be older than the order.
/// </summary>
/// <param name="First">The first price at which the order could have traded: far side of a quote, trade, open, or close.</param>
/// <param name="Worst">The furthest against us: what a stop watches.</param>
/// <param name="Best">The furthest in our favour: what a limit watches.</param>
/// <param name="HalfSpread">From a printed price to the far side of the quote that was last known, or of the one assumed; zero for a quote itself.</param>
/// <param name="Size">Displayed, traded, or a bar's volume.</param>
public readonly record struct Prints(decimal First, decimal Worst, decimal Best, decimal HalfSpread, decimal Size)
{
    public static Prints Of(Signal signal, Side side, MarketView before, Timestamp eligible, PaperSettings settings, Instrument instrument)
    {
        if (signal.Kind == SignalKind.Quote)
        {
            return side == Side.Buy ? new(signal.Ask, signal.Ask, signal.Ask, 0m, signal.AskSize)
                : new(signal.Bid, signal.Bid, signal.Bid, 0m, signal.BidSize);
        }

        var half = before is { Bid: > 0m, Ask: > 0m } ? Math.Max(0m, (before.Ask - before.Bid) / 2m) : Assumed(settings, instrument, signal.Price);
        if (signal.Kind == SignalKind.Trade || signal.Start < eligible) return new(signal.Price, signal.Price, signal.Price, half, signal.Size);
        if (settings.Fill == FillModel.NextClose) return new(signal.Price, side.Worse(signal.High, signal.Low), side.Better(signal.High, signal.Low), half, signal.Size);
        return side == Side.Buy ? new(signal.Open, signal.High, signal.Low, half, signal.Size)
            : new(signal.Open, signal.Low, signal.High, half, signal.Size);
    }

    /// <summary>Half the spread where no quote is known.</summary>
    public static decimal Assumed(PaperSettings settings, Instrument instrument, decimal price) =>
        settings is { SpreadTicks: 0m, SpreadBps: 0m } ? 0m : ((settings.SpreadTicks * instrument.TickSize) + (price * settings.SpreadBps / 10_000m)) / 2m;

    /// <summary>What somebody who does not want to wait pays around a printed price.</summary>
    public decimal FarSide(Side side, decimal print) => print + (side.Sign() * HalfSpread);
}
