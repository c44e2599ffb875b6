using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>At most so many in any stretch of so many seconds.</summary>
/// <param name="Count">1 to 10,000.</param>
/// <param name="Seconds">1 to 86,400.</param>
public sealed record RateLimit(int Count, int Seconds)
{
    public const int MaxCount = 10_000, MaxSeconds = 86_400;

    public string? Validate(string field) =>
        Count is < 1 or > MaxCount ? $"{field}.count {Count} must be 1 to {MaxCount}"
        : Seconds is < 1 or > MaxSeconds ? $"{field}.seconds {Seconds} must be 1 to {MaxSeconds}" : null;
}

/// <summary>The latest moments at which something happened, oldest first, in a ring.</summary>
public sealed class RateWindow
{
    // Its length is a power of two, so that a place in it is a mask away.
    private long[] ring = new long[4];
    private int first;

    /// <summary>How many were too old when last asked.</summary>
    private int old;

    public int Kept { get; private set; }

    public IEnumerable<Timestamp> InOrder
    {
        get
        {
            for (var i = 0; i < Kept; i++) yield return new Timestamp(At(i));
        }
    }

    /// <summary>How many happened in the <paramref name="seconds"/> up to <paramref name="now"/>; what is exactly so old no longer counts.</summary>
    public int Within(int seconds, Timestamp now)
    {
        var from = now.UnixMicros - (seconds * 1_000_000L);
        // Time goes on and the stretch stays as long as it is, so the answer lies where the last one lay, or a little further.
        if (old > 0 && At(old - 1) > from) old = 0;
        while (old < Kept && At(old) <= from) old++;
        return Kept - old;
    }

    /// <param name="keep">As many as the limit allows: older ones can no longer matter.</param>
    public void Add(Timestamp at, int keep)
    {
        // A wall clock may step back; the ring stays in order.
        var micros = Kept > 0 ? Math.Max(at.UnixMicros, At(Kept - 1)) : at.UnixMicros;
        while (Kept >= keep)
        {
            (first, Kept) = ((first + 1) & (ring.Length - 1), Kept - 1);
            if (old > 0) old--;
        }

        if (Kept == ring.Length)
        {
            var wider = new long[ring.Length * 2];
            for (var i = 0; i < Kept; i++) wider[i] = At(i);
            (ring, first) = (wider, 0);
        }

        ring[(first + Kept++) & (ring.Length - 1)] = micros;
    }

    private long At(int i) => ring[(first + i) & (ring.Length - 1)];
}
