using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Tests.Statistics;

public sealed class CurveTests
{
    [Fact]
    public void Money_that_comes_in_is_no_profit()
    {
        var curve = new EquityCurve();
        curve.Add(new EquityPoint(Some.Day(0), 1000m));
        curve.Add(new EquityPoint(Some.Day(1), 1600m, Flow: 500m));
        curve.Add(new EquityPoint(Some.Day(2), 800m, Flow: -640m));
        Assert.Equal(0m, curve.NetProfit!.Value - 100m + 160m);
        Some.Close((1.1 * 0.9) - 1, curve.TotalReturn);
        Some.Close(0.1, curve.Drawdown().Depth);
    }

    [Fact]
    public void The_drawdown_within_a_day_counts_and_the_day_is_one_return()
    {
        var curve = new EquityCurve();
        foreach (var (hour, equity) in new[] { 100m, 110m, 55m, 88m, 99m }.Index()) curve.Add(new EquityPoint(Some.Day(0) - TimeSpan.FromHours(6 - hour), equity));
        curve.Add(new EquityPoint(Some.Day(1), 110m));
        curve.Add(new EquityPoint(Some.Day(2), 121m));
        var drawdown = curve.Drawdown();
        Some.Close(0.5, drawdown.Depth);
        Assert.Equal((Some.Day(0) - TimeSpan.FromHours(5), Some.Day(0) - TimeSpan.FromHours(4), Some.Day(1)), (drawdown.Peak!.Value, drawdown.Trough!.Value, drawdown.Recovered!.Value));
        Assert.Equal((TimeSpan.FromHours(28), TimeSpan.FromHours(29)), (drawdown.Recovery!.Value, drawdown.LongestUnderWater));
        Assert.Equal([-0.01, 0.1111, 0.1], DailyReturns.Of(curve.Days).Select(r => Math.Round(r, 4)));
    }

    [Fact]
    public void Under_water_until_the_end_has_no_recovery()
    {
        var drawdown = Some.Curve(100m, 90m, 101m, 100m, 100.5m, 100m).Drawdown();
        Assert.Equal((0.1, Some.Day(2), TimeSpan.FromDays(3)), (Math.Round(drawdown.Depth, 9), drawdown.Recovered!.Value, drawdown.LongestUnderWater));
        drawdown = Some.Curve(100m, 90m, 95m).Drawdown();
        Assert.Equal((null, null, TimeSpan.FromDays(2)), (drawdown.Recovered, drawdown.Recovery, drawdown.LongestUnderWater));
    }

    [Fact]
    public void Ruin_is_the_end_of_returns()
    {
        var made = Some.Performance(Some.Curve(100m, 120m, -5m, 300m, 400m));
        Assert.Equal((Some.Day(2), -1, -1, 1), (made.Ruined!.Value, made.TotalReturn!.Value, made.AnnualGrowth!.Value, made.Drawdown.Depth));
        Assert.Equal((2, -1, 300m), (made.Returns.Count, made.WorstDay!.Value, made.NetProfit!.Value));
    }

    [Fact]
    public void What_has_no_value_is_null()
    {
        var empty = Some.Performance(new EquityCurve());
        Assert.All(new double?[] { empty.TotalReturn, empty.AnnualGrowth, empty.Volatility, empty.Sharpe, empty.Sortino, empty.Calmar, empty.ProbabilisticSharpe, empty.Turnover, empty.Exposure, empty.TimeInMarket, empty.Tail95.ValueAtRisk, empty.BestDay, empty.Returns.Mean }, Assert.Null);
        Assert.Equal((null, null, null, null), (empty.Trades.WinRate, empty.Trades.ProfitFactor, empty.Trades.Expectancy, empty.Trades.AverageDuration));

        var even = Some.Performance(Some.Curve(Enumerable.Range(0, 50).Select(i => 100_000m * (decimal)Math.Pow(1.001, i))));
        Assert.Equal((null, null, null, null), (even.Sharpe, even.Sortino, even.Calmar, even.ProbabilisticSharpe));
        Assert.Equal(0, even.Volatility);

        Assert.Null(Some.Performance(Some.Curve(0m, 100m, 110m)).TotalReturn);
        Assert.Null(TradeStatistics.Of([Some.Trip(3m), Some.Trip(0m)]).ProfitFactor);
        var flat = BenchmarkComparison.Of([0.1, -0.1], [0.01, 0.01], 0, 252);
        Assert.Equal((null, null, null), (flat.Beta, flat.Alpha, flat.Treynor));
        var same = BenchmarkComparison.Of([0.1, -0.1], [0.1, -0.1], 0, 252);
        Assert.Equal((1, 0, null), (Math.Round(same.Beta!.Value, 12), same.TrackingError!.Value, same.InformationRatio));
    }

    [Fact]
    public void Tail_risk_needs_one_return_in_the_tail()
    {
        double[] Returns(int count) => [.. Enumerable.Range(0, count).Select(i => i / 1000.0)];
        Assert.Null(TailRisk.Of(Returns(19), 0.95).ValueAtRisk);
        Assert.NotNull(TailRisk.Of(Returns(20), 0.95).ValueAtRisk);
        Assert.Null(TailRisk.Of(Returns(99), 0.99).ExpectedShortfall);
        Assert.NotNull(TailRisk.Of(Returns(100), 0.99).ExpectedShortfall);
    }

    [Fact]
    public void A_year_of_minutes_is_kept_as_days()
    {
        var curve = new EquityCurve();
        for (var i = 0; i < 366 * 1440; i++) curve.Add(new EquityPoint(Timestamp.Parse("2020-01-01T00:00:00Z") + TimeSpan.FromMinutes(i), 1000m + (i % 7)));
        Assert.Equal((366 * 1440, 367), (curve.Count, curve.Days.Count));
    }

    [Fact]
    public void A_benchmark_of_closes_is_paired_with_closes()
    {
        var book = new EquityCurve();
        foreach (var (at, equity) in new[] { (Some.Day(0) - TimeSpan.FromHours(7), 50m), (Some.Day(0), 100m), (Some.Day(1), 110m), (Some.Day(3), 99m), (Some.Day(4), 198m) }) book.Add(new EquityPoint(at, equity));
        var made = BenchmarkComparison.Of(book.Days, Some.Curve(10m, 11m, 500m, 9.9m, 19.8m).Days, new StatisticsOptions());
        Assert.Equal(3, made.Count);
        Some.Close(1, made.Beta);
        Some.Close(0, made.TrackingError);
    }

    [Fact]
    public void The_day_begins_where_the_market_says()
    {
        EquityCurve Futures(TimeSpan start)
        {
            var curve = new EquityCurve(start);
            foreach (var hour in new[] { -1, 5, 23, 29, 47 }) curve.Add(new EquityPoint(Timestamp.Parse("2020-01-06T00:00:00Z") + TimeSpan.FromHours(hour), 100m + hour));
            return curve;
        }

        Assert.Equal(3, Futures(TimeSpan.Zero).Days.Count);
        // 2020-01-06, on which it begins and which ends at 22:00, is there twice.
        Assert.Equal([18267L, 18267L, 18268L, 18269L], Futures(TimeSpan.FromHours(-2)).Days.Select(d => d.Day));
    }

    [Fact]
    public void Wrong_points_are_named()
    {
        var curve = Some.Curve(100m, 101m);
        Assert.Contains("At 2020-01-01T20:59:00.000000Z must not be before the last point's", Assert.Throws<ArgumentException>(() => curve.Add(new EquityPoint(Some.Day(0) - TimeSpan.FromMinutes(1), 1m))).Message);
        Assert.Contains("Gross -1", Assert.Throws<ArgumentException>(() => curve.Add(new EquityPoint(Some.Day(2), 1m, Gross: -1m))).Message);
        Assert.Contains("Equity 2000000000000000000", Assert.Throws<ArgumentException>(() => curve.Add(new EquityPoint(Some.Day(2), 2e18m))).Message);
        Assert.Contains("PeriodsPerYear", Assert.Throws<ArgumentException>(() => Some.Performance(curve, new StatisticsOptions(PeriodsPerYear: double.NaN))).Message);
        Assert.Contains("dayStart", Assert.Throws<ArgumentOutOfRangeException>(() => new EquityCurve(TimeSpan.FromHours(15))).Message);
    }
}
