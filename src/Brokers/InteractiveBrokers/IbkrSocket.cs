using System.Net.WebSockets;
using System.Text.Json;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>A connection to <c>/ws</c> that follows orders and trades.</summary>
internal sealed class IbkrSocket : IDisposable
{
    public const int MaxMessage = 8 * 1_048_576;

    private readonly ClientWebSocket socket = new();
    private readonly IbkrOptions options;
    private readonly TimeProvider time;
    private readonly IbkrTicket ticket;
    private byte[] buffer = new byte[65_536];
    private Task<int>? receiving;

    private IbkrSocket(IbkrOptions options, IbkrTicket ticket, TimeProvider time)
    {
        (this.options, this.ticket, this.time) = (options, ticket, time);
        // Against a network that is gone; a server that is gone behind a living network is found out by asking for a sign of life.
        (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (options.Silence, options.Patience);
        if (ticket.Cookie is { } cookie) socket.Options.SetRequestHeader("Cookie", $"api={cookie}");
        socket.Options.SetRequestHeader("User-Agent", "EventSourcedTrading/1");
    }

    /// <summary>When the last message came, by the broker's clock.</summary>
    public DateTimeOffset Heard { get; private set; }

    /// <summary>Connects, subscribes to orders and trades, and reads what there was before, message by message, into <paramref name="earlier"/>.</summary>
    /// <exception cref="IbkrStreamException">It does not let us in.</exception>
    public static async Task<IbkrSocket> OpenAsync(IbkrOptions options, IbkrTicket ticket, Func<JsonElement, ValueTask> earlier, TimeProvider time, CancellationToken ct)
    {
        var opened = new IbkrSocket(options, ticket, time);
        try
        {
            await opened.ConnectAsync(ct);
            // It greets when it is ready to hear; what is sent before is lost.
            _ = await opened.MessageAsync(options.Patience, ct) ?? throw new IbkrStreamException($"no greeting within {options.Patience.TotalSeconds:0.###} s");
            foreach (var topic in new[] { "sor+{}", "str+{}", "ech+hb" }) await opened.SendAsync(topic, ct);
            // The echo comes behind what there was before.
            var started = time.GetTimestamp();
            while (time.GetElapsedTime(started) < options.Patience && await opened.MessageAsync(options.Patience, ct) is { } message)
            {
                if (message.Text("topic") == "system" && message.Number("hb") is not null) return opened;
                await earlier(message);
            }

            throw new IbkrStreamException($"no echo within {options.Patience.TotalSeconds:0.###} s");
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The next message. Asks for a sign of life when nothing comes.</summary>
    /// <exception cref="IbkrStreamException">The connection is gone, or a message cannot be read.</exception>
    public async Task<JsonElement> NextAsync(CancellationToken ct)
    {
        for (var asked = false; ; asked = true)
        {
            if (await MessageAsync(asked ? options.Patience : options.Silence, ct) is { } message) return message;
            if (asked) throw new IbkrStreamException($"no sign of life for {(options.Silence + options.Patience).TotalSeconds:0.###} s");
            await SendAsync("tic", ct);
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task ConnectAsync(CancellationToken ct)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(options.Patience);
        var query = options.Keys is { } keys ? $"oauth_token={Uri.EscapeDataString(keys.AccessToken.Reveal())}" : "";
        var address = new UriBuilder(new Uri(options.Address, "ws")) { Scheme = options.Address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws", Query = query };
        try
        {
            await socket.ConnectAsync(address.Uri, bounded.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new IbkrStreamException($"not connected within {options.Patience.TotalSeconds:0.###} s");
        }
        catch (WebSocketException e)
        {
            throw new IbkrStreamException(e.InnerException is { } inner ? $"{e.Message} ({inner.Message})" : e.Message);
        }
    }

    private async Task SendAsync(string message, CancellationToken ct)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(options.Patience);
        try
        {
            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, bounded.Token);
        }
        catch (Exception e) when (e is WebSocketException or InvalidOperationException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new IbkrStreamException(e is OperationCanceledException ? "the connection takes nothing" : "the connection is closed");
        }
    }

    /// <summary>Null if none came in time; it is still waited for, since giving up a receive would end the connection.</summary>
    private async Task<JsonElement?> MessageAsync(TimeSpan within, CancellationToken ct)
    {
        receiving ??= ReceiveAsync(ct);
        int length;
        try
        {
            length = await receiving.WaitAsync(within, time, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }

        receiving = null;
        Heard = time.GetUtcNow() + ticket.Ahead;
        try
        {
            return IbkrJson.Parse(buffer.AsMemory(0, length));
        }
        catch (JsonException)
        {
            throw new IbkrStreamException("a message is no JSON");
        }
    }

    /// <summary>One message, in text or binary frames alike; its length in the buffer.</summary>
    private async Task<int> ReceiveAsync(CancellationToken ct)
    {
        try
        {
            for (var length = 0; ;)
            {
                if (length == buffer.Length)
                {
                    if (length == MaxMessage) throw new IbkrStreamException($"a message is longer than {MaxMessage} bytes");
                    Array.Resize(ref buffer, length * 2);
                }

                var part = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
                if (part.MessageType == WebSocketMessageType.Close) throw new IbkrStreamException($"the broker closed the connection ({socket.CloseStatus})");
                length += part.Count;
                if (part.EndOfMessage) return length;
            }
        }
        catch (WebSocketException)
        {
            throw new IbkrStreamException("the connection broke");
        }
    }
}

/// <summary>Why a connection to the stream is of no use any more.</summary>
internal sealed class IbkrStreamException(string reason) : Exception(reason);
