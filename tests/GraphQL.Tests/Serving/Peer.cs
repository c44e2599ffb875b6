using System.Net.WebSockets;
using System.Text;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

/// <summary>A client that says what it is told, right or wrong.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    private Peer()
    {
    }

    public static async Task<Peer> ConnectAsync(SampleServer server, string? protocol = "graphql-transport-ws", string? origin = null)
    {
        var peer = new Peer();
        if (protocol is not null) peer._socket.Options.AddSubProtocol(protocol);
        if (origin is not null) peer._socket.Options.SetRequestHeader("Origin", origin);
        await peer._socket.ConnectAsync(server.Socket, default).WaitAsync(Patience);
        return peer;
    }

    /// <summary>One that has been let in.</summary>
    public static async Task<Peer> JoinAsync(SampleServer server)
    {
        var peer = await ConnectAsync(server);
        await peer.SayAsync("""{"type":"connection_init"}""");
        Assert.Equal("""{"type":"connection_ack"}""", await peer.HearAsync());
        return peer;
    }

    public Task SayAsync(string message) => SayAsync(Encoding.UTF8.GetBytes(message));

    public Task SayAsync(byte[] message, WebSocketMessageType type = WebSocketMessageType.Text, bool end = true) =>
        _socket.SendAsync(message, type, end, default).WaitAsync(Patience);

    public Task SubscribeAsync(string id, string document) => SayAsync($$$"""{"id":"{{{id}}}","type":"subscribe","payload":{"query":"{{{document}}}"}}""");

    /// <returns>A message; or <c>closed</c> with code and reason; or <c>gone</c>.</returns>
    public async Task<string> HearAsync()
    {
        try
        {
            var length = 0;
            while (true)
            {
                var got = await _socket.ReceiveAsync(_buffer.AsMemory(length), default).AsTask().WaitAsync(Patience);
                if (got.MessageType == WebSocketMessageType.Close) return $"closed {(int)_socket.CloseStatus!} {_socket.CloseStatusDescription}";
                length += got.Count;
                if (got.EndOfMessage) return Encoding.UTF8.GetString(_buffer, 0, length);
            }
        }
        catch (WebSocketException)
        {
            return "gone";
        }
    }

    /// <summary>Hears until the connection ends.</summary>
    public async Task<string> HearEndAsync()
    {
        while (true)
        {
            var heard = await HearAsync();
            if (heard == "gone" || heard.StartsWith("closed", StringComparison.Ordinal)) return heard;
        }
    }

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).WaitAsync(Patience);

    /// <summary>As a process that is killed.</summary>
    public void Abort() => _socket.Abort();

    public void Dispose() => _socket.Dispose();
}
