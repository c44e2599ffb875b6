using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EventSourcedTrading.BrokerFakes.Tests;

/// <summary>A WebSocket client that waits at most ten seconds for anything.</summary>
public sealed class SocketClient : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[1_048_576];

    public WebSocketMessageType Frames { get; private set; }

    public static async Task<SocketClient> OpenAsync(Uri http, string path, Action<ClientWebSocketOptions>? options = null)
    {
        var client = new SocketClient();
        options?.Invoke(client.socket.Options);
        await client.socket.ConnectAsync(new Uri($"ws://{http.Authority}{path}"), Within(10));
        return client;
    }

    public Task SendAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Within(10));

    /// <summary>The next message; null when the server has closed.</summary>
    public async Task<JsonNode?> NextAsync(double seconds = 10)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), Within(seconds));
            if (part.MessageType == WebSocketMessageType.Close) return null;
            (Frames, length) = (part.MessageType, length + part.Count);
            if (part.EndOfMessage) return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, length));
        }
    }

    public async Task<IReadOnlyList<JsonNode>> NextAsync(int count)
    {
        var messages = new List<JsonNode>();
        while (messages.Count < count) messages.Add((await NextAsync())!);
        return messages;
    }

    /// <summary>Nothing comes for a while although the connection is open.</summary>
    public Task SilentAsync() => Assert.ThrowsAnyAsync<OperationCanceledException>(() => NextAsync(0.5));

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static CancellationToken Within(double seconds) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;
}
