namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>Losses of one period in the bad tail, as positive fractions of equity; a negative number is a gain even there.</summary>
/// <param name="Level">0.95 or 0.99.</param>
/// <param name="ValueAtRisk">Historical. Null with fewer than 1 / (1 − level) returns: 20 and 100.</param>
/// <param name="ExpectedShortfall">Historical. Null as before.</param>
/// <param name="NormalValueAtRisk">From mean and deviation. Null below two returns.</param>
/// <param name="NormalExpectedShortfall">From mean and deviation. Null below two returns.</param>
public sealed record TailRisk(double Level, double? ValueAtRisk, double? ExpectedShortfall, double? NormalValueAtRisk, double? NormalExpectedShortfall)
{
    /// <param name="ascending">The returns, the worst first.</param>
    public static TailRisk Of(ReadOnlySpan<double> ascending, double level)
    {
        var tail = 1 - level;
        // A little below, since 1 - 0.95 is not 0.05 to the last bit.
        double? quantile = ascending.Length * tail >= 1 - 1e-9 ? Quantile(ascending, tail) : null;
        var (normal, shortfall) = Normal(ascending, tail);
        return new TailRisk(level, -quantile, quantile is { } q ? -MeanUpTo(ascending, q) : null, normal, shortfall);
    }

    /// <summary>Between the two nearest returns, at (n − 1)·p: type 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages" (1996), R's own.</summary>
    public static double Quantile(ReadOnlySpan<double> ascending, double p)
    {
        var position = (ascending.Length - 1) * p;
        var below = (int)position;
        return below + 1 == ascending.Length ? ascending[below] : ascending[below] + ((position - below) * (ascending[below + 1] - ascending[below]));
    }

    /// <summary>The mean of the returns that are no better than the quantile.</summary>
    private static double MeanUpTo(ReadOnlySpan<double> ascending, double quantile)
    {
        var count = 1;
        while (count < ascending.Length && ascending[count] <= quantile) count++;
        return Moments.Average(ascending[..count]);
    }

    /// <summary>−(μ + z·σ) and −μ + σ·φ(z) / p, with the σ of the whole series (n), as in R's PerformanceAnalytics.</summary>
    private static (double? ValueAtRisk, double? ExpectedShortfall) Normal(ReadOnlySpan<double> returns, double tail)
    {
        if (Moments.Of(returns) is not { Mean: { } mean, StandardDeviation: { } sample }) return (null, null);
        var deviation = sample * Math.Sqrt((returns.Length - 1.0) / returns.Length);
        var z = NormalDistribution.Quantile(tail);
        return (-(mean + (z * deviation)), -mean + (deviation * NormalDistribution.Density(z) / tail));
    }
}
