using System.Globalization;
using System.Net.WebSockets;

namespace EventSourcedTrading.Brokers.Http;

/// <summary>A WebSocket that carries whole messages, in text or binary frames alike. One reader; it reads when it is asked to and not before.</summary>
/// <param name="patience">Of connecting, of sending a message, and of an answer to a ping.</param>
/// <param name="ping">How long a connection may be idle before it is pinged (RFC 6455 section 5.5.2); a network that is gone is found out so.</param>
/// <param name="maxMessage">In bytes.</param>
public sealed class BrokerSocket(TimeSpan patience, TimeSpan ping, TimeProvider time, int maxMessage = BrokerSocket.MaxMessage) : IDisposable
{
    public const int MaxMessage = 1_048_576;

    private readonly ClientWebSocket socket = new() { Options = { KeepAliveInterval = ping, KeepAliveTimeout = patience, CollectHttpResponseDetails = true } };
    private byte[] buffer = new byte[16_384];
    private Task<int>? receiving;

    /// <summary>How far the broker's clock was ahead of ours as it let us in, to the second; zero if it did not tell the time.</summary>
    public TimeSpan Ahead { get; private set; }

    /// <param name="headers">Beyond those of every WebSocket.</param>
    /// <exception cref="StreamException">It does not let us in.</exception>
    public async Task ConnectAsync(Uri address, CancellationToken ct, params IEnumerable<(string Name, string Value)> headers)
    {
        foreach (var (name, value) in headers) socket.Options.SetRequestHeader(name, value);
        using var bounded = Bounded(ct);
        try
        {
            await socket.ConnectAsync(address, bounded.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new StreamException($"not connected within {patience.TotalSeconds:0.###} s");
        }
        catch (WebSocketException e)
        {
            throw new StreamException(e.InnerException is { } inner ? $"{e.Message} ({inner.Message})" : e.Message);
        }

        if (socket.HttpResponseHeaders?.TryGetValue("Date", out var dates) == true
            && DateTimeOffset.TryParseExact(dates.First(), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) Ahead = date - time.GetUtcNow();
        socket.HttpResponseHeaders = null;
    }

    /// <exception cref="StreamException">The connection is closed, or takes nothing.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        using var bounded = Bounded(ct);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, bounded.Token);
        }
        catch (Exception e) when (e is WebSocketException or InvalidOperationException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new StreamException(e is OperationCanceledException ? "the connection takes nothing" : "the connection is closed");
        }
    }

    /// <summary>
    /// The next message, valid until the next call; null if none came in time. Then it is still waited for, since giving up a receive would end
    /// the connection.
    /// </summary>
    /// <exception cref="StreamException">The connection is gone, or a message is too long.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReceiveAsync(TimeSpan within, CancellationToken ct)
    {
        receiving ??= ReceiveAsync(ct);
        try
        {
            var length = await receiving.WaitAsync(within, time, ct);
            receiving = null;
            return buffer.AsMemory(0, length);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<int> ReceiveAsync(CancellationToken ct)
    {
        try
        {
            for (var length = 0; ;)
            {
                if (length == buffer.Length)
                {
                    if (length >= maxMessage) throw new StreamException($"a message is longer than {maxMessage} bytes");
                    Array.Resize(ref buffer, Math.Min(length * 2, maxMessage));
                }

                var part = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
                if (part.MessageType == WebSocketMessageType.Close)
                    throw new StreamException($"the broker closed the connection ({socket.CloseStatus}{(socket.CloseStatusDescription is { Length: > 0 } why ? $": {why}" : "")})");
                length += part.Count;
                if (part.EndOfMessage) return length;
            }
        }
        catch (WebSocketException)
        {
            throw new StreamException("the connection broke");
        }
    }

    private CancellationTokenSource Bounded(CancellationToken ct)
    {
        var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(patience);
        return bounded;
    }
}

/// <summary>Why a stream is of no use any more.</summary>
public sealed class StreamException(string reason) : Exception(reason);
