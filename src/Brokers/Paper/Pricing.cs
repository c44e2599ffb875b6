using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>Prices as one side sees them: for a buyer higher is worse, for a seller lower.</summary>
public static class Pricing
{
    public static decimal Worse(this Side side, decimal a, decimal b) => side == Side.Buy ? Math.Max(a, b) : Math.Min(a, b);

    public static decimal Better(this Side side, decimal a, decimal b) => side == Side.Buy ? Math.Min(a, b) : Math.Max(a, b);

    /// <summary>Is <paramref name="a"/> strictly better than <paramref name="b"/>?</summary>
    public static bool Beats(this Side side, decimal a, decimal b) => side == Side.Buy ? a < b : a > b;

    /// <summary>To whole ticks, never in our favour.</summary>
    public static decimal ToTick(this Side side, decimal price, Instrument instrument)
    {
        var ticks = price / instrument.TickSize;
        return (side == Side.Buy ? decimal.Ceiling(ticks) : decimal.Floor(ticks)) * instrument.TickSize;
    }
}
