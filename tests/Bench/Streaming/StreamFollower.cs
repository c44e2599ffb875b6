using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace EventSourcedTrading.Bench.Streaming;

/// <summary>A client of the decision feed that notes when it had what.</summary>
public sealed class StreamFollower : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly HttpMessageInvoker invoker;
    private readonly Lock gate = new();
    private readonly List<(long Position, long At)> had = [];
    private readonly byte[] room = new byte[64 << 10];
    private Task reading = Task.CompletedTask;
    private long position;

    private StreamFollower(HttpMessageInvoker invoker) => this.invoker = invoker;

    public long Position => Volatile.Read(ref position);

    public long Events { get; private set; }

    /// <summary>Bytes of the last frame.</summary>
    public int LastLength { get; private set; }

    /// <param name="reads">False for one that asks and then does nothing more.</param>
    public static async Task<StreamFollower> OpenAsync(Uri address, string key, long after, CancellationToken ct, bool reads = true)
    {
        var follower = new StreamFollower(new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, token) =>
            {
                var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (!reads) tcp.ReceiveBufferSize = 4_096;
                await tcp.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(tcp, ownsSocket: true);
            },
        }));
        follower.socket.Options.AddSubProtocol("est.stream.v1");
        follower.socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        await follower.socket.ConnectAsync(new Uri($"ws://{address.Authority}/stream"), follower.invoker, ct);
        await follower.socket.SendAsync(
            Encoding.UTF8.GetBytes($$"""{"type":"subscribe","id":"d","channel":"decisions","resumeAfter":"{{after}}"}"""), WebSocketMessageType.Text, true, ct);
        if (reads) follower.reading = Task.Run(follower.ReadAsync, ct);
        return follower;
    }

    /// <summary>When it had everything up to a place of the log, as a time stamp.</summary>
    public long HadAt(long place)
    {
        lock (gate)
        {
            var (low, high) = (0, had.Count - 1);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (had[middle].Position >= place) high = middle;
                else low = middle + 1;
            }

            return had[low].At;
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        invoker.Dispose();
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(room.AsMemory(length), CancellationToken.None);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close) return;
            Note(room.AsSpan(0, length), Stopwatch.GetTimestamp());
        }
    }

    private void Note(ReadOnlySpan<byte> frame, long at)
    {
        var place = frame.IndexOf("\"position\":\""u8);
        if (place < 0 || !Utf8Parser.TryParse(frame[(place + 12)..], out long upTo, out _)) return;
        if (frame.IndexOf("\"delta\""u8) is >= 0 and < 20)
        {
            Events += frame.Count("\"recordedAt\":"u8);
            LastLength = frame.Length;
        }

        lock (gate) had.Add((upTo, at));
        Volatile.Write(ref position, upTo);
    }
}
