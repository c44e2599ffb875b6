using System.Text;
using EventSourcedTrading.Backtesting.Statistics;

namespace EventSourcedTrading.Backtesting.Tests.Statistics;

public sealed class PropertyTests
{
    [Fact]
    public void Ratios_do_not_depend_on_the_size_of_the_book() => Some.Property(200, random =>
    {
        var equity = Some.Walk(random, random.Next(3, 200));
        var (one, ten) = (Some.Performance(Some.Curve(equity)), Some.Performance(Some.Curve(equity.Select(e => e * 10m))));
        Some.Close(one.Sharpe!.Value, ten.Sharpe);
        Some.Close(one.TotalReturn!.Value, ten.TotalReturn);
        Some.Close(one.Drawdown.Depth, ten.Drawdown.Depth);
        Assert.Equal(one.Drawdown with { Depth = 0 }, ten.Drawdown with { Depth = 0 });
        Assert.Equal(one.Sortino is null, ten.Sortino is null);
        if (one.Sortino is { } sortino) Some.Close(sortino, ten.Sortino);
        Assert.Equal(one.NetProfit * 10m, ten.NetProfit);
    });

    [Fact]
    public void Bounds_hold() => Some.Property(200, random =>
    {
        var equity = Some.Walk(random, random.Next(2, 300), risk: random.NextDouble() * 0.9);
        var made = Some.Performance(Some.Curve(equity));
        Assert.InRange(made.Drawdown.Depth, 0, 1);
        Assert.True(made.Drawdown.Depth == 0 == made.Drawdown.Trough is null);
        Assert.InRange(made.ProbabilisticSharpe ?? 0, 0, 1);
        Assert.True(made.Tail95.ExpectedShortfall is null || made.Tail95.ExpectedShortfall >= made.Tail95.ValueAtRisk - 1e-15);
        Assert.True(made.Tail99.ValueAtRisk is null || made.Tail99.ValueAtRisk >= made.Tail95.ValueAtRisk - 1e-15);
        Assert.True(made.Returns.Kurtosis is null || made.Returns.Kurtosis >= 1 + (made.Returns.Skewness * made.Returns.Skewness) - 1e-9);
        Some.Close((double)(equity[^1] / equity[0]) - 1, made.TotalReturn);
        Some.Close(1 + made.TotalReturn!.Value, made.Months.Aggregate(1.0, (index, month) => index * (1 + month.Return)));
    });

    /// <summary>A flow at any time leaves every ratio as it was, if what is in the book earns the same.</summary>
    [Fact]
    public void Flows_leave_returns_alone() => Some.Property(100, random =>
    {
        var (still, moved) = (new EquityCurve(), new EquityCurve());
        double a = 100_000, b = 100_000;
        for (var day = 0; day < 60; day++)
        {
            var (growth, flow) = (1 + (0.04 * (random.NextDouble() - 0.48)), random.Next(5) == 0 && day > 0 ? random.Next(-20_000, 40_000) : 0);
            (a, b) = day == 0 ? (a, b) : (a * growth, (b * growth) + flow);
            if (b < 1000) return;
            still.Add(new EquityPoint(Some.Day(day), (decimal)a));
            moved.Add(new EquityPoint(Some.Day(day), (decimal)b, flow));
        }

        Some.Close(Some.Performance(still).Sharpe!.Value, Some.Performance(moved).Sharpe, 1e-6);
        Some.Close(still.Drawdown().Depth, moved.Drawdown().Depth, 1e-8);
    });

    [Fact]
    public void More_trials_make_a_ratio_less_likely_to_be_real() => Some.Property(100, random =>
    {
        var (sharpe, count, trials) = (random.NextDouble() / 5, random.Next(50, 2000), random.Next(1, 1000));
        var (few, many) = (ProbabilisticSharpe.Deflated(sharpe, count, 0, 3, trials, 0.01), ProbabilisticSharpe.Deflated(sharpe, count, 0, 3, trials * 2, 0.01));
        Assert.True(many <= few);
        Assert.Equal(ProbabilisticSharpe.Probability(sharpe, 0, count, 0, 3), ProbabilisticSharpe.Deflated(sharpe, count, 0, 3, 1, 0.01));
    });

    /// <summary>At the length that the formula asks for, the chance is the confidence that was asked for.</summary>
    [Fact]
    public void Track_record_and_probability_are_each_others_inverse() => Some.Property(100, random =>
    {
        var (sharpe, skewness, kurtosis) = (0.02 + (random.NextDouble() / 5), random.NextDouble() - 0.5, 3 + (random.NextDouble() * 5));
        var length = (int)Math.Ceiling(ProbabilisticSharpe.MinimumTrackRecord(sharpe, 0.01, skewness, kurtosis, 0.9)!.Value);
        Assert.True(ProbabilisticSharpe.Probability(sharpe, 0.01, length, skewness, kurtosis) >= 0.9 - 1e-12);
        Assert.True(ProbabilisticSharpe.Probability(sharpe, 0.01, length - 1, skewness, kurtosis) is null or < 0.9);
    });

    [Fact]
    public void The_best_of_many_runs_without_skill_is_called_overfitted()
    {
        var random = new Random(7);
        var runs = Enumerable.Range(0, 60).Select(i => KeyValuePair.Create($"run-{i:00}", Noise(random, 0))).ToList();
        var ranked = SweepRanking.Rank(runs);
        Assert.Equal(60, ranked.Count);
        Assert.Equal(ranked.Select(r => r.Sharpe).OrderDescending(), ranked.Select(r => r.Sharpe));
        Assert.True(ranked[0].Sharpe > 1, $"the luckiest has {ranked[0].Sharpe}");
        Assert.All(ranked, r => Assert.Contains("likely overfitted: after 60 trials", r.Warning, StringComparison.Ordinal));

        // One with skill among them, and one that never traded.
        runs.Add(KeyValuePair.Create("skill", Noise(random, 0.004)));
        runs.Add(KeyValuePair.Create("idle", Some.Performance(Some.Curve(Enumerable.Repeat(100m, 500)))));
        ranked = SweepRanking.Rank(runs, trials: 80);
        Assert.Equal(("skill", 1, null), (ranked[0].Name, ranked[0].Rank, ranked[0].Warning));
        Assert.Equal(("idle", 62, null), (ranked[^1].Name, ranked[^1].Rank, ranked[^1].DeflatedSharpe));
        Assert.Contains("at least 62", Assert.Throws<ArgumentException>(() => SweepRanking.Rank(runs, trials: 61)).Message);
    }

    [Fact]
    public void Statistics_come_back_from_JSON_and_no_number_is_undefined()
    {
        var run = PerformanceStatistics.Of(Some.Curve(Some.Walk(new Random(3), 300)), [Some.Trip(3.50m), Some.Trip(-1m)], new StatisticsOptions(), Some.Curve(Some.Walk(new Random(4), 300)));
        var (agents, policies) = (BacktestStatistics.Groups(), BacktestStatistics.Groups());
        agents["trend@1.2.0"] = PerformanceStatistics.Of(new EquityCurve(), [Some.Trip(3m)], new StatisticsOptions());
        agents["Meanrev@2.0.0"] = Some.Performance(Some.Curve(100m, 0m, 5m));
        policies["majority"] = run;
        var json = new BacktestStatistics(run, agents, policies).ToJson();
        var text = Encoding.UTF8.GetString(json);
        Assert.Contains("\"netProfit\":\"2.5\"", text);
        Assert.DoesNotContain("NaN", text);
        Assert.DoesNotContain("Infinity", text);
        var back = BacktestStatistics.FromJson(json);
        Assert.Equal(json, back.ToJson());
        Assert.Equal((run.Sharpe, run.Drawdown, run.Trades, run.Benchmark), (back.Run.Sharpe, back.Run.Drawdown, back.Run.Trades, back.Run.Benchmark));
        Assert.Equal(["Meanrev@2.0.0", "trend@1.2.0"], back.Agents.Keys);
    }

    private static PerformanceStatistics Noise(Random random, double drift)
    {
        var equity = 1_000_000m;
        return Some.Performance(Some.Curve(Enumerable.Range(0, 500).Select(_ => equity = Math.Round(equity * (decimal)(1 + drift + (0.02 * (random.NextDouble() + random.NextDouble() - 1))), 2)).ToArray()));
    }
}
