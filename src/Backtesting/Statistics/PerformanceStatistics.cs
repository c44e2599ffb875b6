using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>
/// All statistics of one book: a whole run, an agent's share of it, or a run under one voting policy. Rates and ratios are of a year
/// unless it says otherwise, as fractions. What has no value is null, never NaN or infinite. docs/statistics.md has the definitions.
/// </summary>
/// <param name="NetProfit">Money gained on the curve, flows left out, what is open at market. Null without a curve.</param>
/// <param name="TotalReturn">See <see cref="EquityCurve.TotalReturn"/>.</param>
/// <param name="AnnualGrowth">CAGR. See <see cref="EquityCurve.AnnualGrowth"/>. Of less than a year it is an extrapolation.</param>
/// <param name="Returns">Mean, deviation, skewness and kurtosis of one period's returns.</param>
/// <param name="Volatility">Sample standard deviation times √periods. Null below two returns.</param>
/// <param name="BestDay">Best return of one period. Null without returns.</param>
/// <param name="WorstDay">Worst return of one period. Null without returns.</param>
/// <param name="ProbabilisticSharpe">0 to 1, against <see cref="StatisticsOptions.BenchmarkSharpe"/>. Null where Sharpe is.</param>
/// <param name="MinimumTrackRecord">In periods. Null where Sharpe is, or is not above the benchmark.</param>
/// <param name="Turnover">Half of what was traded, over mean equity, over years (a purchase and its sale count once). Null if no time passed or mean equity is not positive.</param>
/// <param name="Exposure">See <see cref="EquityCurve.Exposure"/>.</param>
/// <param name="TimeInMarket">See <see cref="EquityCurve.TimeInMarket"/>.</param>
/// <param name="Benchmark">Null if none was given.</param>
public sealed record PerformanceStatistics(
    Timestamp? From, Timestamp? To, decimal? FirstEquity, decimal? LastEquity, decimal NetFlow, decimal? NetProfit,
    double? TotalReturn, double? AnnualGrowth, Timestamp? Ruined, Moments Returns, double? Volatility, double? BestDay, double? WorstDay,
    double? Sharpe, double? ProbabilisticSharpe, double? MinimumTrackRecord, double? Sortino, double? Calmar, Drawdown Drawdown,
    TailRisk Tail95, TailRisk Tail99, double? Turnover, double? Exposure, double? TimeInMarket, IReadOnlyList<MonthlyReturn> Months,
    BenchmarkComparison? Benchmark, TradeStatistics Trades, StatisticsOptions Options)
{
    /// <param name="curve">Empty where a book has trades but no equity of its own: then only <see cref="Trades"/> has values.</param>
    /// <param name="benchmark">Its price or index as equity.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static PerformanceStatistics Of(EquityCurve curve, IEnumerable<RoundTrip> trades, StatisticsOptions options, EquityCurve? benchmark = null)
    {
        var rate = options.Checked().PeriodRiskFreeRate;
        var returns = DailyReturns.Of(curve.Days);
        var moments = Moments.Of(returns);
        var ascending = returns.Order().ToArray();
        var drawdown = curve.Drawdown();
        var shape = Shape(moments, rate);
        return new PerformanceStatistics(
            curve.First?.At, curve.Last?.At, curve.First?.Equity, curve.Last?.Equity, curve.NetFlow, curve.NetProfit,
            curve.TotalReturn, curve.AnnualGrowth, curve.Ruined, moments, moments.StandardDeviation * Math.Sqrt(options.PeriodsPerYear),
            ascending.Length > 0 ? ascending[^1] : null, ascending.Length > 0 ? ascending[0] : null,
            RiskAdjusted.Sharpe(moments, rate, options.PeriodsPerYear),
            shape is { } s ? Statistics.ProbabilisticSharpe.Probability(s.Sharpe, options.PeriodBenchmarkSharpe, moments.Count, s.Skewness, s.Kurtosis) : null,
            shape is { } t ? Statistics.ProbabilisticSharpe.MinimumTrackRecord(t.Sharpe, options.PeriodBenchmarkSharpe, t.Skewness, t.Kurtosis, options.Confidence) : null,
            RiskAdjusted.Sortino(returns, options.PeriodTarget, options.PeriodsPerYear),
            RiskAdjusted.Calmar(curve.AnnualGrowth, drawdown.Depth), drawdown, TailRisk.Of(ascending, 0.95), TailRisk.Of(ascending, 0.99),
            curve.MeanEquity is > 0 and var equity ? (double)curve.Traded / 2 / equity / curve.Years : null, curve.Exposure, curve.TimeInMarket,
            MonthlyReturn.Table(curve.Days), benchmark is null ? null : BenchmarkComparison.Of(curve.Days, benchmark.Days, options),
            TradeStatistics.Of(trades), options);
    }

    /// <summary>What the probabilistic ratio is worked out from, of one period; null where there is no Sharpe ratio.</summary>
    internal static (double Sharpe, double Skewness, double Kurtosis)? Shape(Moments returns, double riskFreeRate) =>
        RiskAdjusted.PeriodSharpe(returns, riskFreeRate) is { } sharpe && returns is { Skewness: { } skewness, Kurtosis: { } kurtosis }
            ? (sharpe, skewness, kurtosis) : null;
}
