using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;
using FsCheck.Fluent;

namespace EventSourcedTrading.Backtesting.Tests.Statistics;

internal static class Some
{
    public static readonly Timestamp Start = Timestamp.Parse("2020-01-01T21:00:00Z");

    public static Timestamp Day(int day) => Start + TimeSpan.FromDays(day);

    /// <summary>One point a day.</summary>
    public static EquityCurve Curve(params IEnumerable<decimal> equity)
    {
        var curve = new EquityCurve();
        foreach (var (day, value) in equity.Index()) curve.Add(new EquityPoint(Day(day), value));
        return curve;
    }

    public static PerformanceStatistics Performance(EquityCurve curve, StatisticsOptions? options = null) => PerformanceStatistics.Of(curve, [], options ?? new StatisticsOptions());

    public static RoundTrip Trip(decimal net) => new("SPY.ARCX", Day(0), Day(1), 1m, 1000m, 1000m + net, 1m, 0m, 2000m, 0m);

    /// <summary>Cents, so that sums are exact.</summary>
    public static decimal[] Walk(Random random, int length, double risk = 0.02)
    {
        var equity = new decimal[length];
        for (var i = 0; i < length; i++) equity[i] = i == 0 ? 100_000m : Math.Round(equity[i - 1] * (decimal)(1 + (risk * ((2 * random.NextDouble()) - 0.98))), 2);
        return equity;
    }

    /// <summary>Random cases from one seed, which FsCheck draws and prints when the property falls.</summary>
    public static void Property(int runs, Action<Random> property) =>
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true), Prop.ForAll(
            ArbMap.Default.ArbFor<FsCheck.DoNotSize<int>>(), seed => property(new Random(seed.Item & int.MaxValue))));

    /// <summary>Equal to so many parts of the larger, or of one.</summary>
    public static void Close(double expected, double? actual, double tolerance = 1e-9)
    {
        Assert.NotNull(actual);
        Assert.True(Math.Abs(expected - actual.Value) <= tolerance * Math.Max(1, Math.Abs(expected)), $"expected {expected:R}, got {actual:R}");
    }
}
