using EventSourcedTrading.Api;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Workers.Engines;
using Npgsql;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>Serves the control plane. Several may: what must be one is decided by the log.</summary>
public sealed class ApiRole(Platform platform, ApiSettings settings) : IRole
{
    public string Name => "api";
    public string Status { get; private set; } = "starting";

    /// <summary>Where it listens, HTTP first; empty before it does.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    public async Task RunAsync(CancellationToken ct)
    {
        Status = "starting";
        await using var reader = StoreConnection.Open(Restrained(platform.Options.Postgres), StoreRole.Reader);
        var around = new ApiSurroundings(
            platform.App, reader, platform.Appender, new PersonDirectory(platform.App, new MasterKeySource(Environment.GetEnvironmentVariable), platform.Time), platform.Nats,
            platform.Subjects.Nudge, platform.Subjects.CommandOutcome("*"), platform.Subjects.Signal, platform.Time, platform.Logs,
            new FollowedPortfolios(new EventReader(reader), new SnapshotStore(reader)).RiskAsync);
        await using var server = await ApiServer.StartAsync(settings, around, ct);
        Addresses = server.Addresses;
        Status = "running";
        try
        {
            await server.RunAsync(ct);
        }
        finally
        {
            Status = "stopped";
        }
    }

    /// <summary>Whoever looks in only reads, waits for no lock, and is ended before he takes the database from those who write.</summary>
    private static string Restrained(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 24, ApplicationName = "est api" };
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on -c statement_timeout=10s -c lock_timeout=1s -c idle_in_transaction_session_timeout=30s".Trim();
        return settings.ConnectionString;
    }
}
