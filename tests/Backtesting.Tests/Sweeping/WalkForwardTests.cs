using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Backtesting.Tests.Statistics;

namespace EventSourcedTrading.Backtesting.Tests.Sweeping;

/// <summary>Worked out by hand.</summary>
public sealed class WalkForwardTests
{
    private static readonly GridAxis Fast = GridAxis.Parse("a.fast=40,10,20,30"), Method = GridAxis.Parse("voting.method=majority,netting");

    [Fact]
    public void Efficiency_is_a_years_return_out_of_sample_over_that_in_sample()
    {
        // Train: 3 % + 1 % in 2 × 100 days is 7.305 % a year; test: 0.5 % + 0.3 % in 2 × 50 days is 2.922 %: 40 % of it.
        var made = Of([(0.03, 2.0, 0.005), (0.01, 1.0, 0.003)], [100m, 101m, 100m, 102m]);
        Some.Close(0.04 / 200 * 365.25, made.TrainReturn);
        Some.Close(0.008 / 100 * 365.25, made.TestReturn);
        Some.Close(0.4, made.ReturnEfficiency);
        Some.Close(1.5, made.TrainSharpe);
        Some.Close(made.OutOfSample.Sharpe!.Value / 1.5, made.SharpeEfficiency);
        Assert.Equal("likely overfitted: out of sample it earns 40 % of what it did in sample, 2.9 % a year after 7.3 %; less than 50 %", Assert.Single(made.Warnings()));
    }

    [Fact]
    public void What_holds_up_is_not_warned_of() => Assert.Empty(Of([(0.03, 2.0, 0.01), (0.01, 1.0, 0.01)], [100m, 101m, 100m, 102m]).Warnings());

    [Fact]
    public void A_loss_out_of_sample_is_told_as_one() =>
        Assert.StartsWith("out of sample it earns nothing: -1.5 % a year", Assert.Single(Of([(0.03, 2.0, -0.005), (0.01, 1.0, 0.001)], [100m, 101m, 100m]).Warnings()), StringComparison.Ordinal);

    [Fact]
    public void A_Sharpe_ratio_that_does_not_hold_is_told()
    {
        var warning = Assert.Single(Of([(0.03, 60.0, 0.02), (0.01, 60.0, 0.01)], [100m, 101m, 100m, 102m]).Warnings());
        Assert.Contains("the Sharpe ratio out of sample", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_was_earned_in_sample_there_is_no_efficiency()
    {
        var made = Of([(-0.03, -2.0, 0.005), (0.01, 1.0, 0.003)], [100m, 101m, 100m]);
        Assert.Null(made.ReturnEfficiency);
        Assert.Null(made.SharpeEfficiency);
        Assert.StartsWith("taken together, even the best combinations lost money in train", Assert.Single(made.Warnings()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10 10 10 10", 0.0, false)]
    [InlineData("10 20 30 40", 1.0, true)]     // (4² − 1) / 12 = 1.25 places by lot; ¾ of it is 0.94
    [InlineData("10 10 20 20", 1 / 3.0, false)]
    [InlineData("10 40 10 40", 3.0, true)]
    [InlineData("10 40 10", 3.0, false)]       // too few to tell
    public void Numbers_move_by_places_of_their_size(string chosen, double moved, bool jumps)
    {
        var made = AxisStability.Of(Fast, chosen.Split(' '));
        Some.Close(moved, made.MeanMove);
        Some.Close(1.25, made.DrawnByLot);
        Assert.Equal(jumps, made.Warning is not null);
    }

    [Theory]
    [InlineData("majority netting majority netting", 1.0, true)]
    [InlineData("majority majority netting netting", 1 / 3.0, false)]
    public void Words_only_change(string chosen, double moved, bool jumps)
    {
        var made = AxisStability.Of(Method, chosen.Split(' '));
        Some.Close(moved, made.MeanMove);
        Some.Close(0.5, made.DrawnByLot);
        Assert.Equal(jumps, made.Warning is not null);
    }

    [Fact]
    public void The_mean_move_by_lot_is_that_of_all_pairs() => Some.Property(20, random =>
    {
        var n = random.Next(1, 30);
        var axis = new GridAxis("a.x", [.. Enumerable.Range(1, n).Select(i => $"{i}")]);
        Some.Close(Enumerable.Range(0, n * n).Average(i => Math.Abs((i / n) - (i % n))), AxisStability.Of(axis, ["1", "1"]).DrawnByLot);
    });

    /// <summary>Windows of 100 days of train and 50 of test, with the return and Sharpe ratio in train and the return in test.</summary>
    private static WalkForward Of((double Train, double Sharpe, double Test)[] windows, decimal[] chained)
    {
        var laid = new WalkForwardRule(100, 50, 50, Anchored: false).Windows(Some.Start, Some.Day(99 + (50 * windows.Length)));
        var outcomes = windows.Select((w, i) => new WindowOutcome(laid[i], "a.fast=10", ["10"], w.Sharpe, null, w.Train, "run", "digest", null, w.Test, 0, null, 0)).ToList();
        Assert.Equal(windows.Length, laid.Count);
        return WalkForward.Of([Fast], outcomes, Some.Performance(Some.Curve(chained)));
    }
}
