using EventSourcedTrading.Projections.Following;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>Keeps the read models up with the log.</summary>
public sealed class ProjectionsRole(Platform platform) : IRole
{
    private readonly ILogger log = platform.Logs.CreateLogger("projections");

    public string Name => "projections";
    public string Status { get; private set; } = "starting";

    public async Task RunAsync(CancellationToken ct)
    {
        Status = "running";
        var host = new ProjectionHost(platform.App)
        {
            OnStopped = (name, e) => log.LogError("{Projection} stopped: {Reason}", name, e.Message),
            OnInterrupted = (name, e) => log.LogDebug(e, "{Projection} was interrupted", name),
        };
        await host.RunAsync(ct);
    }
}
