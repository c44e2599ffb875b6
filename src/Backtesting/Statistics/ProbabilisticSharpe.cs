namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>
/// How far a Sharpe ratio can be trusted, given the length of the record and the shape of its returns. All ratios are of one period, not
/// of a year. D. H. Bailey and M. López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2012), and "The Deflated
/// Sharpe Ratio", Journal of Portfolio Management 40 (2014).
/// </summary>
public static class ProbabilisticSharpe
{
    private const double EulerMascheroni = 0.57721566490153286;

    /// <summary>
    /// The chance that the true ratio is above <paramref name="benchmark"/>: Φ((SR − SR*)·√(n − 1) / √(1 − γ₃·SR + (γ₄ − 1)/4·SR²)).
    /// </summary>
    /// <param name="kurtosis">γ₄; 3 for a normal distribution.</param>
    /// <returns>0 to 1; null below two returns, or where the variance of the estimate is not positive.</returns>
    public static double? Probability(double sharpe, double benchmark, int count, double skewness, double kurtosis) =>
        count >= 2 && Shape(sharpe, skewness, kurtosis) is > 0 and var shape
            ? NormalDistribution.Cumulative((sharpe - benchmark) * Math.Sqrt(count - 1) / Math.Sqrt(shape)) : null;

    /// <summary>
    /// How many returns it takes until the ratio is above the benchmark with this confidence:
    /// 1 + (1 − γ₃·SR + (γ₄ − 1)/4·SR²)·(z / (SR − SR*))².
    /// </summary>
    /// <returns>In periods, not rounded; null if the ratio is not above the benchmark: then no record is long enough.</returns>
    public static double? MinimumTrackRecord(double sharpe, double benchmark, double skewness, double kurtosis, double confidence = 0.95)
    {
        if (sharpe <= benchmark || Shape(sharpe, skewness, kurtosis) is not (> 0 and var shape)) return null;
        var z = NormalDistribution.Quantile(confidence) / (sharpe - benchmark);
        return Finite.OrNull(1 + (shape * z * z));
    }

    /// <summary>
    /// The best ratio that is to be expected from trials without any skill: √V·((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))), γ the
    /// Euler–Mascheroni constant. Zero for a single trial, which was not chosen.
    /// </summary>
    /// <param name="trials">N, the independent ones: all that were tried, kept or not. With trials that resemble each other it is too strict.</param>
    /// <param name="variance">V, of the trials' ratios.</param>
    /// <exception cref="ArgumentException">Fewer than one trial, or a negative variance.</exception>
    public static double ExpectedMaximum(int trials, double variance)
    {
        if (trials < 1) throw new ArgumentException($"trials {trials} must be at least 1; count every configuration that was tried.", nameof(trials));
        if (!(variance >= 0)) throw new ArgumentException($"variance {variance} must not be negative; give the variance of the trials' Sharpe ratios.", nameof(variance));
        return trials == 1 ? 0
            : Math.Sqrt(variance) * (((1 - EulerMascheroni) * NormalDistribution.Quantile(1 - (1.0 / trials)))
                + (EulerMascheroni * NormalDistribution.Quantile(1 - (1 / (trials * Math.E)))));
    }

    /// <summary>The chance that the ratio is above what the best of that many trials without skill would show: <see cref="Probability"/> against <see cref="ExpectedMaximum"/>.</summary>
    public static double? Deflated(double sharpe, int count, double skewness, double kurtosis, int trials, double variance) =>
        Probability(sharpe, ExpectedMaximum(trials, variance), count, skewness, kurtosis);

    private static double Shape(double sharpe, double skewness, double kurtosis) => 1 - (skewness * sharpe) + ((kurtosis - 1) / 4 * sharpe * sharpe);
}
