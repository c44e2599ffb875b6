using EventSourcedTrading.Backtesting.Statistics;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>
/// What would have come of always trading the combination that was best until then. Its record was not chosen, so it need not be
/// deflated; the efficiency says how much of the chosen ones' past was worth anything (Pardo 2008, chapter 11).
/// </summary>
/// <param name="OutOfSample">Of the tests' returns, chained: each begins with what the one before left. Trips are in the amounts that they had.</param>
/// <param name="TrainReturn">A year's, of the chosen in train: sum of the windows' returns over their years, not compounded.</param>
/// <param name="TestReturn">The same of their tests.</param>
/// <param name="ReturnEfficiency">Test over train; null if the chosen earned nothing in train.</param>
/// <param name="TrainSharpe">Mean of the chosen ones' in train, of a year; null if one has none.</param>
/// <param name="SharpeEfficiency">That of <paramref name="OutOfSample"/> over it; null if there is nothing above zero to compare with.</param>
public sealed record WalkForward(
    IReadOnlyList<WindowOutcome> Windows, PerformanceStatistics OutOfSample, double? TrainReturn, double? TestReturn, double? ReturnEfficiency, double? TrainSharpe, double? SharpeEfficiency,
    IReadOnlyList<AxisStability> Stability)
{
    /// <summary>Below this share of what it was in train a result counts as fitted to the past; Pardo asks for 50 to 60 %.</summary>
    public const double LeastEfficiency = 0.5;

    /// <param name="windows">In the order of time, one or more.</param>
    /// <param name="test">Of the tests, chained.</param>
    internal static WalkForward Of(IReadOnlyList<GridAxis> axes, IReadOnlyList<WindowOutcome> windows, PerformanceStatistics test)
    {
        var (trainReturn, testReturn) = (Annual(windows, w => (w.TrainReturn, w.Window.Train)), Annual(windows, w => (w.TestReturn, w.Window.Test)));
        var sharpe = windows.Any(w => w.TrainSharpe is null) ? null : windows.Average(w => w.TrainSharpe);
        return new WalkForward(
            windows, test, trainReturn, testReturn, trainReturn > 0 ? testReturn / trainReturn : null, sharpe, sharpe > 0 ? test.Sharpe / sharpe : null, [.. axes.Select((a, i) => AxisStability.Of(a, [.. windows.Select(w => w.Values[i])]))]);
    }

    /// <summary>What speaks against the way in which the combination is chosen.</summary>
    internal IEnumerable<string> Warnings()
    {
        if (TrainReturn is not > 0) yield return "taken together, even the best combinations lost money in train: there is nothing to carry into a test";
        else if (TestReturn is not > 0) yield return FormattableString.Invariant($"out of sample it earns nothing: {TestReturn:P1} a year, after {TrainReturn:P1} in sample");
        else if (ReturnEfficiency < LeastEfficiency)
            yield return FormattableString.Invariant($"likely overfitted: out of sample it earns {ReturnEfficiency:P0} of what it did in sample, {TestReturn:P1} a year after {TrainReturn:P1}; less than {LeastEfficiency:P0}");
        if (TestReturn > 0 && SharpeEfficiency < LeastEfficiency)
            yield return FormattableString.Invariant($"likely overfitted: the Sharpe ratio out of sample, {OutOfSample.Sharpe:0.00}, is {SharpeEfficiency:P0} of that in sample, {TrainSharpe:0.00}; less than {LeastEfficiency:P0}");
        foreach (var axis in Stability)
            if (axis.Warning is { } warning) yield return warning;
    }

    private static double? Annual(IReadOnlyList<WindowOutcome> windows, Func<WindowOutcome, (double? Return, Period Period)> of) =>
        windows.Any(w => of(w).Return is null) ? null : windows.Sum(w => of(w).Return) / windows.Sum(w => of(w).Period.Years);
}

/// <summary>The best combination of a train period, and what it did in the test behind it.</summary>
/// <param name="Chosen">Its name.</param>
/// <param name="Values">Of the axes, in their order.</param>
/// <param name="TrainSharpe">Of a year.</param>
/// <param name="TrainDeflated">0 to 1: the chance that the train's ratio is real.</param>
/// <param name="TestRun">Id of the test's run.</param>
/// <param name="TestSharpe">Of a year; of a short test it says little.</param>
public sealed record WindowOutcome(
    Window Window, string Chosen, IReadOnlyList<string> Values, double? TrainSharpe, double? TrainDeflated, double? TrainReturn, string TestRun, string TestDigest, double? TestSharpe, double? TestReturn,
    double TestDrawdown, decimal? TestProfit, long TestTrades);
