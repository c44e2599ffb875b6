using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>A connection to <c>/stream</c> that is logged in and listens to <c>trade_updates</c>.</summary>
internal sealed class AlpacaSocket : IDisposable
{
    public const int MaxMessage = 1_048_576;

    private static readonly byte[] Listen = """{"action":"listen","data":{"streams":["trade_updates"]}}"""u8.ToArray();

    private readonly ClientWebSocket socket = new();
    private readonly AlpacaOptions options;
    private readonly TimeProvider time;
    private byte[] buffer = new byte[16_384];
    private Task<int>? receiving;
    private DateTimeOffset? updated;

    private AlpacaSocket(AlpacaOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        // Against a network that is gone; a server that is gone behind a living network is found out by asking for a sign of life.
        (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (options.Silence, options.Patience);
        socket.Options.CollectHttpResponseDetails = true;
    }

    /// <summary>How far the broker's clock is ahead of ours, to the second; zero if it does not tell the time.</summary>
    public TimeSpan Ahead { get; private set; }

    /// <summary>Up to when all was heard and, by asking for the next, taken note of. In our time.</summary>
    public DateTimeOffset Heard { get; private set; }

    /// <exception cref="StreamException">It does not let us in.</exception>
    public static async Task<AlpacaSocket> OpenAsync(AlpacaOptions options, TimeProvider time, CancellationToken ct)
    {
        var opened = new AlpacaSocket(options, time);
        try
        {
            await opened.LogInAsync(ct);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The next update. Asks for a sign of life when nothing comes.</summary>
    /// <exception cref="StreamException">The connection is gone, or a message cannot be read.</exception>
    public async Task<AlpacaMessageData> NextAsync(CancellationToken ct)
    {
        if (updated is { } noted) (Heard, updated) = (noted, null);
        for (var asked = false; ;)
        {
            var message = await MessageAsync(asked ? options.Patience : options.Silence, ct);
            if (message is null)
            {
                if (asked) throw new StreamException($"no sign of life for {(options.Silence + options.Patience).TotalSeconds:0.###} s");
                await SendAsync(Listen, ct);
            }

            asked = message is null;
            if (message?.Stream == "trade_updates" && message.Data is { } update)
            {
                updated = time.GetUtcNow();
                return update;
            }

            if (message is { Stream: "error" } or { Action: "error" }) throw new StreamException($"the broker said: {message.Data?.Error ?? message.Data?.ErrorMessage ?? "error"}");
            if (message is { Stream: "authorization", Data.Status: "unauthorized" }) throw new StreamException("the broker no longer knows us");
            if (message is not null) Heard = time.GetUtcNow();
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task LogInAsync(CancellationToken ct)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(options.Patience);
        var address = new UriBuilder(new Uri(options.Address, "stream")) { Scheme = options.Address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
        try
        {
            await socket.ConnectAsync(address.Uri, bounded.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new StreamException($"not connected within {options.Patience.TotalSeconds:0.###} s");
        }
        catch (WebSocketException e)
        {
            throw new StreamException(e.InnerException is { } inner ? $"{e.Message} ({inner.Message})" : e.Message);
        }

        if (socket.HttpResponseHeaders?.TryGetValue("Date", out var dates) == true
            && DateTimeOffset.TryParseExact(dates.First(), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) Ahead = date - time.GetUtcNow();
        socket.HttpResponseHeaders = null;
        await SendAsync(Credentials(), ct);
        await AwaitAsync(m => m is { Stream: "authorization", Data.Status: "authorized" }, "log in", ct);
        await SendAsync(Listen, ct);
        await AwaitAsync(m => m.Stream == "listening" && m.Data?.Streams?.Contains("trade_updates") == true, "listen to trade_updates", ct);
        Heard = time.GetUtcNow();
    }

    private async Task AwaitAsync(Func<AlpacaMessage, bool> awaited, string what, CancellationToken ct)
    {
        // Nothing was asked for yet, so a few messages are all that can come before.
        for (var others = 0; others < 10; others++)
        {
            var message = await MessageAsync(options.Patience, ct) ?? throw new StreamException($"could not {what}: no answer within {options.Patience.TotalSeconds:0.###} s");
            if (awaited(message)) return;
            if (message is { Stream: "authorization" or "error" or "listening" } or { Action: "error" }) throw new StreamException($"could not {what}: {message.Data?.Status ?? message.Data?.Error ?? message.Data?.ErrorMessage ?? "refused"}; check the keys");
        }

        throw new StreamException($"could not {what}: no answer among many");
    }

    private byte[] Credentials()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("action", "authenticate");
            json.WriteStartObject("data");
            json.WriteString("key_id", options.KeyId.Reveal());
            json.WriteString("secret_key", options.SecretKey.Reveal());
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    private async Task SendAsync(byte[] message, CancellationToken ct)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(options.Patience);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, bounded.Token);
        }
        catch (Exception e) when (e is WebSocketException or InvalidOperationException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new StreamException(e is OperationCanceledException ? "the connection takes nothing" : "the connection is closed");
        }
    }

    /// <summary>Null if none came in time; it is still waited for, since giving up a receive would end the connection.</summary>
    private async Task<AlpacaMessage?> MessageAsync(TimeSpan within, CancellationToken ct)
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
        try
        {
            return JsonSerializer.Deserialize(buffer.AsSpan(0, length), AlpacaJson.Default.AlpacaMessage) ?? throw new StreamException("a message is null");
        }
        catch (JsonException e)
        {
            throw new StreamException($"a message cannot be read at {e.Path ?? "$"}");
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
                    if (length == MaxMessage) throw new StreamException($"a message is longer than {MaxMessage} bytes");
                    Array.Resize(ref buffer, length * 2);
                }

                var part = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
                if (part.MessageType == WebSocketMessageType.Close) throw new StreamException($"the broker closed the connection ({socket.CloseStatus}{(socket.CloseStatusDescription is { Length: > 0 } why ? $": {why}" : "")})");
                length += part.Count;
                if (part.EndOfMessage) return length;
            }
        }
        catch (WebSocketException)
        {
            throw new StreamException("the connection broke");
        }
    }
}

/// <summary>Why a connection to a stream is of no use any more.</summary>
internal sealed class StreamException(string reason) : Exception(reason);
