using System.CommandLine;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est run</c></summary>
public static class RunCommand
{
    public static Command Create()
    {
        var roles = new Option<string>("--roles")
        {
            Description = "comma-separated: " + string.Join("; ", Roles.All.Select(r => $"{r.Name} ({r.Summary})")),
            DefaultValueFactory = _ => string.Join(',', Roles.All.Select(r => r.Name)),
        };
        var (config, database, log) = (CommonOptions.Config(), CommonOptions.Database(), CommonOptions.Log());
        var migrate = new Option<bool>("--migrate") { Description = "apply migrations first" };
        var json = new Option<bool>("--json") { Description = "log JSON objects instead of lines" };
        var command = new Command("run", "run the platform, or some of its roles, until stopped") { roles, config, database, migrate, log, json };
        command.SetAction(async (parsed, ct) =>
        {
            var options = CommonOptions.Platform(CommonOptions.ConfigFile(parsed.GetValue(config)), parsed.GetValue(database)) with { Api = ApiEnvironment.Read() };
            using var logs = CommonOptions.Logs(parsed.GetValue(log), parsed.GetValue(json));
            if (parsed.GetValue(migrate))
            {
                await using var owner = NpgsqlDataSource.Create(options.Postgres);
                await Migrator.ApplyAsync(owner, ct);
            }

            await using var platform = await Platform.StartAsync(options, logs, TimeProvider.System, ct);
            var supervisor = new Supervisor(Roles.Create(parsed.GetValue(roles)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), platform), logs);
            await using var health = options.Http.Length > 0 ? await HealthServer.StartAsync(platform, supervisor, ct) : null;
            logs.CreateLogger("est").LogInformation("running {Roles}", string.Join(", ", supervisor.Roles.Select(r => r.Name)));
            await supervisor.RunAsync(ct);
            return 0;
        });
        return command;
    }
}
