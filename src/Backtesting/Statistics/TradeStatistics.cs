namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>Of round trips. Profits are after fees, in the currency of the portfolio. A trip of exactly zero is neither win nor loss.</summary>
/// <param name="GrossProfit">Sum of the wins.</param>
/// <param name="GrossLoss">Sum of the losses, as a positive amount.</param>
/// <param name="WinRate">Wins / all, 0 to 1. Null without trips.</param>
/// <param name="ProfitFactor">Gross profit / gross loss. Null without losses.</param>
/// <param name="Expectancy">Net profit / all: what a trip is worth. Null without trips.</param>
/// <param name="AverageWin">Null without wins.</param>
/// <param name="AverageLoss">As a positive amount. Null without losses.</param>
/// <param name="PayoffRatio">Average win / average loss. Null if either is.</param>
/// <param name="LargestWin">Null without wins.</param>
/// <param name="LargestLoss">As a positive amount. Null without losses.</param>
/// <param name="LongestLosingStreak">Losses in a row, in the order in which the trips were closed.</param>
/// <param name="AverageDuration">From entry to exit. Null without trips.</param>
/// <param name="AverageAdverseExcursion">Mean MAE. Null without trips.</param>
/// <param name="AverageFavourableExcursion">Mean MFE. Null without trips.</param>
public sealed record TradeStatistics(
    int Count, int Wins, int Losses, decimal NetProfit, decimal Fees, decimal GrossProfit, decimal GrossLoss,
    decimal? WinRate, decimal? ProfitFactor, decimal? Expectancy, decimal? AverageWin, decimal? AverageLoss, decimal? PayoffRatio,
    decimal? LargestWin, decimal? LargestLoss, int LongestLosingStreak,
    TimeSpan? AverageDuration, decimal? AverageAdverseExcursion, decimal? AverageFavourableExcursion)
{
    /// <summary>Digits after the point of what is divided, half to even.</summary>
    public const int Digits = 10;

    /// <summary>One pass, constant memory.</summary>
    public static TradeStatistics Of(IEnumerable<RoundTrip> trips)
    {
        int count = 0, wins = 0, losses = 0, streak = 0, longest = 0;
        decimal profit = 0m, loss = 0m, fees = 0m, adverse = 0m, favourable = 0m, best = 0m, worst = 0m;
        // Microseconds of a million trips of a century overflow a TimeSpan, but not a decimal.
        var ticks = 0m;
        foreach (var trip in trips)
        {
            var net = trip.NetProfit;
            count++;
            if (net > 0m) (wins, profit, best) = (wins + 1, profit + net, Math.Max(best, net));
            if (net < 0m) (losses, loss, worst) = (losses + 1, loss - net, Math.Max(worst, -net));
            streak = net < 0m ? streak + 1 : 0;
            longest = Math.Max(longest, streak);
            fees += trip.Fees;
            adverse += trip.AdverseExcursion;
            favourable += trip.FavourableExcursion;
            ticks += trip.Duration.Ticks;
        }

        var (averageWin, averageLoss) = (Ratio(profit, wins), Ratio(loss, losses));
        return new TradeStatistics(
            count, wins, losses, profit - loss, fees, profit, loss,
            Ratio(wins, count), Ratio(profit, loss), Ratio(profit - loss, count), averageWin, averageLoss,
            wins > 0 && losses > 0 ? Ratio(profit / wins, loss / losses) : null,
            wins > 0 ? best : null, losses > 0 ? worst : null, longest,
            count > 0 ? TimeSpan.FromTicks((long)(ticks / count)) : null, Ratio(adverse, count), Ratio(favourable, count));
    }

    /// <summary>Null too where the quotient is larger than a decimal.</summary>
    private static decimal? Ratio(decimal value, decimal by) =>
        by == 0m || Math.Abs((double)value / (double)by) > 1e27 ? null : Math.Round(value / by, Digits);
}
