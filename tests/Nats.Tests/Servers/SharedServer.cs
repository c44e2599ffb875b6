using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace EventSourcedTrading.Nats.Tests.Servers;

/// <summary>The server that most tests share: the one that EST_NATS names, else one started for this run.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private static long s_names;
    private NatsServerProcess? _own;

    public static TimeSpan Generous { get; } = TimeSpan.FromSeconds(30);

    public string Url { get; private set; } = "";

    /// <summary>A subject prefix or stream name that no other test has.</summary>
    public static string NewName(string word = "t") => $"{word}-{Environment.ProcessId}-{Interlocked.Increment(ref s_names)}";

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var until = DateTime.UtcNow + Generous;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < until, $"Waited too long until {what}.");
            await Task.Delay(5);
        }
    }

    public async ValueTask InitializeAsync()
    {
        Url = Environment.GetEnvironmentVariable("EST_NATS") ?? "";
        if (Url.Length > 0)
            return;
        _own = await NatsServerProcess.StartAsync();
        Url = _own.Url;
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
            await _own.DisposeAsync();
    }

    public async Task<NatsConnection> ConnectAsync(Func<NatsOpts, NatsOpts>? with = null)
    {
        var opts = new NatsOpts { Url = Url, Name = "nats-tests" };
        var connection = new NatsConnection(with?.Invoke(opts) ?? opts);
        await connection.ConnectAsync();
        return connection;
    }

    public async Task<(NatsConnection Connection, NatsJSContext JetStream)> JetStreamAsync()
    {
        var connection = await ConnectAsync();
        return (connection, new NatsJSContext(connection));
    }
}
