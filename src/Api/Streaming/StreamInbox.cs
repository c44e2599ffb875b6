using System.Net.WebSockets;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>The server ends a connection because of what the client did.</summary>
/// <param name="reason">At most 123 bytes are told.</param>
internal sealed class StreamClosedException(WebSocketCloseStatus status, string reason) : Exception(reason)
{
    public WebSocketCloseStatus Status { get; } = status;
}

/// <summary>Messages of one client: whole, of bounded size, and not more in a second than it may send.</summary>
internal sealed class StreamInbox(WebSocket socket, StreamLimits limits, TimeProvider time)
{
    private readonly byte[] room = new byte[limits.FrameBytes];
    private double tokens = limits.Burst;
    private long at = time.GetTimestamp();

    /// <summary>The next message, good until the one after it is asked for; null when the client has closed.</summary>
    /// <exception cref="StreamClosedException">Too large, too many, or not text.</exception>
    /// <exception cref="WebSocketException">The client is gone.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync()
    {
        var length = 0;
        while (true)
        {
            // Never cancelled: that would leave no way to tell the client why.
            var part = await socket.ReceiveAsync(room.AsMemory(length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            if (part.MessageType != WebSocketMessageType.Text) throw new StreamClosedException(StreamClose.NotText, "NOT_TEXT: send JSON as text messages");
            length += part.Count;
            if (!part.EndOfMessage)
            {
                if (length == room.Length) throw new StreamClosedException(StreamClose.TooBig, $"FRAME_TOO_LARGE: a message may have {limits.FrameBytes} bytes");
                continue;
            }

            Count();
            return room.AsMemory(0, length);
        }
    }

    /// <summary>Reads on, and forgets it, until the client has closed or is gone.</summary>
    public async Task DrainAsync()
    {
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
                if ((await socket.ReceiveAsync(room.AsMemory(), CancellationToken.None)).MessageType == WebSocketMessageType.Close) return;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // It is gone, or was aborted.
        }
    }

    /// <summary>A token bucket.</summary>
    private void Count()
    {
        var now = time.GetTimestamp();
        tokens = Math.Min(limits.Burst, tokens + time.GetElapsedTime(at, now).TotalSeconds * limits.FramesPerSecond);
        at = now;
        if (--tokens < 0) throw new StreamClosedException(StreamClose.TooMany, $"RATE_LIMITED: send at most {limits.FramesPerSecond} messages a second");
    }
}
