using System.Globalization;
using EventSourcedTrading.Backtesting.Tests.Running;
using EventSourcedTrading.Backtesting.Tests.Statistics;

namespace EventSourcedTrading.Backtesting.Tests.Sweeping;

/// <summary>From the valuations that the runs left, once more: by the formulas of Bailey and López de Prado, with the normal distribution by integration.</summary>
public sealed class RankingTests
{
    [Fact]
    public async Task Sharpe_and_deflated_Sharpe_are_those_of_the_valuations()
    {
        using var folder = new OwnFolder();
        var result = await Sweeps.RunAsync(folder["a"], keep: true, grid: ["ma-cross.fast=3,5,8", "ma-cross.slow=20,40"]);
        var shapes = result.Ranking.Select(t => (Trial: t, Shape: Shape(Path.Combine(folder["a"], "runs", t.Run["test-".Length..], "equity.csv")))).ToList();
        var ratios = shapes.Select(s => s.Shape.Sharpe).ToArray();
        var variance = ratios.Sum(r => Math.Pow(r - ratios.Average(), 2)) / (ratios.Length - 1);
        const double gamma = 0.5772156649015329;
        var n = (double)ratios.Length;
        var expected = Math.Sqrt(variance) * (((1 - gamma) * Quantile(1 - (1 / n))) + (gamma * Quantile(1 - (1 / (n * Math.E)))));

        Assert.Equal(6, result.Ranking.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6], result.Ranking.Select(t => t.Rank));
        Assert.Equal(shapes.OrderByDescending(s => s.Shape.Sharpe).Select(s => s.Trial.Name), result.Ranking.Select(t => t.Name));
        foreach (var (trial, (sharpe, skewness, kurtosis, count, total)) in shapes)
        {
            Some.Close(sharpe * Math.Sqrt(252), trial.Sharpe);
            Some.Close(total, trial.TotalReturn, 1e-12);
            var z = (sharpe - expected) * Math.Sqrt(count - 1) / Math.Sqrt(1 - (skewness * sharpe) + ((kurtosis - 1) / 4 * sharpe * sharpe));
            Some.Close(Cumulative(z), trial.DeflatedSharpe, 1e-7);
            Assert.Equal(trial.DeflatedSharpe is null or < 0.95, trial.Warning is not null);
        }
    }

    [Fact]
    public async Task The_chained_curve_compounds_the_tests()
    {
        using var folder = new OwnFolder();
        var result = await Sweeps.RunAsync(folder["a"], new(2, 1, 1, Anchored: true));
        var forward = result.WalkForward!;
        Assert.True(forward.Windows.Count > 2);
        Some.Close(forward.Windows.Aggregate(1.0, (all, w) => all * (1 + w.TestReturn!.Value)) - 1, forward.OutOfSample.TotalReturn, 1e-12);
        Assert.Equal(forward.Windows.Sum(w => w.TestTrades), forward.OutOfSample.Trades.Count);
        Assert.True(forward.OutOfSample.Trades.Count > 0);
        // A day's return each, as each test is one day.
        Assert.Equal(forward.Windows.Count, forward.OutOfSample.Returns.Count);
        Some.Close(forward.Windows.Average(w => w.TestReturn!.Value), forward.OutOfSample.Returns.Mean, 1e-12);
        Some.Close(forward.Windows.Max(w => w.TestReturn!.Value), forward.OutOfSample.BestDay, 1e-12);
    }

    private static (double Sharpe, double Skewness, double Kurtosis, int Count, double Total) Shape(string equity)
    {
        var closes = File.ReadLines(equity).Skip(1).Select(l => l.Split(',')).GroupBy(c => c[0][..10]).Select(d => double.Parse(d.Last()[1], CultureInfo.InvariantCulture)).Prepend(100_000).ToArray();
        var returns = closes.Zip(closes.Skip(1), (a, b) => (b / a) - 1).ToArray();
        var mean = returns.Average();
        var central = Enumerable.Range(0, 5).Select(k => returns.Average(r => Math.Pow(r - mean, k))).ToArray();
        var deviation = Math.Sqrt(central[2] * returns.Length / (returns.Length - 1));
        return (mean / deviation, central[3] / Math.Pow(central[2], 1.5), central[4] / Math.Pow(central[2], 2), returns.Length, (closes[^1] / closes[0]) - 1);
    }

    /// <summary>Simpson's rule from zero.</summary>
    private static double Cumulative(double z)
    {
        const int steps = 2_000;
        var h = z / steps;
        var sum = Enumerable.Range(0, steps + 1).Sum(i => (i is 0 or steps ? 1 : i % 2 == 0 ? 2 : 4) * Math.Exp(-0.5 * i * h * i * h));
        return 0.5 + (sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>By halving.</summary>
    private static double Quantile(double p)
    {
        var (low, high) = (-10.0, 10.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Cumulative(middle) < p ? (middle, high) : (low, middle);
        }

        return low;
    }
}
