using System.Threading.RateLimiting;

namespace EventSourcedTrading.Api.Access;

/// <summary>Calls a second; twice to thirty times as many may come at once.</summary>
public sealed record RateSettings
{
    /// <summary>From one address, before it is known who calls.</summary>
    public int PerAddress { get; init; } = 200;

    /// <summary>Of one person, whatever the credential: commands and single questions.</summary>
    public int PerPerson { get; init; } = 20;

    /// <summary>Of one person: GraphQL requests, whose cost is bounded one by one.</summary>
    public int QueriesPerPerson { get; init; } = 100;
}

/// <summary>
/// Token buckets: of calls per person, whatever the credential; of calls per address, before it is known who calls; and of calls that
/// come to nothing, per person or else per address, so that nobody can fill the log with records of being turned away.
/// </summary>
public sealed class RateLimits(RateSettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> addresses = Bucket(burst: 2 * settings.PerAddress, settings.PerAddress);
    private readonly PartitionedRateLimiter<string> people = Bucket(burst: 5 * settings.PerPerson, settings.PerPerson);
    private readonly PartitionedRateLimiter<string> queries = Bucket(burst: 4 * settings.QueriesPerPerson, settings.QueriesPerPerson);
    private readonly PartitionedRateLimiter<string> failures = Bucket(burst: 30, perSecond: 1);

    /// <exception cref="RefusedException">RATE_LIMITED.</exception>
    public void Address(string address) => Take(addresses, address, address);

    public void Person(string person) => Take(people, person, person);

    public void Query(string person) => Take(queries, person, person);

    /// <exception cref="RefusedException">RATE_LIMITED: do not even put it on record.</exception>
    public void Failure(string personOrAddress) => Take(failures, personOrAddress, $"{personOrAddress} that came to nothing");

    public void Dispose()
    {
        addresses.Dispose();
        people.Dispose();
        queries.Dispose();
        failures.Dispose();
    }

    private static void Take(PartitionedRateLimiter<string> limiter, string key, string whose)
    {
        using var lease = limiter.AttemptAcquire(key);
        if (lease.IsAcquired) return;
        throw new RefusedException("RATE_LIMITED", $"too many calls of {whose}; try again in a moment")
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1),
        };
    }

    private static PartitionedRateLimiter<string> Bucket(int burst, int perSecond) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst, TokensPerPeriod = perSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
        }));
}
