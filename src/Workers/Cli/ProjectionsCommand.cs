using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Rebuilding;
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

            var table = new Table().Border(TableBorder.Minimal).AddColumns("projection", "position", "lag", "state", "error");
            foreach (var s in all)
                table.AddRow(s.Name, $"{s.Position}", $"{s.Lag}", s.State.ToString().ToLowerInvariant(), Markup.Escape(s.Error ?? ""));
            AnsiConsole.Write(table);
            return 0;
        });

        var name = new Argument<string>("name") { Description = string.Join(", ", ProjectionHost.Names) };
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
        return new Command("projections", "read models: status and rebuild") { status, rebuild };
    }
}
