using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>
/// Takes the valuations of a book one by one, in a single pass. It keeps one point a day; what needs every point (drawdown, exposure,
/// mean equity) is counted as they pass. So a year of minutes takes the memory of 365 points.
/// </summary>
/// <remarks>
/// Returns are time-weighted (GIPS 2020, 2.A): (equity − flow) / equity before − 1 of each point, compounded, so that money that comes in
/// is no profit. A book whose equity is zero or less is <see cref="Ruined"/>: its return is −1 and nothing after it is a return.
/// </remarks>
/// <param name="dayStart">When a day begins, after midnight UTC: −12 to 14 h. Zero suits exchanges that close before midnight UTC, and crypto.</param>
public sealed class EquityCurve(TimeSpan dayStart = default)
{
    /// <summary>Days that a run may have: a hundred years.</summary>
    public const int MaxDays = 36_525;

    private readonly List<DailyPoint> days = [];
    private readonly DrawdownMeter drawdown = new();
    private readonly TimeSpan dayStart = dayStart >= TimeSpan.FromHours(-12) && dayStart <= TimeSpan.FromHours(14) ? dayStart
        : throw new ArgumentOutOfRangeException(nameof(dayStart), dayStart, $"dayStart {dayStart} must be from -12:00 to 14:00; give the hour at which the market's day begins.");

    private double index = 1, equityTime, exposureTime, investedTime, exposedTime;

    /// <summary>The first point; null before it.</summary>
    public EquityPoint? First { get; private set; }

    public EquityPoint? Last { get; private set; }

    /// <summary>Points that were taken.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of the flows after the first point.</summary>
    public decimal NetFlow { get; private set; }

    public decimal Traded { get; private set; }

    /// <summary>When the equity was zero or less for the first time; null if it never was.</summary>
    public Timestamp? Ruined { get; private set; }

    /// <summary>Money gained: last equity − first equity − flows. Null before the first point.</summary>
    public decimal? NetProfit => Last?.Equity - First?.Equity - NetFlow;

    /// <summary>Compounded time-weighted return of all points, as a fraction, at least −1. Null below two points, or if the first has no positive equity.</summary>
    public double? TotalReturn => Count < 2 || First is not { Equity: > 0m } ? null : Finite.OrNull(index - 1);

    /// <summary>First to last point, actual days / 365.25.</summary>
    public double Years => First is { } first && Last is { } last ? (last.At - first.At).TotalDays / 365.25 : 0;

    /// <summary>Time-weighted mean; null if no time passed.</summary>
    public double? MeanEquity => Years > 0 ? equityTime / (Years * 365.25) : null;

    /// <summary>Time-weighted mean of gross market value / equity; 1 is fully invested. Null if no time passed with positive equity.</summary>
    public double? Exposure => exposedTime > 0 ? exposureTime / exposedTime : null;

    /// <summary>Share of the time with any position, 0 to 1. Null if no time passed.</summary>
    public double? TimeInMarket => Years > 0 ? investedTime / (Years * 365.25) : null;

    /// <summary>The last point of each day; before them the first point of all, as a day of its own if more follow on its day.</summary>
    public IReadOnlyList<DailyPoint> Days => days;

    /// <summary>Of every point, not only of each day's last.</summary>
    public Drawdown Drawdown() => drawdown.Result();

    /// <summary>Compound annual growth rate: (1 + total return)^(1 / years) − 1. Null without total return, or if no time passed.</summary>
    public double? AnnualGrowth => Years > 0 && TotalReturn is { } total ? Finite.OrNull(Math.Pow(1 + total, 1 / Years) - 1) : null;

    /// <exception cref="ArgumentException">The point is before the last one, or an amount is out of range.</exception>
    /// <exception cref="InvalidOperationException">More than <see cref="MaxDays"/>.</exception>
    public void Add(EquityPoint point)
    {
        if (point.Validate() is { } wrong) throw new ArgumentException(wrong, nameof(point));
        if (Last is { } before) Follow(before, point);
        else Begin(point);
        drawdown.Add(point.At, index);
        KeepDay(point);
        Last = point;
        Count++;
    }

    /// <summary>All that the curve keeps, so that another can go on with it.</summary>
    public EquityCurveState Capture() => new(
        First, Last, Count, NetFlow, Traded, Ruined, index, equityTime, exposureTime, investedTime, exposedTime, [.. days], drawdown.Capture());

    /// <summary>Takes up what <see cref="Capture"/> gave, in the place of what was there.</summary>
    public void Restore(EquityCurveState state)
    {
        (First, Last, Count, NetFlow, Traded, Ruined) = (state.First, state.Last, state.Count, state.NetFlow, state.Traded, state.Ruined);
        (index, equityTime, exposureTime, investedTime, exposedTime) = (state.Index, state.EquityTime, state.ExposureTime, state.InvestedTime, state.ExposedTime);
        days.Clear();
        days.AddRange(state.Days);
        drawdown.Restore(state.Drawdown);
    }

    private void Begin(EquityPoint point)
    {
        First = point;
        if (point.Equity <= 0m) (index, Ruined) = (0, point.At);
    }

    private void Follow(EquityPoint before, EquityPoint point)
    {
        if (point.At < before.At) throw new ArgumentException($"At {point.At} must not be before the last point's {before.At}; give the points in the order of time.", nameof(point));
        NetFlow += point.Flow;
        Traded += point.Traded;
        Weigh(before, (point.At - before.At).TotalDays);
        if (Ruined is not null) return;
        index *= Math.Max(0, 1 + ((double)(point.Equity - point.Flow - before.Equity) / (double)before.Equity));
        if (index == 0 || point.Equity <= 0m) (index, Ruined) = (0, point.At);
    }

    /// <summary>A point holds until the next.</summary>
    private void Weigh(EquityPoint point, double time)
    {
        equityTime += (double)point.Equity * time;
        if (point.Gross > 0m) investedTime += time;
        if (point.Equity <= 0m) return;
        exposureTime += (double)point.Gross / (double)point.Equity * time;
        exposedTime += time;
    }

    private void KeepDay(EquityPoint point)
    {
        var day = (point.At - dayStart).Day;
        var kept = new DailyPoint(day, index);
        // The first valuation is where the first return starts from; the last of its day would swallow that day's profit.
        if (days.Count > 1 && days[^1].Day == day) days[^1] = kept;
        else if (days.Count < MaxDays) days.Add(kept);
        else throw new InvalidOperationException($"A run has at most {MaxDays} days; {point.At} is one more. Split it.");
    }
}

/// <param name="Day">Days since 1970-01-01, by the curve's own start of the day.</param>
/// <param name="Index">What one unit of money at the first point has become, cash flows left out.</param>
public readonly record struct DailyPoint(long Day, double Index);

/// <summary>A curve put to sleep; only <see cref="EquityCurve"/> gives meaning to it.</summary>
public sealed record EquityCurveState(
    EquityPoint? First, EquityPoint? Last, long Count, decimal NetFlow, decimal Traded, Timestamp? Ruined, double Index,
    double EquityTime, double ExposureTime, double InvestedTime, double ExposedTime, IReadOnlyList<DailyPoint> Days, DrawdownState Drawdown);

public static class DailyReturns
{
    /// <summary>From each kept point to the next, as fractions; one fewer than points. After ruin there are none.</summary>
    public static double[] Of(IReadOnlyList<DailyPoint> days)
    {
        var returns = new List<double>(days.Count);
        for (var i = 1; i < days.Count && days[i - 1].Index > 0; i++) returns.Add((days[i].Index / days[i - 1].Index) - 1);
        return [.. returns];
    }
}
