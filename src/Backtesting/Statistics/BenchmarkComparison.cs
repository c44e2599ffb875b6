namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>A book against a benchmark, over the days that both have. Rates are of a year.</summary>
/// <param name="Count">Pairs of returns.</param>
/// <param name="Alpha">M. C. Jensen (1968): intercept of the regression of excess return on the benchmark's, times periods. Null as <paramref name="Beta"/>.</param>
/// <param name="Beta">Slope of that regression. Null below two pairs, or if the benchmark's returns do not differ.</param>
/// <param name="Correlation">−1 to 1. Null as beta, or if the book's returns do not differ.</param>
/// <param name="TrackingError">Sample standard deviation (n − 1) of the difference in return, times √periods. Null below two pairs.</param>
/// <param name="InformationRatio">Mean difference in return times periods, over the tracking error (T. H. Goodwin, 1998). Null if that is zero or null.</param>
/// <param name="Treynor">Mean excess return times periods, over beta (J. L. Treynor, 1965). Null if beta is zero or null.</param>
public sealed record BenchmarkComparison(
    int Count, double? Alpha, double? Beta, double? Correlation, double? TrackingError, double? InformationRatio, double? Treynor)
{
    public static BenchmarkComparison Of(IReadOnlyList<DailyPoint> book, IReadOnlyList<DailyPoint> benchmark, StatisticsOptions options)
    {
        var (own, other) = Common(book, benchmark);
        var returns = DailyReturns.Of(own);
        var against = DailyReturns.Of(other);
        var count = Math.Min(returns.Length, against.Length);
        return Of(returns.AsSpan(0, count), against.AsSpan(0, count), options.PeriodRiskFreeRate, options.PeriodsPerYear);
    }

    /// <param name="riskFreeRate">Of one period.</param>
    /// <exception cref="ArgumentException">The two are not of one length.</exception>
    public static BenchmarkComparison Of(ReadOnlySpan<double> returns, ReadOnlySpan<double> benchmark, double riskFreeRate, double periodsPerYear)
    {
        if (returns.Length != benchmark.Length)
            throw new ArgumentException($"benchmark has {benchmark.Length} returns, it must have {returns.Length} as the book has; pair them by day.", nameof(benchmark));
        var n = returns.Length;
        if (n < 2) return new BenchmarkComparison(n, null, null, null, null, null, null);
        var active = new double[n];
        for (var i = 0; i < n; i++) active[i] = returns[i] - benchmark[i];

        var (own, other, difference) = (Moments.Of(returns), Moments.Of(benchmark), Moments.Of(active));
        var (mean, market) = (own.Mean!.Value, other.Mean!.Value);
        var covariance = 0.0;
        for (var i = 0; i < n; i++) covariance += (returns[i] - mean) * (benchmark[i] - market) / (n - 1);

        double? beta = other.StandardDeviation is > 0 and var risk ? covariance / (risk * risk) : null;
        var error = difference.StandardDeviation * Math.Sqrt(periodsPerYear);
        return new BenchmarkComparison(
            n,
            (mean - riskFreeRate - (beta * (market - riskFreeRate))) * periodsPerYear,
            beta,
            own.StandardDeviation > 0 && other.StandardDeviation > 0 ? Math.Clamp(covariance / (own.StandardDeviation.Value * other.StandardDeviation.Value), -1, 1) : null,
            error,
            error > 0 ? difference.Mean * periodsPerYear / error : null,
            beta is { } slope && Math.Abs(slope) > Moments.Negligible ? (mean - riskFreeRate) * periodsPerYear / slope : null);
    }

    /// <summary>The points of the days that both curves have.</summary>
    private static (List<DailyPoint> Book, List<DailyPoint> Benchmark) Common(IReadOnlyList<DailyPoint> book, IReadOnlyList<DailyPoint> benchmark)
    {
        List<DailyPoint> own = [], other = [];
        for (int i = 0, j = 0; i < book.Count && j < benchmark.Count;)
        {
            var order = book[i].Day.CompareTo(benchmark[j].Day);
            // A curve that begins and ends its first day within it has that day twice; against one that has it once, only its end counts.
            var (ownTwice, otherTwice) = (IsTwice(book, i), IsTwice(benchmark, j));
            if (order == 0 && ownTwice != otherTwice)
            {
                if (ownTwice) i++;
                else j++;
                continue;
            }

            if (order == 0)
            {
                own.Add(book[i]);
                other.Add(benchmark[j]);
            }

            if (order <= 0) i++;
            if (order >= 0) j++;
        }

        return (own, other);
    }

    private static bool IsTwice(IReadOnlyList<DailyPoint> days, int at) => at + 1 < days.Count && days[at + 1].Day == days[at].Day;
}
