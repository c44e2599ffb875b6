using System.Diagnostics;

namespace EventSourcedTrading.Integration.Brokering;

/// <summary>A clock that runs faster than the wall's: every pause, time limit and back-off takes its part of the time, and none is left out.</summary>
/// <param name="factor">From 1.</param>
public sealed class FastTime(int factor) : TimeProvider
{
    private readonly DateTimeOffset began = DateTimeOffset.UtcNow;
    private readonly long start = Stopwatch.GetTimestamp();

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override long GetTimestamp() => (Stopwatch.GetTimestamp() - start) * factor;

    public override DateTimeOffset GetUtcNow() => began + GetElapsedTime(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(this, System.CreateTimer(callback, state, Short(dueTime), Short(period)));

    /// <summary>At least a millisecond, which is the least that a timer knows: nothing would be for ever.</summary>
    private TimeSpan Short(TimeSpan span) => span <= TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds / factor));

    private sealed class Timer(FastTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Short(dueTime), time.Short(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
