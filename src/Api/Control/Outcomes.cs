using NATS.Client.Core;

namespace EventSourcedTrading.Api.Control;

/// <summary>
/// Hears that engines have answered something, so that callers need not wait for the next look into the log. What was answered the
/// log tells: NATS is not trusted, and a lost message costs the time of a look.
/// </summary>
public sealed class Outcomes(NatsConnection nats, string subjects)
{
    private TaskCompletionSource next = Fresh();

    /// <summary>Ends at the next answer of any engine. Take it before the look that comes before the wait.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public async Task ListenAsync(CancellationToken ct)
    {
        await foreach (var message in nats.SubscribeAsync(subjects, cancellationToken: ct))
        {
            message.Dispose();
            Interlocked.Exchange(ref next, Fresh()).SetResult();
        }
    }

    /// <summary>Lets those look at once who wait in this process.</summary>
    public void Tell() => Interlocked.Exchange(ref next, Fresh()).SetResult();

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
