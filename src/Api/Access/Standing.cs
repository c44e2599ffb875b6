using System.Collections.Concurrent;

namespace EventSourcedTrading.Api.Access;

/// <summary>
/// Whether what somebody came in with still stands, for connections that stay. Keys are revoked and expire; a token nobody revokes, so who
/// came with one has to show another now and then. One look at the keys serves all who ask, however many they are.
/// </summary>
public sealed class Standing(ApiKeys keys, TimeProvider time)
{
    /// <summary>What is said to who has to go.</summary>
    public const string Ended = "UNAUTHENTICATED: the key was revoked or has expired; come again with a new one";

    private static readonly TimeSpan TokenFor = TimeSpan.FromHours(1), LookFor = TimeSpan.FromSeconds(1);

    /// <summary>Each key that came in, and whether it stood when it was last looked at. One that has fallen stays so.</summary>
    private readonly ConcurrentDictionary<string, bool> stands = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private Task look = Task.CompletedTask;
    private long lookedAt = time.GetTimestamp();

    /// <summary>For a caller who comes in now: tells, whenever it is asked, whether he may stay. What it says of a key is at most a second old.</summary>
    public Func<CancellationToken, ValueTask<bool>> Of(Caller caller)
    {
        if (caller.IssuedBy is null)
        {
            var since = time.GetTimestamp();
            return _ => ValueTask.FromResult(time.GetElapsedTime(since) <= TokenFor);
        }

        stands.TryAdd(caller.Credential, true);
        return async ct =>
        {
            await KnownAsync().WaitAsync(ct);
            return stands[caller.Credential];
        };
    }

    private Task KnownAsync()
    {
        lock (gate)
        {
            if (look.IsCompleted && time.GetElapsedTime(lookedAt) > LookFor) (lookedAt, look) = (time.GetTimestamp(), LookAsync());
            return look;
        }
    }

    private async Task LookAsync()
    {
        foreach (var key in await keys.WorthlessAsync([.. stands.Where(k => k.Value).Select(k => k.Key)], CancellationToken.None)) stands[key] = false;
    }
}
