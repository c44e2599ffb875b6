using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>The deepest fall of an equity curve from its highest point so far, cash flows left out.</summary>
/// <param name="Depth">As a fraction of the peak, 0 to 1; 0 if it never fell.</param>
/// <param name="Peak">Null if it never fell.</param>
/// <param name="Trough">Null if it never fell.</param>
/// <param name="Recovered">When the peak was reached again; null if it was not.</param>
/// <param name="Recovery">From trough to recovery; null if it was not reached.</param>
/// <param name="LongestUnderWater">From a peak until it was reached again, or until the end: the longest of all, not only of the deepest.</param>
public sealed record Drawdown(double Depth, Timestamp? Peak, Timestamp? Trough, Timestamp? Recovered, TimeSpan? Recovery, TimeSpan LongestUnderWater);

/// <summary>Follows an index point by point and keeps its deepest drawdown, in constant memory. A point at the height of the peak is a new peak.</summary>
internal sealed class DrawdownMeter
{
    private double height = double.NaN, deepest;
    private Timestamp peak, last;
    private Timestamp? deepestPeak, trough, recovered;
    private TimeSpan longest;
    private bool under;

    public void Add(Timestamp at, double index)
    {
        last = at;
        if (double.IsNaN(height) || index >= height)
        {
            if (under)
            {
                longest = Longer(at);
                if (deepestPeak == peak) recovered ??= at;
            }

            (height, peak, under) = (index, at, false);
            return;
        }

        under = true;
        var depth = height > 0 ? Math.Min(1, 1 - (index / height)) : 0;
        if (depth > deepest) (deepest, deepestPeak, trough, recovered) = (depth, peak, at, null);
    }

    public Drawdown Result() => new(deepest, deepestPeak, trough, recovered, recovered - trough, under ? Longer(last) : longest);

    public DrawdownState Capture() => new(double.IsNaN(height) ? null : height, deepest, peak, last, deepestPeak, trough, recovered, longest.Ticks, under);

    public void Restore(DrawdownState s) => (height, deepest, peak, last, deepestPeak, trough, recovered, longest, under) =
        (s.Height ?? double.NaN, s.Deepest, s.Peak, s.Last, s.DeepestPeak, s.Trough, s.Recovered, new TimeSpan(s.LongestTicks), s.Under);

    private TimeSpan Longer(Timestamp until) => until - peak > longest ? until - peak : longest;
}

/// <summary>A drawdown that is still followed.</summary>
/// <param name="Height">Null before the first point.</param>
public sealed record DrawdownState(
    double? Height, double Deepest, Timestamp Peak, Timestamp Last, Timestamp? DeepestPeak, Timestamp? Trough, Timestamp? Recovered, long LongestTicks, bool Under);
