using System.Text.Json;
using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>A connection to <c>/stream</c> that is logged in and listens to <c>trade_updates</c>.</summary>
internal sealed class AlpacaSocket(AlpacaOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Alpaca acknowledges it as often as it is sent, so it serves as a question for a sign of life, too.</summary>
    private static readonly byte[] Listen = """{"action":"listen","data":{"streams":["trade_updates"]}}"""u8.ToArray();

    private readonly BrokerSocket socket = new(options.Patience, options.Silence, time);
    private DateTimeOffset? updated;

    /// <summary>How far the broker's clock is ahead of ours.</summary>
    public TimeSpan Ahead => socket.Ahead;

    /// <summary>Up to when all was heard and, by asking for the next, taken note of. In our time.</summary>
    public DateTimeOffset Heard { get; private set; }

    /// <exception cref="StreamException">It does not let us in.</exception>
    public async Task OpenAsync(CancellationToken ct)
    {
        await socket.ConnectAsync(new UriBuilder(new Uri(options.Address, "stream")) { Scheme = options.Address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri, ct);
        await socket.SendAsync(Credentials(), ct);
        await AwaitAsync(m => m is { Stream: "authorization", Data.Status: "authorized" }, "log in", ct);
        await socket.SendAsync(Listen, ct);
        await AwaitAsync(m => m.Stream == "listening" && m.Data?.Streams?.Contains("trade_updates") == true, "listen to trade_updates", ct);
        Heard = time.GetUtcNow();
    }

    /// <summary>The next update. When nothing comes, a sign of life is asked for.</summary>
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
                asked = true;
                await socket.SendAsync(Listen, ct);
                continue;
            }

            asked = false;
            if (message is { Stream: "trade_updates", Data: { } update })
            {
                updated = time.GetUtcNow();
                return update;
            }

            if (message is { Stream: "error" } or { Action: "error" }) throw new StreamException($"the broker said: {message.Data?.Error ?? message.Data?.ErrorMessage ?? "error"}");
            if (message is { Stream: "authorization", Data.Status: "unauthorized" }) throw new StreamException("the broker no longer knows us");
            Heard = time.GetUtcNow();
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task AwaitAsync(Func<AlpacaMessage, bool> awaited, string what, CancellationToken ct)
    {
        // Nothing was asked for yet, so a few messages are all that can come before.
        for (var others = 0; others < 10; others++)
        {
            var message = await MessageAsync(options.Patience, ct) ?? throw new StreamException($"could not {what}: no answer within {options.Patience.TotalSeconds:0.###} s");
            if (awaited(message)) return;
            if (message is { Stream: "authorization" or "error" or "listening" } or { Action: "error" })
                throw new StreamException($"could not {what}: {message.Data?.Status ?? message.Data?.Error ?? message.Data?.ErrorMessage ?? "refused"}; check the keys");
        }

        throw new StreamException($"could not {what}: no answer among many");
    }

    /// <summary>Null if none came in time.</summary>
    private async Task<AlpacaMessage?> MessageAsync(TimeSpan within, CancellationToken ct)
    {
        if (await socket.ReceiveAsync(within, ct) is not { } message) return null;
        try
        {
            return JsonSerializer.Deserialize(message.Span, AlpacaJson.Default.AlpacaMessage) ?? throw new StreamException("a message is null");
        }
        catch (JsonException e)
        {
            throw new StreamException($"a message cannot be read at {e.Path ?? "$"}");
        }
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
}
