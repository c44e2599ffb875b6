using System.Globalization;

namespace EventSourcedTrading.Brokers.Http;

/// <summary>What an answer says of the calls that are left.</summary>
/// <param name="Remaining">Null if it does not say.</param>
/// <param name="Resets">How long until there are all again; null if it does not say.</param>
public readonly record struct RateLimitHeaders(int? Remaining, TimeSpan? Resets)
{
    /// <summary>
    /// Reads <c>X-RateLimit-Remaining</c>, <c>X-RateLimit-Reset</c> (seconds since 1970) and <c>Retry-After</c> (RFC 9110 section 10.2.3),
    /// which goes before. Times are reckoned from the broker's own <c>Date</c>, since its clock may not be ours.
    /// </summary>
    public static RateLimitHeaders Read(HttpResponseMessage response, DateTimeOffset now)
    {
        var told = response.Headers.Date ?? now;
        var remaining = Number(response, "X-RateLimit-Remaining") is { } left ? (int?)Math.Clamp(left, 0, int.MaxValue) : null;
        TimeSpan? resets = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - told,
            _ => Number(response, "X-RateLimit-Reset") is { } at and > 0 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(at) - told : null,
        };
        return new(remaining, resets < TimeSpan.Zero ? TimeSpan.Zero : resets);
    }

    private static long? Number(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
