using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>Is it alive, is it ready, and how much has it done: for orchestrators and Prometheus.</summary>
public static class HealthServer
{
    public static async Task<WebApplication> StartAsync(Platform platform, Supervisor supervisor, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(platform.Logs);
        builder.WebHost.UseUrls(platform.Options.Http);
        var app = builder.Build();
        app.MapGet("/health/live", () => Results.Text("alive\n"));
        app.MapGet("/health/ready", () =>
        {
            // A quarantined strategy is its owner's concern; the platform goes on without it.
            var ready = supervisor.Roles.All(r => r.Status is "running" or "standby" or "quarantined");
            var lines = string.Concat(supervisor.Roles.Select(r => $"{r.Name}: {r.Status}\n"));
            return Results.Text(lines, statusCode: ready ? 200 : 503);
        });
        app.MapGet("/metrics", () => Results.Text(Metrics(platform, supervisor), "text/plain; version=0.0.4"));
        await app.StartAsync(ct);
        return app;
    }

    private static string Metrics(Platform platform, Supervisor supervisor)
    {
        var text = new StringBuilder();
        Counter("engine_batches_total", "Transactions that engines of this process committed.", platform.Metrics.Batches);
        Counter("engine_events_total", "Events that they wrote.", platform.Metrics.Events);
        Counter("engine_inputs_total", "Inputs that they took.", platform.Metrics.Inputs);
        text.Append("# HELP role_up 1 while the role runs or stands by.\n# TYPE role_up gauge\n");
        foreach (var role in supervisor.Roles) text.Append(CultureInfo.InvariantCulture, $"role_up{{role=\"{role.Name}\"}} {(role.Status is "running" or "standby" ? 1 : 0)}\n");
        return text.ToString();

        void Counter(string name, string help, long value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n");
    }
}
