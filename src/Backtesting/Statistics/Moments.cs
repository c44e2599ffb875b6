namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>Moments of a series of returns, in two passes. All are fractions of one period, not of a year.</summary>
/// <param name="Mean">Null without returns.</param>
/// <param name="StandardDeviation">Of the sample, divided by n − 1. Null below two returns.</param>
/// <param name="Skewness">Third central moment over σ³, σ divided by n. Null if the returns do not differ.</param>
/// <param name="Kurtosis">Fourth central moment over σ⁴, σ divided by n; 3 for a normal distribution. Null if the returns do not differ.</param>
public sealed record Moments(int Count, double? Mean, double? StandardDeviation, double? Skewness, double? Kurtosis)
{
    /// <summary>A deviation below this is rounding, not risk: a book that grows evenly has none.</summary>
    internal const double Negligible = 1e-12;

    public static Moments Of(ReadOnlySpan<double> returns)
    {
        var n = returns.Length;
        if (n == 0) return new Moments(0, null, null, null, null);
        var mean = Average(returns);
        double m2 = 0, m3 = 0, m4 = 0;
        foreach (var r in returns)
        {
            var d = r - mean;
            m2 += d * d;
            m3 += d * d * d;
            m4 += d * d * d * d;
        }

        if (n == 1) return new Moments(1, mean, null, null, null);
        var deviation = Math.Sqrt(m2 / (n - 1));
        if (deviation <= Negligible) return new Moments(n, mean, 0, null, null);
        var variance = m2 / n;
        return new Moments(n, mean, deviation, m3 / n / Math.Pow(variance, 1.5), m4 / n / (variance * variance));
    }

    internal static double Average(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }
}
