using EventSourcedTrading.Backtesting;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Demo;
using EventSourcedTrading.Workers.Feeds;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using Npgsql;

namespace EventSourcedTrading.Integration;

/// <summary>A platform of a test's own: a database, a NATS prefix, one portfolio, and somebody outside who watches.</summary>
public sealed class World : IAsyncDisposable
{
    public static readonly string[] Everything = [.. Roles.All.Select(r => r.Name)];

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Running> started = [];
    private readonly LoggerFactory logs;
    private EngineProgress heard;
    private Task listening = Task.CompletedTask;

    private World(TestDatabase database, PortfolioOptions portfolio, TimeProvider time)
    {
        (Database, Time) = (database, time);
        logs = new LoggerFactory([Complaints]);
        Options = new PlatformOptions
        {
            Portfolios = [portfolio], Postgres = database.ConnectionString, Prefix = $"t{Guid.NewGuid():N}"[..13],
            Nats = Environment.GetEnvironmentVariable("EST_NATS") ?? throw new InvalidOperationException("EST_NATS is not set. Run `make test`, or run this under scripts/services."),
        };
    }

    public TestDatabase Database { get; }
    public PlatformOptions Options { get; }

    /// <summary>Of every role.</summary>
    public TimeProvider Time { get; }
    public Complaints Complaints { get; } = new();
    public ILoggerFactory Logs => logs;

    /// <summary>Runs no role: publishes signals, speaks for outside agents, reads the log.</summary>
    public Platform Outside { get; private set; } = null!;

    public static async Task<World> CreateAsync(PortfolioOptions portfolio, TimeProvider? time = null)
    {
        var world = new World(await TestDatabase.CreateAsync(), portfolio, time ?? TimeProvider.System);
        world.Outside = await Platform.StartAsync(world.Options, world.logs, world.Time, CancellationToken.None);
        var progress = await world.Outside.Nats.SubscribeCoreAsync(world.Outside.Subjects.AllEngineProgress);
        world.listening = Task.Run(async () =>
        {
            await using (progress)
            {
                await foreach (var message in progress.Msgs.ReadAllAsync(world.stopping.Token))
                    using (message) world.heard = EngineProgress.Read(message.Memory.Span);
            }
        });
        return world;
    }

    public async Task<Running> StartAsync(params string[] roles)
    {
        var running = await Running.StartAsync(Options, logs, Time, roles);
        started.Add(running);
        return running;
    }

    public async Task FeedAsync(IMarketDataSource data, double speed = 0)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await new FeedPublisher(Outside, data).RunAsync(speed, followers: false, null, patience.Token);
    }

    public Task UntilDecidedAsync(Timestamp time) => Eventually.TrueAsync(
        () => heard.AsOf >= time && heard.Waiting == 0, $"decided up to {time} (heard {heard}; {string.Join("; ", Complaints.Lines)})", 90);

    public Task UntilHeardAsync(Timestamp time) => Eventually.TrueAsync(() => heard.AsOf >= time, $"heard of {time} (it is {heard})");

    /// <summary>Ends the session that holds the right to run the engine, or that gets it next, as a failing server or network would.</summary>
    public Task BreakLockAsync() => Eventually.TrueAsync(() => AskAsync<bool>(
        """
        select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
         where l.locktype = 'advisory' and l.granted and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('est-engine-main', 0)
        """), "somebody held the engine's lock");

    public Task<string> DigestAsync() => DecisionDigest.OfAsync(Outside.Reader, CancellationToken.None);

    public async Task<T?> AskAsync<T>(string sql, params object[] values)
    {
        await using var command = Database.Admin.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync() is T answer ? answer : default;
    }

    public Task<long> CountAsync(string type) => AskAsync<long>("select count(*) from events.mt_events where type = $1", type);

    public async Task<List<RecordedEvent>> LogAsync(params string[] types)
    {
        var log = new List<RecordedEvent>();
        await foreach (var e in Outside.Reader.ReadAllAsync(1, types.Length > 0 ? types : null)) log.Add(e);
        return log;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var running in started) await running.DisposeAsync();
        await stopping.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var stream in (string[])[Outside.Subjects.SignalStream, Outside.Subjects.InboxStream(Options.Portfolios[0].Id), Outside.Subjects.EventStream])
        {
            try
            {
                await Outside.JetStream.DeleteStreamAsync(stream);
            }
            catch (NatsJSApiException e) when (e.Error.Code == 404)
            {
                // This test had no need of it.
            }
        }

        await Outside.DisposeAsync();
        await Database.DisposeAsync();
        logs.Dispose();
    }
}
