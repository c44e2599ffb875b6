using System.Threading.Channels;
using NATS.Client.Core;

namespace EventSourcedTrading.Workers.Messaging;

/// <summary>Hints that it is worth looking now. A lost one costs a poll's time, no more.</summary>
public sealed class Nudges
{
    private readonly Channel<bool> hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Hint() => hints.Writer.TryWrite(true);

    /// <summary>Takes messages on a subject as hints, until cancelled.</summary>
    public async Task ListenAsync(NatsConnection nats, string subject, CancellationToken ct)
    {
        await using var subscription = await nats.SubscribeCoreAsync(subject, cancellationToken: ct);
        await foreach (var message in subscription.Msgs.ReadAllAsync(ct))
        {
            message.Dispose();
            Hint();
        }
    }

    /// <summary>Returns at the next hint, or when it is time to look without one.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(atMost);
        try
        {
            await hints.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
        }
    }
}
