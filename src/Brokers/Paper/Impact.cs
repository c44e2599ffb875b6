using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.Brokers.Paper;

/// <summary>
/// What an order's own size adds to the price that it pays: coefficient × daily volatility × √(quantity / daily volume), as a share of
/// the price. The square-root law is Barra's (Torre, Market Impact Model Handbook, 1997; Grinold and Kahn, Active Portfolio Management,
/// 1999). Almgren, Thum, Hauptmann and Li (Direct Estimation of Equity Market Impact, 2005) fit an exponent of 0.6 to the same form
/// and give its scaling by volatility and volume; a coefficient near 1 is usual with the square root.
/// </summary>
public static class Impact
{
    /// <summary>
    /// Per unit of quantity, in the instrument's currency. Each execution pays what the order's impact cost has grown by, so in how many
    /// pieces an order is filled makes no difference to the sum. Never more than half the price, beyond which the law says nothing.
    /// </summary>
    /// <param name="filled">Of the order, before this execution.</param>
    public static decimal PerUnit(PaperSettings settings, Instrument instrument, decimal filled, decimal quantity, decimal price)
    {
        if (settings.Impact == 0m || quantity <= 0m) return 0m;
        var volume = settings.DailyVolume.Of(instrument);
        var scale = settings.Impact * settings.DailyVolatility.Of(instrument) * price;
        // Square roots are exact to the last bit on every platform; powers need not be.
        var cost = Cost(filled + quantity, volume) - Cost(filled, volume);
        return Math.Min(price / 2m, scale * (decimal)(cost / (double)quantity));
    }

    private static double Cost(decimal quantity, decimal volume) => (double)quantity * Math.Sqrt((double)quantity / (double)volume);
}
