using System.Text.Json.Nodes;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Testing;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>The control plane alone, on a database of its own: what is in the log the test writes itself.</summary>
public sealed class StreamServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly LoggerFactory logs = new();
    private readonly string prefix = $"t{Guid.NewGuid():N}"[..13];
    private readonly ApiKeys keys;
    private readonly StreamLimits limits;
    private readonly TimeProvider time;
    private ApiServer? server;
    private Task projecting = Task.CompletedTask;

    private StreamServer(TestDatabase database, StreamLimits limits, TimeProvider time)
    {
        (Database, this.limits, this.time) = (database, limits, time);
        logs.AddProvider(Complaints);
        Appender = new EventAppender(database.App);
        Reader = new EventReader(database.App);
        Persons = new PersonDirectory(database.App, new MasterKeySource(Environment.GetEnvironmentVariable), TimeProvider.System);
        keys = new ApiKeys(database.App, new EventLog(Reader, Appender, TimeProvider.System), Persons, TimeProvider.System);
        Nats = new NatsConnection(new NatsOpts { Url = Environment.GetEnvironmentVariable("EST_NATS") ?? throw new InvalidOperationException("EST_NATS is not set. Run `make test`, or run this under scripts/services.") });
    }

    public TestDatabase Database { get; }
    public EventAppender Appender { get; }
    public EventReader Reader { get; }
    public PersonDirectory Persons { get; }
    public NatsConnection Nats { get; }
    public Complaints Complaints { get; } = new();
    public int Clients => server!.StreamClients;
    public Uri Address { get; private set; } = null!;

    public static async Task<StreamServer> StartAsync(StreamLimits? limits = null, TimeProvider? time = null)
    {
        var started = new StreamServer(await TestDatabase.CreateAsync(), limits ?? new StreamLimits(), time ?? TimeProvider.System);
        await started.StartApiAsync();
        return started;
    }

    public string SignalOf(string instrument) => $"{prefix}.signals.normalized.{instrument}";

    public async Task<string> KeyAsync(string person = "vera", Role role = Role.Viewer, int days = 1) =>
        (await keys.IssueAsync(person, [role], days, "database", "a test", CancellationToken.None)).Reveal();

    public Task RevokeAsync(string key) => keys.RevokeAsync(ApiKey.Parse(key)!.Value.KeyId, "database", "a test", CancellationToken.None);

    public Task AppendAsync(AppendBatch batch) => Appender.AppendAsync(batch);

    public async Task<List<RecordedEvent>> LogAsync()
    {
        var log = new List<RecordedEvent>();
        await foreach (var e in Reader.ReadAllAsync()) log.Add(e);
        return log;
    }

    public void Project() => projecting = new ProjectionHost(Database.App).RunAsync(stopping.Token);

    public async Task<long> HeadAsync() => (await Reader.HeadAsync()).Size;

    /// <summary>The read model of that name has all that is in the log.</summary>
    public Task ProjectedAsync(string name) => Eventually.TrueAsync(
        async () => (await new ProjectionHost(Database.App).StatusAsync()).Single(s => s.Name == name).Lag == 0, $"{name} has followed");

    /// <summary>How many subscriptions NATS has for market data of this server.</summary>
    public async Task<int> SubscriptionsAsync()
    {
        using var http = new HttpClient();
        var monitor = Environment.GetEnvironmentVariable("EST_NATS_MONITOR") ?? throw new InvalidOperationException("EST_NATS_MONITOR is not set; run this under scripts/services.");
        return JsonNode.Parse(await http.GetStringAsync($"{monitor}/subsz?subs=1&limit=100000"))!["subscriptions_list"]!.AsArray()
            .Count(s => ((string)s!["subject"]!).StartsWith($"{prefix}.signals.", StringComparison.Ordinal));
    }

    public async Task StartApiAsync()
    {
        // The same port again, as a client that comes back expects.
        var settings = new ApiSettings(Address?.ToString() ?? "http://127.0.0.1:0", "http://127.0.0.1:0") { Streams = limits };
        server = await ApiServer.StartAsync(
            settings, new ApiSurroundings(Database.App, Database.Reader, Appender, Persons, Nats, p => $"{prefix}.nudge.{p}", $"{prefix}.outcome.*", SignalOf, time, logs), CancellationToken.None);
        Address = server.Addresses[0];
    }

    public async Task StopApiAsync()
    {
        if (server is not null) await server.DisposeAsync();
        server = null;
    }

    /// <summary>Ends every session of PostgreSQL that reads for the streams, as a failing server would.</summary>
    public async Task BreakReadersAsync()
    {
        await using var command = Database.Admin.CreateCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query like any(array['listen%', '%audit.log_head%', '%mt_events where seq_id >%', '%read.status%']) and pid <> pg_backend_pid()");
        await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopApiAsync();
        await stopping.CancelAsync();
        await projecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Nats.DisposeAsync();
        await Appender.DisposeAsync();
        await Database.DisposeAsync();
        logs.Dispose();
        stopping.Dispose();
    }
}
