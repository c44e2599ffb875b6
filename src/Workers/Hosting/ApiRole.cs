using EventSourcedTrading.Api;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;

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
        await using var reader = StoreConnection.Open(platform.Options.Postgres, StoreRole.Reader);
        var around = new ApiSurroundings(
            platform.App, reader, platform.Appender, new PersonDirectory(platform.App, new MasterKeySource(Environment.GetEnvironmentVariable), platform.Time), platform.Nats, platform.Subjects.Nudge, platform.Subjects.CommandOutcome("*"), platform.Time, platform.Logs);
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
}
