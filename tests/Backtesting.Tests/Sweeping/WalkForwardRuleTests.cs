using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Backtesting.Tests.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Tests.Sweeping;

public sealed class WalkForwardRuleTests
{
    private static readonly Timestamp Begin = Timestamp.Parse("2024-01-01T00:00:00Z");

    [Fact]
    public void Rolling_windows_move_both_ends() => Assert.Equal(
        ["1: 0-30, 30-40", "2: 10-40, 40-50", "3: 20-50, 50-60"], Told(new WalkForwardRule(30, 10, 10, Anchored: false), days: 68.9));

    [Fact]
    public void Anchored_windows_grow() => Assert.Equal(
        ["1: 0-30, 30-40", "2: 0-40, 40-50", "3: 0-50, 50-60"], Told(new WalkForwardRule(30, 10, 10, Anchored: true), days: 68.9));

    [Fact]
    public void The_last_day_of_the_data_counts_as_whole() => Assert.Equal(["1: 0-3, 3-5"], Told(new WalkForwardRule(3, 2, 2, Anchored: false), days: 4.6));

    [Fact]
    public void A_longer_step_leaves_days_between() => Assert.Equal(["1: 0-3, 3-4", "2: 5-8, 8-9"], Told(new WalkForwardRule(3, 1, 5, Anchored: false), days: 8.5));

    [Fact]
    public void Train_and_test_touch_and_no_day_is_tested_twice() => Some.Property(500, random =>
    {
        var (train, test) = (random.Next(1, 40), random.Next(1, 20));
        var rule = new WalkForwardRule(train, test, test + random.Next(0, 10), random.Next(2) == 0);
        var last = Begin + TimeSpan.FromDays(train + test - 1 + (random.NextDouble() * 200));
        var windows = rule.Windows(Begin, last);
        Assert.NotEmpty(windows);
        for (var i = 0; i < windows.Count; i++)
        {
            var (number, learn, prove) = windows[i];
            Assert.Equal(i + 1, number);
            Assert.True(Begin <= learn.Begin && learn.Begin < learn.End && learn.End == prove.Begin && prove.Begin < prove.End, $"{rule} {windows[i]}");
            if (i > 0) Assert.True(prove.Begin >= windows[i - 1].Test.End, $"{rule} {windows[i]}");
        }

        // All that fit, and no more.
        Assert.True(windows[^1].Test.End <= last + TimeSpan.FromDays(1));
        Assert.True(windows[^1].Test.End + TimeSpan.FromDays(rule.StepDays) > last);
    });

    [Theory]
    [InlineData(0, 1, 1, "--train 0 must be 1 to 36525 days")]
    [InlineData(1, -3, 1, "--test -3 must be")]
    [InlineData(1, 1, 40_000, "--step 40000 must be")]
    [InlineData(5, 3, 2, "--step 2 must be at least --test 3")]
    [InlineData(8, 3, 3, "need 11 days; the data have 10")]
    public void What_cannot_be_laid_is_refused_with_the_rule(int train, int test, int step, string says) =>
        Assert.Contains(says, Assert.Throws<RunException>(() => new WalkForwardRule(train, test, step, Anchored: false).Windows(Begin, Begin + TimeSpan.FromDays(9.5))).Message, StringComparison.Ordinal);

    private static IEnumerable<string> Told(WalkForwardRule rule, double days) =>
        rule.Windows(Begin, Begin + TimeSpan.FromDays(days)).Select(w => $"{w.Number}: {Day(w.Train.Begin)}-{Day(w.Train.End)}, {Day(w.Test.Begin)}-{Day(w.Test.End)}");

    private static double Day(Timestamp at) => (at - Begin).TotalDays;
}
