using System.Text;
using System.Text.Json;
using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>A connection to <c>/ws</c> that follows orders and trades.</summary>
internal sealed class IbkrSocket(IbkrOptions options, TimeProvider time) : IDisposable
{
    /// <summary>The first message has all orders of the session.</summary>
    private const int MaxMessage = 8 * BrokerSocket.MaxMessage;

    private readonly BrokerSocket socket = new(options.Patience, options.Silence, time, MaxMessage);

    /// <summary>When the last message came, by the broker's clock.</summary>
    public DateTimeOffset Heard { get; private set; }

    /// <summary>Connects, subscribes to orders and trades, and hands what there was before to <paramref name="earlier"/>, message by message.</summary>
    /// <exception cref="StreamException">It does not let us in.</exception>
    public async Task OpenAsync(IbkrTicket ticket, Func<JsonElement, ValueTask> earlier, CancellationToken ct)
    {
        var query = options.Keys is { } keys ? $"oauth_token={Uri.EscapeDataString(keys.AccessToken.Reveal())}" : "";
        var address = new UriBuilder(new Uri(options.Address, "ws")) { Scheme = options.Address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws", Query = query };
        await socket.ConnectAsync(address.Uri, ct, [("User-Agent", IbkrSigner.Agent), .. ticket.Cookie is { } cookie ? [("Cookie", $"api={cookie}")] : Array.Empty<(string, string)>()]);
        // It greets when it is ready to hear; what is sent before is lost.
        _ = await MessageAsync(options.Patience, ct) ?? throw new StreamException($"no greeting within {options.Patience.TotalSeconds:0.###} s");
        foreach (var topic in new[] { "sor+{}", "str+{}", "ech+hb" }) await SendAsync(topic, ct);
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < options.Patience && await MessageAsync(options.Patience, ct) is { } message)
        {
            // The echo comes behind what there was before.
            if (message.Text("topic") == "system" && message.Number("hb") is not null) return;
            await earlier(message);
        }

        throw new StreamException($"no echo within {options.Patience.TotalSeconds:0.###} s");
    }

    /// <summary>The next message. When nothing comes, a sign of life is asked for.</summary>
    /// <exception cref="StreamException">The connection is gone, or a message cannot be read.</exception>
    public async Task<JsonElement> NextAsync(CancellationToken ct)
    {
        for (var asked = false; ; asked = true)
        {
            if (await MessageAsync(asked ? options.Patience : options.Silence, ct) is { } message) return message;
            if (asked) throw new StreamException($"no sign of life for {(options.Silence + options.Patience).TotalSeconds:0.###} s");
            await SendAsync("tic", ct);
        }
    }

    public void Dispose() => socket.Dispose();

    private Task SendAsync(string message, CancellationToken ct) => socket.SendAsync(Encoding.UTF8.GetBytes(message), ct);

    /// <summary>Null if none came in time.</summary>
    private async Task<JsonElement?> MessageAsync(TimeSpan within, CancellationToken ct)
    {
        if (await socket.ReceiveAsync(within, ct) is not { } message) return null;
        Heard = time.GetUtcNow() + socket.Ahead;
        try
        {
            return IbkrJson.Parse(message);
        }
        catch (JsonException)
        {
            throw new StreamException("a message is no JSON");
        }
    }
}
