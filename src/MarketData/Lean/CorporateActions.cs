using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Lean;

/// <summary>
/// Splits and dividends out of a factor file, as LEAN reads them from it (Common/Data/Auxiliary/CorporateFactorRow.cs): between one
/// row and the next the split factor changes by old / new shares, the price factor by (close − dividend) / close; both happen on the
/// trading day behind the row. Factors are rounded, so a ratio is taken to the nearest simple fraction, and a dividend to four digits.
/// </summary>
internal static class CorporateActions
{
    private const int MaxOldShares = 100, DividendDigits = 4;

    /// <summary>Of a ratio: what rounding to eight digits does to factors of about a hundredth.</summary>
    private const decimal Tolerance = 0.00001m;

    /// <summary>By time; without feed and number.</summary>
    /// <exception cref="BadMarketDataException">A dividend is there, but no close to tell its amount from.</exception>
    public static IEnumerable<Signal> Of(FactorFile factors, LeanSeries series, LeanOptions options)
    {
        var clock = new ZoneClock(series.Zone);
        var rows = factors.Rows;
        for (var i = 0; i + 1 < rows.Count; i++)
        {
            var (row, next) = (rows[i], rows[i + 1]);
            if (row.Price == next.Price && row.Split == next.Split) continue;
            var day = NyseCalendar.Next(row.Day);
            if (day < options.From || day > options.To || !clock.TryToUtc(day, TimeSpan.Zero, out var at)) continue;

            // The dividend was told in the shares of the day before.
            if (Dividend(factors, i) is > 0m and var dividend)
            {
                var perShare = options.Adjustment == Adjustment.Split ? dividend * row.Split : dividend;
                yield return New(SignalKind.Dividend, at) with { CashPerShare = perShare };
            }

            if (options.Adjustment != Adjustment.Raw || row.Split == next.Split) continue;
            var (newShares, oldShares) = Simplest(next.Split / row.Split);
            if (newShares != oldShares) yield return New(SignalKind.Split, at) with { NewShares = newShares, OldShares = oldShares };
        }

        Signal New(SignalKind kind, Timestamp at) => new() { Kind = kind, Instrument = series.Instrument.Id, Time = at, Feed = options.Name, Sequence = 1 };
    }

    private static decimal Dividend(FactorFile factors, int i)
    {
        var (row, next) = (factors.Rows[i], factors.Rows[i + 1]);
        if (row.Price == next.Price) return 0m;
        if (row.Reference <= 0m)
            throw new BadMarketDataException(new(factors.Name, i + 1, "referencePrice", "", "must be the day's close for a dividend to be paid in cash; or read prices that are adjusted by dividends"));
        return Math.Round(row.Reference * (1m - (row.Price / next.Price)), DividendDigits);
    }

    /// <summary>The fraction with the smallest denominator that is the ratio but for rounding; else the ratio itself, for one share.</summary>
    internal static (decimal New, decimal Old) Simplest(decimal ratio)
    {
        for (var old = 1; old <= MaxOldShares; old++)
        {
            var whole = Math.Round(ratio * old);
            if (whole > 0m && Math.Abs(whole - (ratio * old)) <= Tolerance * ratio * old) return (whole, old);
        }

        return (Math.Round(ratio, 8), 1m);
    }
}
