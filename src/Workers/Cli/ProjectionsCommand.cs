using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Rebuilding;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est projections</c></summary>
public static class ProjectionsCommand
{
    public static Command Create()
    {
        var (database, json) = (CommonOptions.Database(), CommonOptions.Json());
        var status = new Command("status", "how far each read model has followed the log") { database, json };
        status.SetAction(async (parsed, ct) =>
        {
            var options = CommonOptions.Platform(null, parsed.GetValue(database));
            await using var source = StoreConnection.Open(options.Postgres, StoreRole.App);
            var all = await new ProjectionHost(source).StatusAsync(ct);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(all, CliJson.Default.IReadOnlyListProjectionStatus));
                return 0;
            }

            var table = PlatformCommand.Table("projection", "position", "lag", "state", "why");
            foreach (var s in all) table.Row(s.Name, $"{s.Position}", $"{s.Lag}", s.State.ToString().ToLowerInvariant(), s.Error ?? (s.PausedAt is { } since ? $"{s.PauseReason} (since {since:yyyy-MM-dd HH:mm} UTC)" : ""));
            AnsiConsole.Write(table);
            return 0;
        });

        var name = Name();
        var rebuild = new Command("rebuild", "build a read model from zero beside the live one, then swap") { name, database, json };
        rebuild.SetAction(async (parsed, ct) =>
        {
            if (!ProjectionHost.Names.Contains(parsed.GetValue(name)))
            {
                Terminal.Error($"there is no projection '{parsed.GetValue(name)}'; there are {string.Join(", ", ProjectionHost.Names)}.");
                return Root.NotFound;
            }

            var options = CommonOptions.Platform(null, parsed.GetValue(database));
            await using var source = StoreConnection.Open(options.Postgres, StoreRole.App);
            var position = 0L;
            await Terminal.Errors.Progress().StartAsync(async drawing =>
            {
                var bar = drawing.AddTask($"rebuilding {parsed.GetValue(name)}", maxValue: 1);
                position = await new ProjectionHost(source).RebuildAsync(parsed.GetValue(name)!, new Progress<RebuildProgress>(p => bar.Value = p.Share), ct);
                bar.Value = 1;
            });
            Console.WriteLine(parsed.GetValue(json)
                ? $$"""{"projection":"{{parsed.GetValue(name)}}","position":"{{position}}"}"""
                : $"{parsed.GetValue(name)} is rebuilt and live, at log position {position}");
            return 0;
        });
        return new Command("projections", "read models: list, status, rebuild, pause and resume") { List(), status, rebuild, Pause(), Resume() };
    }

    private static Command List() => PlatformCommand.Create("list", "each read model, the events that it follows and its tables", [], (_, _, json, _) =>
    {
        if (json) DiagnosticsJson.Print(ProjectionHost.Catalog);
        else
        {
            var table = PlatformCommand.Table("projection", "follows", "tables");
            foreach (var p in ProjectionHost.Catalog) table.Row(p.Name, p.EventTypes is null ? "every event" : $"{p.EventTypes.Count} types of events", string.Join(", ", p.Tables));
            AnsiConsole.Write(table);
        }

        return Task.FromResult(0);
    });

    private static Command Pause()
    {
        var (name, reason) = (Name(), new Option<string>("--reason") { Description = "why, for whoever finds it so; 1 to 200 characters", Required = true });
        return PlatformCommand.Create("pause", """
            have a read model stand still, in whichever process it runs, until it is resumed

            Examples:
              est projections pause book --reason "comparing with the broker's statement"
              est projections resume book

            A pause is kept in the database: it outlives restarts. When this returns nothing more of the read model moves; readers
            see it as it stands, and its lag grows. The log, trading and the other read models go on. A rebuild leaves the pause as it is.
            """, [name, reason], async (parsed, view, json, ct) =>
        {
            var one = Known(parsed.GetValue(name)!);
            var why = parsed.GetValue(reason)!.Trim();
            if (why.Length is < 1 or > 200) throw new ConfigurationException($"--reason has {why.Length} characters; it must have 1 to 200.");
            return Said(one, await new ProjectionHost(view.App).PauseAsync(one, why, ct), "paused", "paused already; its first reason stays", json);
        });
    }

    private static Command Resume()
    {
        var name = Name();
        return PlatformCommand.Create("resume", "let a paused read model follow again, from where it stands", [name], async (parsed, view, json, ct) =>
        {
            var one = Known(parsed.GetValue(name)!);
            return Said(one, await new ProjectionHost(view.App).ResumeAsync(one, ct), "resumed", "not paused", json);
        });
    }

    private static int Said(string name, bool changed, string done, string nothing, bool json)
    {
        if (json) DiagnosticsJson.Print(new { projection = name, changed });
        else Console.WriteLine($"{name} is {(changed ? done : nothing)}");
        return 0;
    }

    private static string Known(string name) => PlatformCommand.OneOf("projection", name, ProjectionHost.Names.ToArray());

    private static Argument<string> Name()
    {
        var name = new Argument<string>("name") { Description = string.Join(", ", ProjectionHost.Names) };
        name.CompletionSources.Add(_ => ProjectionHost.Names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        return name;
    }
}
