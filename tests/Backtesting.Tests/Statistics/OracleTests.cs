using System.Text.Json;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Tests.Statistics;

/// <summary>Against Oracle/oracle.py, which works everything out once more in another language and other ways.</summary>
public sealed class OracleTests
{
    private static readonly JsonElement Fixture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Oracle", "statistics.json"))).RootElement;

    public static TheoryData<int> Runs => [.. Enumerable.Range(0, Fixture.GetProperty("runs").GetArrayLength())];

    public static TheoryData<int> Trades => [.. Enumerable.Range(0, Fixture.GetProperty("trades").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_has_the_statistics_of_the_oracle(int number)
    {
        var run = Fixture.GetProperty("runs")[number];
        var given = run.GetProperty("options");
        var options = new StatisticsOptions(Number(given, "periods"), Number(given, "rate"), Number(given, "target"), Number(given, "benchmark"));
        var days = run.GetProperty("days").EnumerateArray().Select(d => new Timestamp((d.GetInt64() * 86_400_000_000L) + 75_600_000_000L)).ToArray();
        var (equity, flows, market) = (Decimals(run, "equity"), Decimals(run, "flows"), Decimals(run, "market"));
        var (curve, benchmark) = (new EquityCurve(), new EquityCurve());
        for (var i = 0; i < days.Length; i++)
        {
            curve.Add(new EquityPoint(days[i], equity[i], flows[i]));
            benchmark.Add(new EquityPoint(days[i], market[i]));
        }

        var made = PerformanceStatistics.Of(curve, [], options, benchmark);
        var expected = run.GetProperty("expected");
        foreach (var (name, value) in new Dictionary<string, double?>
        {
            ["totalReturn"] = made.TotalReturn, ["annualGrowth"] = made.AnnualGrowth, ["mean"] = made.Returns.Mean, ["deviation"] = made.Returns.StandardDeviation,
            ["skewness"] = made.Returns.Skewness, ["kurtosis"] = made.Returns.Kurtosis, ["volatility"] = made.Volatility, ["sharpe"] = made.Sharpe,
            ["bestDay"] = made.BestDay, ["worstDay"] = made.WorstDay, ["sortino"] = made.Sortino, ["calmar"] = made.Calmar, ["depth"] = made.Drawdown.Depth,
            ["peak"] = made.Drawdown.Peak?.Day, ["trough"] = made.Drawdown.Trough?.Day, ["longestUnderWater"] = made.Drawdown.LongestUnderWater.TotalDays,
            ["probabilisticSharpe"] = made.ProbabilisticSharpe, ["alpha"] = made.Benchmark!.Alpha, ["beta"] = made.Benchmark.Beta,
            ["correlation"] = made.Benchmark.Correlation, ["trackingError"] = made.Benchmark.TrackingError,
            ["informationRatio"] = made.Benchmark.InformationRatio, ["treynor"] = made.Benchmark.Treynor,
        })
            Some.Close(Number(expected, name), value);

        Same(expected.GetProperty("recovered"), made.Drawdown.Recovered?.Day);
        Same(expected.GetProperty("minimumTrackRecord"), made.MinimumTrackRecord);
        Tail(expected.GetProperty("tail95"), made.Tail95);
        Tail(expected.GetProperty("tail99"), made.Tail99);
        var months = expected.GetProperty("months").EnumerateObject().ToArray();
        Assert.Equal(months.Select(m => m.Name), made.Months.Select(m => $"{m.Year}-{m.Month:00}"));
        foreach (var (month, made1) in months.Zip(made.Months)) Some.Close(month.Value.GetDouble(), made1.Return);
        Assert.Equal(equity[^1] - equity[0] - flows.Sum(), made.NetProfit);
    }

    [Theory]
    [MemberData(nameof(Trades))]
    public void Fills_match_as_units_of_one_do(int number)
    {
        var given = Fixture.GetProperty("trades")[number];
        var fills = given.GetProperty("fills").EnumerateArray().Select(f => new TradeFill(
            Some.Start + TimeSpan.FromMinutes(f.GetProperty("minute").GetInt32()), "SPY.ARCX", f.GetProperty("quantity").GetDecimal(),
            f.GetProperty("cents").GetDecimal() / 100m, f.GetProperty("feeCents").GetDecimal() / 100m)).ToArray();

        var trips = TradeMatching.Match(fills);
        var expected = given.GetProperty("trips").EnumerateArray().ToArray();
        Assert.Equal(expected.Length, trips.Count);
        foreach (var (e, t) in expected.Zip(trips))
        {
            Assert.Equal((Number(e, "entered"), Number(e, "exited")), ((t.Entered - Some.Start).TotalMinutes, (t.Exited - Some.Start).TotalMinutes));
            Assert.Equal(e.GetProperty("quantity").GetDecimal(), t.Quantity);
            Some.Close(Number(e, "net"), (double)t.NetProfit);
        }

        var made = TradeStatistics.Of(trips);
        var all = given.GetProperty("expected");
        foreach (var (name, value) in new Dictionary<string, decimal?>
        {
            ["count"] = made.Count, ["wins"] = made.Wins, ["losses"] = made.Losses, ["net"] = made.NetProfit, ["winRate"] = made.WinRate,
            ["profitFactor"] = made.ProfitFactor, ["expectancy"] = made.Expectancy, ["averageWin"] = made.AverageWin, ["averageLoss"] = made.AverageLoss,
            ["payoff"] = made.PayoffRatio, ["largestWin"] = made.LargestWin, ["largestLoss"] = made.LargestLoss,
            ["minutes"] = (decimal)made.AverageDuration!.Value.TotalMinutes,
        })
            Some.Close(Number(all, name), (double?)value, 1e-8);
    }

    [Fact]
    public void The_normal_distribution_has_the_values_of_the_oracle()
    {
        foreach (var pair in Fixture.GetProperty("normal").EnumerateArray())
        {
            var expected = pair[1].GetDouble();
            // In the tails the digits that count are those of the small number itself.
            Assert.Equal(1, NormalDistribution.Cumulative(pair[0].GetDouble()) / expected, 1e-12);
        }

        foreach (var pair in Fixture.GetProperty("quantiles").EnumerateArray()) Some.Close(pair[1].GetDouble(), NormalDistribution.Quantile(pair[0].GetDouble()), 1e-13);
    }

    private static void Tail(JsonElement expected, TailRisk made)
    {
        Some.Close(Number(expected, "valueAtRisk"), made.ValueAtRisk);
        Some.Close(Number(expected, "expectedShortfall"), made.ExpectedShortfall);
        Some.Close(Number(expected, "normalValueAtRisk"), made.NormalValueAtRisk);
        Some.Close(Number(expected, "normalExpectedShortfall"), made.NormalExpectedShortfall);
    }

    private static void Same(JsonElement expected, double? made)
    {
        if (expected.ValueKind == JsonValueKind.Null) Assert.Null(made);
        else Some.Close(expected.GetDouble(), made);
    }

    private static double Number(JsonElement of, string name) => of.GetProperty(name).GetDouble();

    private static decimal[] Decimals(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray().Select(e => e.GetDecimal())];
}
