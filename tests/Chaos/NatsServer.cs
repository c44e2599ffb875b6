using System.Net.Sockets;

namespace EventSourcedTrading.Chaos;

/// <summary>A nats-server of the test's own, with its store in a folder, to be killed and started again on the same port.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Environment = [];
    private readonly string folder = Directory.CreateTempSubdirectory("est-chaos-").FullName;
    private readonly int port = PostgresCluster.FreePort();
    private Child? process;

    public string Url => $"nats://127.0.0.1:{port}";

    public static async Task<NatsServer> StartAsync()
    {
        var server = new NatsServer();
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        var binary = System.Environment.GetEnvironmentVariable("EST_NATS_SERVER_BINARY")
            ?? throw new InvalidOperationException("EST_NATS_SERVER_BINARY is not set. Run `make test`, or run this under scripts/services.");
        process = Child.Start(Path.Combine(folder, "nats.log"), Environment, binary, "-js", "-a", "127.0.0.1", "-p", $"{port}", "-sd", Path.Combine(folder, "store"));
        for (var until = System.Environment.TickCount64 + 30_000; ; await Task.Delay(20))
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (System.Environment.TickCount64 < until && !process.Ended)
            {
                // Not yet.
            }
        }
    }

    public Task KillAsync() => process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
