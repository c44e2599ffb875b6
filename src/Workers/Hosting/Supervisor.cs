using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>Keeps roles running: one that fails is started again, later each time, and says why.</summary>
public sealed class Supervisor(IReadOnlyList<IRole> roles, ILoggerFactory logs)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public IReadOnlyList<IRole> Roles => roles;

    public Task RunAsync(CancellationToken ct) => Task.WhenAll(roles.Select(role => KeepAsync(role, logs.CreateLogger("supervisor"), ct)));

    private static async Task KeepAsync(IRole role, ILogger log, CancellationToken ct)
    {
        await Task.Yield();
        var pause = TimeSpan.FromMilliseconds(100);
        while (!ct.IsCancellationRequested)
        {
            var started = Environment.TickCount64;
            try
            {
                await role.RunAsync(ct);
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (Environment.TickCount64 - started > 10_000) pause = TimeSpan.FromMilliseconds(100);
                log.LogWarning("{Role} stopped and starts again in {Pause:0.0} s: {Reason}", role.Name, pause.TotalSeconds, e.Message);
                log.LogDebug(e, "{Role}", role.Name);
            }

            try
            {
                await Task.Delay(pause, ct);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 2));
        }
    }
}
