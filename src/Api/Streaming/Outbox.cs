using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>
/// What is on its way to one client, and the only one that writes to its socket. Frames that must not be lost wait in a short queue, and
/// whoever adds to a full one waits as well. Of what may be conflated nothing waits here: a subscription only asks for its turn.
/// </summary>
internal sealed class Outbox(WebSocket socket, StreamLimits limits, TimeProvider time) : IDisposable
{
    private readonly Channel<ServerFrame> frames = Channel.CreateBounded<ServerFrame>(new BoundedChannelOptions(limits.QueuedFrames) { SingleReader = true });
    private readonly ConcurrentQueue<Subscription> turns = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource patience = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>Adds a frame; returns when there is room.</summary>
    public async ValueTask AddAsync(ServerFrame frame, CancellationToken ct)
    {
        await frames.Writer.WriteAsync(frame, ct);
        wake.Writer.TryWrite(true);
    }

    /// <summary>Asks for a turn. Not again before <see cref="Subscription.Take"/> was called.</summary>
    public void Ask(Subscription subscription)
    {
        turns.Enqueue(subscription);
        wake.Writer.TryWrite(true);
    }

    /// <summary>Sends until cancelled, which does not interrupt a frame.</summary>
    /// <exception cref="StreamFault">TOO_SLOW.</exception>
    /// <exception cref="WebSocketException">The client is gone.</exception>
    public async Task SendAsync(CancellationToken ct)
    {
        while (true)
        {
            var sent = false;
            if (frames.Reader.TryRead(out var frame))
            {
                await SendAsync(frame);
                sent = true;
            }

            if (turns.TryDequeue(out var subscription))
            {
                if (subscription.Take() is { } taken) await SendAsync(taken);
                sent = true;
            }

            ct.ThrowIfCancellationRequested();
            if (!sent) await wake.Reader.ReadAsync(ct);
        }
    }

    public void Dispose() => patience.Dispose();

    public static StreamFault TooSlow(string what) => new("TOO_SLOW", null, null, $"{what}; read faster or ask for less, and resume from the last position you have");

    private async ValueTask SendAsync(ServerFrame frame)
    {
        var room = ArrayPool<byte>.Shared.Rent(frame.MaxLength);
        var wasLate = false;
        try
        {
            var length = frame.Write(room);
            var sending = socket.SendAsync(room.AsMemory(0, length), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, patience.Token);
            if (!sending.IsCompleted)
            {
                // Twice the time: who takes the frame late can still be told why it is closed.
                var began = time.GetTimestamp();
                patience.CancelAfter(limits.SendWithin * 2);
                await sending;
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
                wasLate = time.GetElapsedTime(began) > limits.SendWithin;
            }

            if (frame.Of is { } subscription && frame.Position is { } position) subscription.SentUpTo = position;
            if (wasLate) throw TooSlow($"it took a frame longer than {limits.SendWithin.TotalSeconds} s to go out");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw TooSlow($"a frame did not go out within {limits.SendWithin.TotalSeconds * 2} s");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }
}
