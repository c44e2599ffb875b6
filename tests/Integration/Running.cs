using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Integration;

/// <summary>Some roles of a platform, as one process would run them.</summary>
public sealed class Running : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly Supervisor supervisor;
    private readonly Task task;

    private Running(Platform platform, Supervisor supervisor)
    {
        Platform = platform;
        this.supervisor = supervisor;
        task = supervisor.RunAsync(stopping.Token);
    }

    public Platform Platform { get; }

    public static async Task<Running> StartAsync(PlatformOptions options, ILoggerFactory logs, TimeProvider time, params string[] roles)
    {
        var platform = await Platform.StartAsync(options, logs, time, CancellationToken.None);
        return new Running(platform, new Supervisor(Roles.Create(roles, platform), logs));
    }

    public string StatusOf(string role) => supervisor.Roles.Single(r => r.Name == role).Status;

    public Task UntilAsync(string role, string status) =>
        Eventually.TrueAsync(() => StatusOf(role) == status, $"{role} is {status} (it is {StatusOf(role)})");

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        await stopping.CancelAsync();
        await task.WaitAsync(TimeSpan.FromSeconds(30));
        await Platform.DisposeAsync();
    }
}
