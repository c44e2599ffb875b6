using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>
/// One WebSocket to a client. Messages queue up to 100,000; a client that lets more wait is cut off, as a broker would do.
/// </summary>
/// <param name="received">What the client sent, at most 64 KiB, while the venue stands still.</param>
/// <param name="format">The messages that this client gets for a report.</param>
/// <param name="binary">Sends binary frames instead of text.</param>
public sealed class ClientStream(WebSocket socket, Action<ClientStream, string> received, Func<Report, IEnumerable<JsonNode>> format, bool binary)
{
    private const int MaxMessage = 65_536, MaxWaiting = 100_000;

    private readonly Channel<string?> waiting = Channel.CreateBounded<string?>(MaxWaiting);
    private readonly CancellationTokenSource broken = new();
    private volatile bool muted;

    public void Send(Report report)
    {
        foreach (var message in format(report)) Send(message);
    }

    public void Send(JsonNode message)
    {
        if (!muted && !waiting.Writer.TryWrite(message.ToJsonString())) waiting.Writer.TryComplete();
    }

    /// <summary>Ends the stream behind what waits.</summary>
    public void Close() => waiting.Writer.TryComplete();

    /// <summary>From now on the stream is half open: it says nothing and hears nothing, and the connection stays.</summary>
    public void Mute() => muted = true;

    /// <summary>Ends the connection without a word; what waits is lost.</summary>
    public void Break()
    {
        Mute();
        broken.Cancel();
    }

    public async Task RunAsync(Lock gate, CancellationToken stop)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop, broken.Token);
        var writing = WriteAsync(ends.Token);
        var reading = ReadAsync(gate, ends.Token);
        await Task.WhenAny(writing, reading);
        if (!reading.IsCompleted) await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), ends.Token));
        await ends.CancelAsync();
        await Task.WhenAll(writing, reading);
        socket.Abort();
    }

    private void Receive(string text)
    {
        try
        {
            received(this, text);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // JSON of another shape than a broker would understand; brokers say nothing to it.
        }
    }

    private async Task WriteAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var message in waiting.Reader.ReadAllAsync(stop))
                await socket.SendAsync(Encoding.UTF8.GetBytes(message!), binary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, true, stop);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The client has gone; what it has missed it must ask for.
        }
    }

    private async Task ReadAsync(Lock gate, CancellationToken stop)
    {
        var buffer = new byte[MaxMessage];
        try
        {
            for (var length = 0; ;)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
                if (part.MessageType == WebSocketMessageType.Close) return;
                length += part.Count;
                if (!part.EndOfMessage && length == buffer.Length) return;
                if (!part.EndOfMessage) continue;
                if (!muted)
                {
                    lock (gate) Receive(Encoding.UTF8.GetString(buffer, 0, length));
                }

                length = 0;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // As above.
        }
    }
}
