using System.Net;
using System.Net.Sockets;

namespace EventSourcedTrading.Nats.Tests.Servers;

/// <summary>
/// A TCP proxy before a real server that can cut connections: all at once, or each after a number of bytes towards the
/// client, wherever in a message that falls. It can also stop passing bytes while holding the connections.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _open = [];
    private readonly int _serverPort;
    private readonly Task _accepting;
    private int _accepted;

    public CuttingProxy(string serverUrl)
    {
        _serverPort = new Uri(serverUrl).Port;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Url => $"nats://127.0.0.1:{Port}";

    public int Accepted => _accepted;

    /// <summary>Bytes towards the client after which a connection, given its number, is cut.</summary>
    public Func<int, long> CutAfter { get; set; } = _ => long.MaxValue;

    public bool Frozen { get; set; }

    public void CutAll()
    {
        lock (_open)
        {
            _open.ForEach(client => client.Dispose());
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        CutAll();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
                lock (_open)
                    _open.AddRange([client, server]);
                var limit = CutAfter(++_accepted);
                _ = PumpAsync(client, server, long.MaxValue);
                _ = PumpAsync(server, client, limit);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, long limit)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (limit > 0)
            {
                var count = await from.GetStream().ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, limit)), _stop.Token);
                if (count == 0)
                    break;
                while (Frozen)
                    await Task.Delay(5, _stop.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
                limit -= count;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // cut from the other side
        }
        from.Dispose();
        to.Dispose();
    }
}
