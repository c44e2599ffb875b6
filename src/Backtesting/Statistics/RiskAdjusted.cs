namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>Return for risk. Rates are of one period; the ratios are of a year.</summary>
public static class RiskAdjusted
{
    /// <summary>
    /// Mean excess return over its sample standard deviation (n − 1), times √periods. W. F. Sharpe, "The Sharpe Ratio" (1994). The √ rule
    /// holds for returns that do not depend on each other. Null below two returns, or if they do not differ.
    /// </summary>
    public static double? Sharpe(Moments returns, double riskFreeRate, double periodsPerYear) =>
        PeriodSharpe(returns, riskFreeRate) * Math.Sqrt(periodsPerYear);

    /// <summary>The same of one period, which the probabilistic and the deflated ratio rest on.</summary>
    public static double? PeriodSharpe(Moments returns, double riskFreeRate) =>
        returns is { Mean: { } mean, StandardDeviation: > 0 and var deviation } ? (mean - riskFreeRate) / deviation : null;

    /// <summary>
    /// Mean return over the target, divided by the downside deviation, times √periods. F. A. Sortino and L. N. Price (1994).
    /// Null without returns, or if none is below the target.
    /// </summary>
    public static double? Sortino(ReadOnlySpan<double> returns, double target, double periodsPerYear) =>
        DownsideDeviation(returns, target) is > Moments.Negligible and var downside
            ? (Moments.Average(returns) - target) / downside * Math.Sqrt(periodsPerYear) : null;

    /// <summary>√(Σ min(r − target, 0)² / n) over all n returns, not only those below. Of one period; null without returns.</summary>
    public static double? DownsideDeviation(ReadOnlySpan<double> returns, double target)
    {
        if (returns.Length == 0) return null;
        var sum = 0.0;
        foreach (var r in returns)
        {
            var below = Math.Min(r - target, 0);
            sum += below * below;
        }

        return Math.Sqrt(sum / returns.Length);
    }

    /// <summary>Annual growth over the deepest drawdown of the whole run (T. W. Young, 1991, took three years). Null without drawdown.</summary>
    public static double? Calmar(double? annualGrowth, double maxDrawdown) => maxDrawdown > 0 ? annualGrowth / maxDrawdown : null;
}
