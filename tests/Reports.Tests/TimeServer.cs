using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EventSourcedTrading.Reports.Tests;

/// <summary>A time server on loopback whose clock is off by a known amount.</summary>
internal sealed class TimeServer : IAsyncDisposable
{
    private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource stop = new();
    private Task serving = Task.CompletedTask;

    public int Port => ((IPEndPoint)socket.Client.LocalEndPoint!).Port;

    /// <param name="cookie">Sent back instead of what the client sent.</param>
    public static TimeServer Start(TimeSpan offset, ulong? cookie = null)
    {
        var server = new TimeServer();
        server.serving = server.ServeAsync(offset, cookie);
        return server;
    }

    private async Task ServeAsync(TimeSpan offset, ulong? cookie)
    {
        try
        {
            while (true)
            {
                var question = await socket.ReceiveAsync(stop.Token);
                var now = DateTimeOffset.UtcNow + offset;
                var answer = ClockTests.Answer(now, now, question.Buffer);
                if (cookie is { } other) BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(24), other);
                await socket.SendAsync(answer, question.RemoteEndPoint, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        socket.Dispose();
        stop.Dispose();
    }
}
