namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>Runs of one sweep, the best first, each with what is left of its Sharpe ratio once the number of tries is taken into account.</summary>
/// <param name="Rank">From 1, by Sharpe ratio; runs without one come last. Equal ones are in the order of names.</param>
/// <param name="DeflatedSharpe">0 to 1: the chance that its skill is real. Null without Sharpe ratio.</param>
/// <param name="Warning">Why it should not be believed; null if nothing speaks against it.</param>
public sealed record RankedRun(int Rank, string Name, double? Sharpe, double? DeflatedSharpe, string? Warning);

public static class SweepRanking
{
    /// <summary>Below this chance a run counts as overfitted, as Bailey and López de Prado (2014) have it.</summary>
    public const double Confidence = 0.95;

    /// <param name="trials">All configurations that were ever tried on these data; null for those in <paramref name="runs"/>.</param>
    /// <exception cref="ArgumentException">Fewer trials than runs, or runs whose returns are not of one length of period or risk-free rate.</exception>
    public static IReadOnlyList<RankedRun> Rank(IReadOnlyCollection<KeyValuePair<string, PerformanceStatistics>> runs, int? trials = null)
    {
        var count = trials ?? runs.Count;
        if (count < runs.Count) throw new ArgumentException($"trials {count} must be at least {runs.Count}, the number of runs; count every configuration that was tried.", nameof(trials));
        if (runs.Select(r => (r.Value.Options.PeriodsPerYear, r.Value.Options.RiskFreeRate)).Distinct().Count() > 1)
            throw new ArgumentException("runs must have the same PeriodsPerYear and RiskFreeRate; work them out with the same options.", nameof(runs));

        var sharpes = runs.Select(r => Sharpe(r.Value)?.Sharpe).OfType<double>().ToArray();
        var deviation = Moments.Of(sharpes).StandardDeviation;
        return [.. runs
            .OrderByDescending(r => r.Value.Sharpe ?? double.NegativeInfinity).ThenBy(r => r.Key, StringComparer.Ordinal)
            .Select((r, i) => Judge(i + 1, r.Key, r.Value, count, deviation))];
    }

    private static RankedRun Judge(int rank, string name, PerformanceStatistics run, int trials, double? deviation)
    {
        if (Sharpe(run) is not { } own) return new RankedRun(rank, name, run.Sharpe, null, "no Sharpe ratio: fewer than two returns, or all alike");
        // More trials than were kept, but one ratio: how far the others lay apart is not known.
        if (deviation is null && trials > 1) return new RankedRun(rank, name, run.Sharpe, null, $"{trials} trials, but the spread of their Sharpe ratios is not known: give them all");
        var deflated = Statistics.ProbabilisticSharpe.Deflated(own.Sharpe, run.Returns.Count, own.Skewness, own.Kurtosis, trials, deviation * deviation ?? 0);
        return new RankedRun(rank, name, run.Sharpe, deflated, deflated switch
        {
            null => "the Sharpe ratio's own error is not defined for returns of this shape",
            < Confidence => FormattableString.Invariant($"likely overfitted: after {trials} trials the chance that its Sharpe ratio is real is {deflated:P1}, less than {Confidence:P0}"),
            _ => null,
        });
    }

    private static (double Sharpe, double Skewness, double Kurtosis)? Sharpe(PerformanceStatistics run) =>
        PerformanceStatistics.Shape(run.Returns, run.Options.PeriodRiskFreeRate);
}
