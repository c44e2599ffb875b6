using System.Net;
using System.Threading.RateLimiting;

namespace EventSourcedTrading.Brokers.Http;

/// <summary>
/// So many calls in a window, as the settings say until the broker's headers say less. Who comes when none is left waits for the next window,
/// if that is not too long.
/// </summary>
/// <param name="time">Its timestamps, not its calendar: a clock that is set does not matter.</param>
public sealed class BrokerRateLimit(BrokerLimits limits, TimeProvider time)
{
    /// <summary>Headers that tell of a longer pause are not believed beyond this many windows.</summary>
    private const int LongestPause = 10;

    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private int left = limits.Calls;
    private TimeSpan resets = limits.Window;

    /// <summary>Calls left in this window.</summary>
    public int Left
    {
        get { lock (gate) return left; }
    }

    /// <param name="kept">Calls that must be left behind this one.</param>
    /// <returns>A lease that is not acquired if the wait would be longer than <see cref="BrokerLimits.LongestWait"/>.</returns>
    public async ValueTask<RateLimitLease> AcquireAsync(int kept, CancellationToken ct)
    {
        while (true)
        {
            TimeSpan wait;
            lock (gate)
            {
                var now = time.GetElapsedTime(started);
                if (now >= resets) (left, resets) = (limits.Calls, now + limits.Window);
                if (left > kept)
                {
                    left--;
                    return Lease.Granted;
                }

                wait = resets - now;
            }

            if (wait > limits.LongestWait) return Lease.Refused;
            // A timer may strike a little early; a wait of nothing would then spin.
            await Task.Delay(wait + TimeSpan.FromMilliseconds(1), time, ct);
        }
    }

    /// <summary>Learns from an answer. After 429, or with <c>Retry-After</c>, nothing is left until the time it names.</summary>
    public void Observe(HttpResponseMessage response)
    {
        var told = RateLimitHeaders.Read(response, time.GetUtcNow());
        var exhausted = response.StatusCode == HttpStatusCode.TooManyRequests || response.Headers.RetryAfter is not null;
        lock (gate)
        {
            var now = time.GetElapsedTime(started);
            var longest = limits.Window * LongestPause;
            var pause = told.Resets is { } t ? (t < longest ? t : longest) : exhausted ? limits.Window : (TimeSpan?)null;
            if (exhausted) left = 0;
            else if (told.Remaining is { } remaining) left = Math.Min(left, remaining);
            if (pause is not { } p) return;
            // The broker's window is another one than ours was, and what it says is left is left.
            if (!exhausted && told.Remaining is { } whole && now + p > resets + TimeSpan.FromSeconds(2)) left = Math.Min(whole, limits.Calls);
            resets = now + p;
        }
    }

    private sealed class Lease(bool acquired) : RateLimitLease
    {
        public static readonly Lease Granted = new(true), Refused = new(false);

        public override bool IsAcquired => acquired;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
