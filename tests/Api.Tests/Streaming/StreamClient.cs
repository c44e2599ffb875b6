using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>A client of <c>/stream</c> as anybody might write one.</summary>
public sealed class StreamClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly ClientWebSocket socket = new();
    private readonly HttpMessageInvoker invoker;
    private readonly byte[] room = new byte[1 << 20];

    private StreamClient(HttpMessageInvoker invoker) => this.invoker = invoker;

    /// <param name="receiveBuffer">Bytes that the system takes for a client that does not read; null for as many as it likes.</param>
    public static async Task<StreamClient> OpenAsync(Uri address, string? header = null, string? protocol = "est.stream.v1", string path = "/stream", int? receiveBuffer = null)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, ct) =>
            {
                var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (receiveBuffer is { } bytes) tcp.ReceiveBufferSize = bytes;
                await tcp.ConnectAsync(context.DnsEndPoint, ct);
                return new NetworkStream(tcp, ownsSocket: true);
            },
        };
        var client = new StreamClient(new HttpMessageInvoker(handler));
        if (header is not null) client.socket.Options.SetRequestHeader("Authorization", $"Bearer {header}");
        if (protocol is not null) client.socket.Options.AddSubProtocol(protocol);
        client.socket.Options.CollectHttpResponseDetails = true;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await client.socket.ConnectAsync(new Uri($"ws://{address.Authority}{path}"), client.invoker, patience.Token);
        }
        catch (WebSocketException e)
        {
            var status = client.socket.HttpStatusCode;
            await client.DisposeAsync();
            throw new HttpRequestException(e.Message, e, status);
        }

        return client;
    }

    /// <summary>Opens and is let in.</summary>
    public static async Task<StreamClient> HelloAsync(Uri address, string key, int? receiveBuffer = null)
    {
        var client = await OpenAsync(address, receiveBuffer: receiveBuffer);
        await client.SendAsync($$"""{"type":"hello","key":"{{key}}"}""");
        await client.NextAsync("welcome");
        return client;
    }

    public string? Protocol => socket.SubProtocol;

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type)
    {
        using var patience = new CancellationTokenSource(Patience);
        await socket.SendAsync(bytes, type, endOfMessage: true, patience.Token);
    }

    /// <summary>The next frame; null when the server has closed.</summary>
    public async Task<JsonObject?> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var length = 0;
        while (socket.State is not (WebSocketState.CloseReceived or WebSocketState.Closed))
        {
            var part = await socket.ReceiveAsync(room.AsMemory(length), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return (JsonObject)JsonNode.Parse(room.AsSpan(0, length))!;
        }

        return null;
    }

    /// <summary>The next frame that is of this type; heartbeats are passed over.</summary>
    public async Task<JsonObject> NextAsync(string type)
    {
        while (true)
        {
            var frame = await NextAsync() ?? throw new InvalidOperationException($"closed with {socket.CloseStatus} {socket.CloseStatusDescription} before there was a {type}");
            if ((string?)frame["type"] == type) return frame;
            if ((string?)frame["type"] is not "heartbeat") throw new InvalidOperationException($"{frame.ToJsonString()} came where a {type} was expected");
        }
    }

    /// <summary>Reads what is left, and gives how the server closed.</summary>
    public async Task<(int Status, string? Reason)> ClosedAsync()
    {
        while (await NextAsync() is not null)
        {
        }

        return ((int)socket.CloseStatus!, socket.CloseStatusDescription);
    }

    /// <summary>Gone without a word.</summary>
    public void Abort() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        invoker.Dispose();
        return ValueTask.CompletedTask;
    }
}
