namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>So many calls in a minute of the clock; used under the venue's gate.</summary>
public sealed class RateLimit(int perMinute, TimeProvider time)
{
    private long minute = long.MinValue;
    private int used;

    /// <summary>How many calls are left behind this one, below 0 if there was none, and when there are all again.</summary>
    public (int Left, DateTimeOffset Resets) Take()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (now != minute) (minute, used) = (now, 0);
        return (perMinute - ++used, DateTimeOffset.FromUnixTimeSeconds((now + 1) * 60));
    }
}
