using System.Globalization;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>A stretch of market time.</summary>
/// <param name="Begin">The first moment of it.</param>
/// <param name="End">The first moment behind it.</param>
public readonly record struct Period(Timestamp Begin, Timestamp End)
{
    /// <summary>Of 365.25 days.</summary>
    internal double Years => (End - Begin).TotalDays / 365.25;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Begin.ToDateTime():yyyy-MM-dd HH:mm} to {End.ToDateTime():yyyy-MM-dd HH:mm}");
}

/// <summary>A stretch in which the best combination is sought, and the one behind it in which it has to prove itself.</summary>
/// <param name="Number">From 1.</param>
public sealed record Window(int Number, Period Train, Period Test);

/// <summary>
/// Walk-forward analysis: R. Pardo, "The Evaluation and Optimization of Trading Strategies" (2008), chapter 11. Train and test touch and
/// never overlap, nor do two tests: no day is used to choose and to judge at once, and none is counted twice.
/// </summary>
/// <param name="TrainDays">Of 24 hours, 1 to <see cref="MaxDays"/>, weekends included.</param>
/// <param name="TestDays">The same.</param>
/// <param name="StepDays">From one window to the next, at least <paramref name="TestDays"/>; where it is more, the days between are in no test.</param>
/// <param name="Anchored">Every train period begins where the first does, and so grows; else it rolls.</param>
public sealed record WalkForwardRule(int TrainDays, int TestDays, int StepDays, bool Anchored)
{
    public const int MaxDays = 36_525;

    /// <summary>The windows whose test is whole: what is left at the end is in none.</summary>
    /// <param name="begin">Of the first train period; days are counted from here.</param>
    /// <param name="last">Last moment of the data; its day counts.</param>
    /// <exception cref="RunException">A number breaks its rule, or not one window fits.</exception>
    public IReadOnlyList<Window> Windows(Timestamp begin, Timestamp last)
    {
        foreach (var (option, given) in ((string, int)[])[("--train", TrainDays), ("--test", TestDays), ("--step", StepDays)])
            if (given is < 1 or > MaxDays) throw new RunException($"{option} {given} must be 1 to {MaxDays} days.");
        if (StepDays < TestDays) throw new RunException($"--step {StepDays} must be at least --test {TestDays}, or the days of one test would count again in the next.");
        var days = (long)Math.Floor((last - begin).TotalDays) + 1;
        if (days < TrainDays + TestDays)
            throw new RunException($"--train {TrainDays} and --test {TestDays} need {TrainDays + TestDays} days; the data have {Math.Max(0, days)}, from {begin} to {last}. Take shorter ones, or more data.");
        var count = ((days - TrainDays - TestDays) / StepDays) + 1;
        if (count > SweepPlan.MaxRuns) throw new RunException($"--step {StepDays} makes {count:#,0} windows; at most {SweepPlan.MaxRuns:#,0} are run. Take a longer --step.");
        return [.. Enumerable.Range(0, (int)count).Select(i =>
        {
            var test = begin + TimeSpan.FromDays(TrainDays + (i * (long)StepDays));
            return new Window(i + 1, new Period(Anchored ? begin : test - TimeSpan.FromDays(TrainDays), test), new Period(test, test + TimeSpan.FromDays(TestDays)));
        })];
    }
}
