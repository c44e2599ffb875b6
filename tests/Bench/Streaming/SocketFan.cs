using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EventSourcedTrading.Bench.Streaming;

/// <summary>The yardstick: the same bytes written to as many plain sockets, by a loop that does nothing else.</summary>
public sealed class SocketFan : IAsyncDisposable
{
    private readonly List<Socket> senders = [];
    private readonly List<Socket> receivers = [];
    private readonly byte[][] rooms;

    private SocketFan(int count) => rooms = [.. Enumerable.Range(0, count).Select(_ => new byte[16 << 10])];

    public static async Task<SocketFan> OpenAsync(int count, CancellationToken ct)
    {
        var fan = new SocketFan(count);
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(64);
        for (var i = 0; i < count; i++)
        {
            var receiver = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await receiver.ConnectAsync(listener.LocalEndPoint!, ct);
            fan.receivers.Add(receiver);
            var sender = await listener.AcceptAsync(ct);
            sender.NoDelay = true;
            fan.senders.Add(sender);
        }

        return fan;
    }

    /// <summary>Messages of so many bytes at an even pace; gives how long each took to each receiver, in milliseconds.</summary>
    public async Task<List<double>> MeasureAsync(int bytes, int messages, TimeSpan pace, CancellationToken ct)
    {
        var began = new long[messages];
        var had = receivers.Select(_ => new long[messages]).ToArray();
        var reading = Task.WhenAll(receivers.Select((socket, i) => Task.Run(
            async () =>
            {
                for (var message = 0; message < messages; message++)
                {
                    for (var length = 0; length < bytes;) length += await socket.ReceiveAsync(rooms[i].AsMemory(0, Math.Min(rooms[i].Length, bytes - length)), ct);
                    had[i][message] = Stopwatch.GetTimestamp();
                }
            },
            ct)));
        var payload = new byte[bytes];
        var started = Stopwatch.GetTimestamp();
        for (var message = 0; message < messages; message++)
        {
            if (pace * message - Stopwatch.GetElapsedTime(started) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, ct);
            began[message] = Stopwatch.GetTimestamp();
            foreach (var socket in senders) await socket.SendAsync(payload, ct);
        }

        await reading;
        return [.. had.SelectMany(times => times.Select((at, message) => Stopwatch.GetElapsedTime(began[message], at).TotalMilliseconds))];
    }

    public ValueTask DisposeAsync()
    {
        foreach (var socket in senders.Concat(receivers)) socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
