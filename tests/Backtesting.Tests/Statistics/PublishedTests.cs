using EventSourcedTrading.Backtesting.Statistics;

namespace EventSourcedTrading.Backtesting.Tests.Statistics;

/// <summary>Numbers that others have printed.</summary>
public sealed class PublishedTests
{
    /// <summary>C. Bacon, Practical Portfolio Performance Measurement and Attribution (2008): 24 months in per cent, as portfolio_bacon in R's PerformanceAnalytics.</summary>
    private static readonly double[] Portfolio = Percent(
        0.3, 2.6, 1.1, -1.0, 1.5, 2.5, 1.6, 6.7, -1.4, 4.0, -0.5, 8.1, 4.0, -3.7, -6.1, 1.7, -4.9, -2.2, 7.0, 5.8, -6.5, 2.4, -0.5, -0.9);

    private static readonly double[] Benchmark = Percent(
        0.2, 2.5, 1.8, -1.1, 1.4, 1.8, 1.4, 6.5, -1.5, 4.2, -0.6, 8.3, 3.9, -3.8, -6.2, 1.5, -4.8, 2.1, 6.0, 5.6, -6.7, 1.9, -0.3, 0);

    /// <summary>The eight worst of 152 months of EDHEC's convertible arbitrage index, 1997-01 to 2009-08, in per cent; the ninth is −1.88.</summary>
    private static readonly double[] WorstConvertible = Percent(-12.37, -10.27, -3.19, -3.17, -3.16, -2.76, -2.14, -1.96);

    // What R's PerformanceAnalytics prints, from its own tests/Examples/PerformanceAnalytics-Ex.Rout.save.

    [Fact]
    public void Bacon_shape_of_returns()
    {
        var moments = Moments.Of(Portfolio);
        Assert.Equal(2.43, moments.Kurtosis!.Value, 0.005);                                   // kurtosis(method="moment")
        Assert.Equal(-0.03394204, moments.Skewness!.Value / moments.Kurtosis.Value, 5e-9);    // SkewnessKurtosisRatio
        Assert.Equal(1.030395, moments.StandardDeviation!.Value / Moments.Of(Benchmark).StandardDeviation!.Value, 5e-7); // FamaBeta
    }

    [Fact]
    public void Bacon_downside_deviation_and_Sortino()
    {
        Assert.Equal(0.0255, RiskAdjusted.DownsideDeviation(Portfolio, 0.005)!.Value, 5e-5);   // DownsideDeviation(MAR=0.005)
        Assert.Equal(0.492524, RiskAdjusted.DownsideDeviation(Portfolio, 0.5)!.Value, 5e-7);   // DownsideDeviation(MAR=0.5)
        Assert.Equal(0.1566371, RiskAdjusted.Sortino(Portfolio, 0.005, 1)!.Value, 5e-8);       // Kappa(MAR=0.005, l=2)
    }

    /// <summary>
    /// CAPM.jensenAlpha there is a year's portfolio return − β × a year's benchmark return, both compounded, and CAPM.epsilon takes the
    /// intercept of a month from that too: so the two give the intercept, and the first tests β.
    /// </summary>
    [Fact]
    public void Bacon_alpha_and_beta()
    {
        const double jensen = -0.01416944, epsilon = -0.01313932;
        var made = BenchmarkComparison.Of(Portfolio, Benchmark, riskFreeRate: 0, periodsPerYear: 12);
        Assert.Equal((jensen - epsilon) * 12, made.Alpha!.Value, 2.5e-7);
        Assert.Equal(jensen, Year(Portfolio) - (made.Beta!.Value * Year(Benchmark)), 5e-9);
    }

    [Fact]
    public void Bacon_profit_factor_of_months_as_trades()
    {
        // BernardoLedoitRatio: gains over losses.
        Assert.Equal(1.779783m, TradeStatistics.Of(Portfolio.Select(r => Some.Trip((decimal)r))).ProfitFactor!.Value, 6);
    }

    /// <summary>ES(edhec, p=.95, method="historical") is −0.048775: the mean of what is at or below the type 7 quantile. The better months do not matter.</summary>
    [Fact]
    public void Edhec_historical_expected_shortfall()
    {
        double[] months = [.. WorstConvertible.Concat(Enumerable.Repeat(-0.0188, 1)).Concat(Enumerable.Repeat(0.01, 143)).Order()];
        Assert.Equal(152, months.Length);
        Assert.Equal(0.048775, TailRisk.Of(months, 0.95).ExpectedShortfall!.Value, 1e-12);
    }

    // D. H. Bailey and M. López de Prado, "The Sharpe Ratio Efficient Frontier" (2012): two years of months, Sharpe ratio 1.585 a year.

    [Fact]
    public void Probabilistic_Sharpe_of_the_paper()
    {
        var sharpe = 1.585 / Math.Sqrt(12);
        Assert.Equal(0.982, ProbabilisticSharpe.Probability(sharpe, 0, 24, 0, 3)!.Value, 5e-4);
        Assert.Equal(0.913, ProbabilisticSharpe.Probability(sharpe, 0, 24, -2.448, 10.164)!.Value, 5e-4);
    }

    /// <summary>How many years it takes to tell a ratio of 2 from 1 with normal returns: 2.73 of days, 2.83 of weeks, 3.24 of months; 4.99 of months as hedge funds have them.</summary>
    [Theory]
    [InlineData(252, 0, 3, 2.73)]
    [InlineData(52, 0, 3, 2.83)]
    [InlineData(12, 0, 3, 3.24)]
    [InlineData(12, -0.72, 5.78, 4.99)]
    public void Minimum_track_record_of_the_paper(int periods, double skewness, double kurtosis, double years) =>
        Assert.Equal(years, ProbabilisticSharpe.MinimumTrackRecord(2 / Math.Sqrt(periods), 1 / Math.Sqrt(periods), skewness, kurtosis)!.Value / periods, 0.005);

    /// <summary>"The Deflated Sharpe Ratio" (2014): 2.5 a year over 1,250 days, the best of 100 whose ratios vary by ½; at 46 trials it would pass, with normal returns at 88.</summary>
    [Theory]
    [InlineData(100, -3, 10, 0.9004)]
    [InlineData(46, -3, 10, 0.9505)]
    [InlineData(88, 0, 3, 0.9505)]
    public void Deflated_Sharpe_of_the_paper(int trials, double skewness, double kurtosis, double chance)
    {
        var daily = Math.Sqrt(250);
        Assert.Equal(chance, ProbabilisticSharpe.Deflated(2.5 / daily, 1250, skewness, kurtosis, trials, 0.5 / 250)!.Value, 5e-5);
        Assert.Equal(0.1132, ProbabilisticSharpe.ExpectedMaximum(100, 0.5 / 250), 5e-5);
    }

    /// <summary>
    /// QuantConnect LEAN, Tests/Common/Statistics/PortfolioStatisticsTests.cs. Its skewness and kurtosis are corrected for small samples,
    /// and the second is what exceeds 3: both are given to our formula as LEAN has them.
    /// </summary>
    [Theory]
    [InlineData(202, 0.00589787137120101, 0.167632655086644, 0.252197874915608)]
    [InlineData(252, 0.00735774052248839, 0.187233350684845, 0.257146306116665)]
    [InlineData(365, 0.0106570448043979, 0.225335372429895, 0.264390639112978)]
    public void Lean_unit_tests(int periods, double variance, double trackingError, double probability)
    {
        double[] returns = [-0.009025132, 0.003653969, 0, 0];
        double[] market = [-0.011587791300935783, 0.00054375782787618543, 0.022165997700413956, 0.006263266301918822];
        var moments = Moments.Of(returns);
        Assert.Equal(variance, moments.StandardDeviation!.Value * moments.StandardDeviation.Value * periods, 1e-15);
        Assert.Equal(trackingError, BenchmarkComparison.Of(returns, market, 0, periods).TrackingError!.Value, 1e-14);
        Assert.Equal(probability, Lean.Probability(moments, periods), 1e-13);
    }

    private static double Year(double[] months) => Math.Pow(months.Aggregate(1.0, (index, r) => index * (1 + r)), 12.0 / months.Length) - 1;

    private static double[] Percent(params double[] values) => Array.ConvertAll(values, v => v / 100);
}
