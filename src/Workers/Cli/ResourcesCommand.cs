using System.CommandLine;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est resources</c></summary>
internal static class ResourcesCommand
{
    private const string ClearDescription = """
        empty a read model, or a stream whose messages were taken; never the log

        Examples:
          est resources clear orders --yes-clear orders                            a read model; it is folded again from the log
          est resources clear EVENTS --yes-clear EVENTS                            messages for listeners
          est resources clear INBOX_main --yes-clear INBOX_main --lose-unread 3    three intents that no engine has taken are lost

        The name is said twice on purpose. Messages that somebody has yet to take are lost only if --lose-unread says exactly how many.
        The event log, its proof and the schema are cleared by no command, and no option changes that.
        """;

    public static Command Create() => new("resources", "what keeps state: database, log, read models, streams. List, set up, check, clear") { List(), SetUp(), Check(), Clear() };

    private static Command List() => PlatformCommand.Create("list", "what there is, and what it holds", [], async (_, view, json, ct) =>
    {
        Print(await Resources.ListAsync(view, ct), json);
        return 0;
    });

    private static Command SetUp() => PlatformCommand.Create("setup", "migrate the database, make the streams or put their configuration right; harmless to repeat, and nothing is lost", [], async (_, view, json, ct) =>
    {
        var done = await Resources.SetUpAsync(view, ct);
        if (json) DiagnosticsJson.Print(done);
        else if (done.Count == 0) Console.WriteLine("Everything is there.");
        else foreach (var line in done) Console.WriteLine(line);
        return 0;
    });

    private static Command Check() => PlatformCommand.Create("check", "list them, and end with 1 if one is missing or other than it should be", [], async (_, view, json, ct) =>
    {
        var all = await Resources.ListAsync(view, ct);
        Print(all, json);
        if (all.All(r => r.State == ResourceState.Ready)) return 0;
        Terminal.Note("`est resources setup` makes what is missing.");
        return Root.Failed;
    });

    private static Command Clear()
    {
        var name = new Argument<string>("name") { Description = "a read model, or a stream" };
        name.CompletionSources.Add(_ => ProjectionHost.Names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        var yes = new Option<string?>("--yes-clear") { Description = "the same name again" };
        var lose = new Option<long>("--lose-unread") { Description = "how many messages may be lost that nobody has taken: exactly as many as there are" };
        return PlatformCommand.Create("clear", ClearDescription, [name, yes, lose], async (parsed, view, json, ct) =>
        {
            var wanted = parsed.GetValue(name)!;
            // What is never cleared says so before it asks to be sure.
            if (wanted is not (Resources.Log or Resources.Schema or "events" or "audit") && parsed.GetValue(yes) != wanted)
                throw new ConfigurationException($"Nothing was cleared: say --yes-clear {wanted} to empty {wanted}.");
            var done = await Resources.ClearAsync(view, wanted, parsed.GetValue(lose), ct);
            if (json) DiagnosticsJson.Print(new { cleared = wanted, done });
            else Console.WriteLine(done);
            return 0;
        });
    }

    private static void Print(IReadOnlyList<Resource> all, bool json)
    {
        if (json)
        {
            DiagnosticsJson.Print(all);
            return;
        }

        var table = PlatformCommand.Table("resource", "kind", "state", "holds", "clearable");
        foreach (var r in all)
            table.Row(r.Name, r.Kind == ResourceKind.ReadModel ? "read model" : r.Kind.ToString().ToLowerInvariant(), r.State.ToString().ToLowerInvariant(), r.Detail, r.Clearable ? "yes" : "never");
        AnsiConsole.Write(table);
    }
}
