using EventSourcedTrading.Workers.Clocks;
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
        app.MapGet("/metrics", () => Results.Text(Metrics(platform, supervisor.Roles), PrometheusText.ContentType));
        await app.StartAsync(ct);
        return app;
    }

    public static string Metrics(Platform platform, IReadOnlyList<IRole> roles)
    {
        var text = new PrometheusText();
        text.Counter("engine_batches_total", "Transactions that engines of this process committed.", platform.Metrics.Batches);
        text.Counter("engine_events_total", "Events that they wrote.", platform.Metrics.Events);
        text.Counter("engine_inputs_total", "Inputs that they took.", platform.Metrics.Inputs);
        platform.Metrics.Meta.Write(text);
        platform.Metrics.Audit.Write(text, platform.Time.GetUtcNow());
        foreach (var clock in roles.OfType<ClockRole>()) clock.WriteMetrics(text);
        text.Family("role_up", "gauge", "1 while the role runs or stands by.");
        foreach (var role in roles) text.Sample("role_up", role.Status is "running" or "standby" ? 1 : 0, ("role", role.Name));
        return text.ToString();
    }
}
