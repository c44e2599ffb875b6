using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Messaging;
using EventSourcedTrading.Workers.Strategies;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Npgsql;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>What the roles of one process share: the log, NATS, the clock.</summary>
public sealed class Platform : IAsyncDisposable
{
    private Platform(PlatformOptions options, ILoggerFactory logs, TimeProvider time)
    {
        Options = options;
        Logs = logs;
        Time = time;
        Subjects = new Subjects(options.Prefix);
        App = StoreConnection.Open(options.Postgres, StoreRole.App);
        Reader = new EventReader(App);
        Snapshots = new SnapshotStore(App);
        Appender = new EventAppender(App);
        Nats = new NatsConnection(new NatsOpts { Url = options.Nats, Name = "est", RetryOnInitialConnect = true, PingInterval = TimeSpan.FromSeconds(5), ReconnectWaitMax = TimeSpan.FromSeconds(1) });
        JetStream = new NatsJSContext(Nats);
    }

    public PlatformOptions Options { get; }
    public ILoggerFactory Logs { get; }
    public TimeProvider Time { get; }
    public Subjects Subjects { get; }
    public NpgsqlDataSource App { get; }
    public EventReader Reader { get; }
    public SnapshotStore Snapshots { get; }
    public EventAppender Appender { get; }
    public NatsConnection Nats { get; }
    public NatsJSContext JetStream { get; }
    public EngineMetrics Metrics { get; } = new();
    public StrategyCatalog Strategies { get; } = StrategyCatalog.Discover();

    public static async Task<Platform> StartAsync(PlatformOptions options, ILoggerFactory logs, TimeProvider time, CancellationToken ct)
    {
        var platform = new Platform(options, logs, time);
        await platform.Nats.ConnectAsync(ct);
        return platform;
    }

    public async ValueTask DisposeAsync()
    {
        await Appender.DisposeAsync();
        JetStream.Dispose();
        await Nats.DisposeAsync();
        await App.DisposeAsync();
    }
}
