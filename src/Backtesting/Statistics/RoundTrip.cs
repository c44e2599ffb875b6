using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>A quantity that was opened by one fill and closed by another. Money is in the currency of the portfolio.</summary>
/// <param name="Quantity">Signed: positive was long.</param>
/// <param name="Fees">Its share of the fees of both fills.</param>
/// <param name="High">Highest price seen from entry to exit, both included.</param>
/// <param name="Low">Lowest price seen from entry to exit, both included.</param>
public sealed record RoundTrip(
    string Instrument, Timestamp Entered, Timestamp Exited, decimal Quantity, decimal EntryPrice, decimal ExitPrice, decimal Multiplier,
    decimal Fees, decimal High, decimal Low)
{
    /// <summary>Before fees.</summary>
    public decimal GrossProfit => (ExitPrice - EntryPrice) * Quantity * Multiplier;

    /// <summary>After fees.</summary>
    public decimal NetProfit => GrossProfit - Fees;

    public TimeSpan Duration => Exited - Entered;

    /// <summary>MAE: the worst open loss, not negative, before fees. J. Sweeney, "Maximum Adverse Excursion" (1997).</summary>
    public decimal AdverseExcursion => (Quantity > 0m ? EntryPrice - Low : High - EntryPrice) * Math.Abs(Quantity) * Multiplier;

    /// <summary>MFE: the best open profit, not negative, before fees.</summary>
    public decimal FavourableExcursion => (Quantity > 0m ? High - EntryPrice : EntryPrice - Low) * Math.Abs(Quantity) * Multiplier;
}
