using System.Threading.Channels;
using EventSourcedTrading.Notary;

namespace EventSourcedTrading.Workers.Notarising;

/// <summary>
/// Somebody outside who is told of checkpoints, beside the signing: one at a time, the others wait their turn, and where more than
/// <paramref name="waiting"/> wait the oldest give way. A newer checkpoint speaks for all before it, so nothing is lost by that.
/// </summary>
/// <param name="send">Throws only what the notary cannot go on from.</param>
internal sealed class Receiver(int waiting, Func<SignedCheckpoint, CancellationToken, Task> send)
{
    private readonly Channel<SignedCheckpoint> checkpoints = Channel.CreateBounded<SignedCheckpoint>(new BoundedChannelOptions(waiting)
    {
        FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true,
    });

    /// <summary>Never waits. The archive must have the checkpoint already.</summary>
    public void Offer(SignedCheckpoint signed) => checkpoints.Writer.TryWrite(signed);

    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var signed in checkpoints.Reader.ReadAllAsync(ct)) await send(signed, ct);
    }
}
