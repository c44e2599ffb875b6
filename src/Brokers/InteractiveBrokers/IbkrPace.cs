namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Lets callers through one by one, with a pause between two of them.</summary>
internal sealed class IbkrPace(TimeSpan least, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private TimeSpan next;

    public async Task WaitAsync(CancellationToken ct)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetElapsedTime(started);
            wait = next - now;
            next = (wait > TimeSpan.Zero ? next : now) + least;
        }

        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, ct);
    }
}
