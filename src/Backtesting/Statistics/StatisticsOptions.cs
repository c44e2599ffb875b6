using System.Text.Json.Serialization;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <param name="PeriodsPerYear">Returns in a year: 252 for days of an exchange, 365 for a market that never closes, 12 for months. 1 to 600,000.</param>
/// <param name="RiskFreeRate">A year's, as a fraction, compounded: 0.04 is 4 %. −0.5 to 10.</param>
/// <param name="Target">A year's minimum acceptable return for Sortino, as a fraction, compounded. −0.5 to 10.</param>
/// <param name="BenchmarkSharpe">A year's Sharpe ratio that the probabilistic one is measured against. −100 to 100.</param>
/// <param name="Confidence">Of the minimum track record. Above 0.5, below 1.</param>
public sealed record StatisticsOptions(
    double PeriodsPerYear = 252, double RiskFreeRate = 0, double Target = 0, double BenchmarkSharpe = 0, double Confidence = 0.95)
{
    /// <summary>Of one period: (1 + annual)^(1 / periods) − 1.</summary>
    [JsonIgnore]
    public double PeriodRiskFreeRate => PerPeriod(RiskFreeRate);

    /// <inheritdoc cref="PeriodRiskFreeRate"/>
    [JsonIgnore]
    public double PeriodTarget => PerPeriod(Target);

    /// <summary>Of one period: annual / √periods.</summary>
    [JsonIgnore]
    public double PeriodBenchmarkSharpe => BenchmarkSharpe / Math.Sqrt(PeriodsPerYear);

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public StatisticsOptions Checked()
    {
        Check(nameof(PeriodsPerYear), PeriodsPerYear, 1, 600_000, "give 252 for days of an exchange");
        Check(nameof(RiskFreeRate), RiskFreeRate, -0.5, 10, "give a fraction, 0.04 for 4 %");
        Check(nameof(Target), Target, -0.5, 10, "give a fraction, 0.04 for 4 %");
        Check(nameof(BenchmarkSharpe), BenchmarkSharpe, -100, 100, "give the ratio of a year");
        Check(nameof(Confidence), Confidence, 0.500001, 0.999999, "give a fraction, such as 0.95");
        return this;
    }

    private double PerPeriod(double annual) => Math.Pow(1 + annual, 1 / PeriodsPerYear) - 1;

    private static void Check(string field, double value, double least, double most, string mend)
    {
        // Written so that NaN fails too.
        if (!(value >= least && value <= most)) throw new ArgumentException($"{field} {value} must be from {least} to {most}; {mend}.", nameof(field));
    }
}
