using System.CommandLine;
using System.Globalization;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est storage</c></summary>
internal static class StorageCommand
{
    private const string RebuildDescription = """
        make again what is made from the log: read models and engines' snapshots

        Examples:
          est storage rebuild projections       every read model, each beside the live one, then swapped
          est storage rebuild orders            one of them, as `est projections rebuild orders`
          est storage rebuild snapshots         every engine's snapshot, from the first event on
          est storage rebuild all               both
        """;

    public static Command Create() => new("storage", "what the database holds: counts, dead letters, and making again what is made from the log")
    {
        Counts(), DeadLettersCommand.List(), DeadLettersCommand.Replay(), Rebuild(),
    };

    private static Command Counts()
    {
        var part = new Argument<string?>("part") { Description = string.Join(", ", StorageCounts.Parts), Arity = ArgumentArity.ZeroOrOne };
        part.CompletionSources.Add(_ => StorageCounts.Parts.Select(p => new System.CommandLine.Completions.CompletionItem(p)));
        return PlatformCommand.Create("counts", """
            events by family of streams and by type, snapshots, rows of read models, and the room that all of it takes

            Examples:
              est storage counts             all of it; counting types reads the whole log
              est storage counts read        read models alone
            """, [part], async (parsed, view, json, ct) =>
        {
            var wanted = parsed.GetValue(part) is { } one ? PlatformCommand.OneOf("part", one, StorageCounts.Parts) : null;
            var counts = await StorageCounts.CountAsync(view.App, wanted, ct);
            if (json) DiagnosticsJson.Print(counts);
            else Show(counts);
            return 0;
        });
    }

    private static Command Rebuild()
    {
        var what = new Argument<string>("what") { Description = $"all, projections, snapshots, or one of {string.Join(", ", ProjectionHost.Names)}" };
        string[] words = ["all", "projections", "snapshots", .. ProjectionHost.Names];
        what.CompletionSources.Add(_ => words.Select(w => new System.CommandLine.Completions.CompletionItem(w)));
        return PlatformCommand.Create("rebuild", RebuildDescription, [what], async (parsed, view, json, ct) =>
        {
            var wanted = PlatformCommand.OneOf("what", parsed.GetValue(what)!, words);
            var projections = ProjectionHost.Names.Where(n => wanted == n || wanted is "all" or "projections").ToList();
            var (positions, snapshots) = (new SortedDictionary<string, long>(StringComparer.Ordinal), new List<RebuiltSnapshot>());
            foreach (var name in projections)
            {
                Terminal.Note($"rebuilding {name}");
                positions[name] = await new ProjectionHost(view.App).RebuildAsync(name, null, ct);
            }

            if (wanted is "all" or "snapshots")
                foreach (var portfolio in await new Tapes(view.Reader).PortfoliosAsync(ct)) snapshots.Add(await SnapshotRebuild.RunAsync(view.App, portfolio, ct));
            if (json) DiagnosticsJson.Print(new { projections = positions, snapshots });
            else
            {
                foreach (var (name, position) in positions) Console.WriteLine($"{name} is rebuilt and live, at log position {position}");
                foreach (var s in snapshots) Console.WriteLine($"the snapshot of engine {s.Portfolio} is made anew from {s.Events} events, at log position {s.Position}{(s.Differences == 0 ? "" : $"; {s.Differences} of them would be decided otherwise now")}");
            }

            return 0;
        });
    }

    private static void Show(StorageCounts counts)
    {
        if (counts.Categories.Count > 0) Write("streams", ["category", "streams", "events", "first", "last"], counts.Categories.Select(c => (string[])[c.Category, N(c.Streams), N(c.Events), c.First.ToString(), c.Last.ToString()]));
        if (counts.Types.Count > 0) Write("types", ["type", "events", "bytes"], counts.Types.Select(t => (string[])[t.Type, N(t.Events), N(t.Bytes)]));
        if (counts.Snapshots.Count > 0) Write("snapshots", ["key", "position", "bytes", "made"], counts.Snapshots.Select(s => (string[])[s.Key, N(s.Position), N(s.Bytes), s.Created.ToString()]));
        if (counts.ReadModels.Count > 0) Write("read models", ["projection", "table", "rows", "bytes"], counts.ReadModels.Select(r => (string[])[r.Projection, r.Table, N(r.Rows), N(r.Bytes)]));
        if (counts.Tables.Count > 0) Write("tables", ["table", "bytes"], counts.Tables.Select(t => (string[])[t.Table, N(t.Bytes)]));
    }

    private static void Write(string title, string[] columns, IEnumerable<string[]> rows)
    {
        AnsiConsole.Write(new Rule(title).LeftJustified());
        var table = PlatformCommand.Table(columns);
        foreach (var row in rows) table.Row(row);
        AnsiConsole.Write(table);
    }

    private static string N(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
