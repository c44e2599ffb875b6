using NATS.Client.Core;

namespace EventSourcedTrading.Workers.Messaging;

/// <summary>Hints that something is in the log now. A lost one costs a poll's time, no more.</summary>
public sealed class Nudges(NatsSub subscription) : IAsyncDisposable
{
    public static async Task<Nudges> ListenAsync(NatsConnection nats, string subject, CancellationToken ct) =>
        new(await nats.SubscribeCoreAsync(subject, cancellationToken: ct));

    /// <summary>Returns at the next hint, or when it is time to look without one.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(atMost);
        try
        {
            await subscription.Msgs.WaitToReadAsync(timeout.Token);
            while (subscription.Msgs.TryRead(out var hint)) hint.Dispose();
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
        }
    }

    public ValueTask DisposeAsync() => subscription.DisposeAsync();
}
