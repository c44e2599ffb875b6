using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Projections.Verifying;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Notarising;
using Npgsql;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est audit verify</c>. Its exit codes are its own: 0 intact, 1 tampered with, 2 could not be checked.</summary>
internal static class AuditVerify
{
    private const int Intact = 0, Tampered = 1, Unchecked = 2;

    public static Command Create()
    {
        var key = new Option<string?>("--key") { Description = "the notary's verifier key, or a file that has it: got from elsewhere than this database (default: the one that the log names, which proves less)" };
        var archive = new Option<string?>("--archive") { Description = "folder of exported checkpoints and leaves; without it only what the database itself has is compared" };
        var since = new Option<string?>("--since") { Description = "file with a checkpoint that you have verified before: only what came after it is read" };
        var projections = new Option<bool>("--projections") { Description = "compare the read models too, also with --since (the default without it): folds the whole log" };
        var noProjections = new Option<bool>("--no-projections") { Description = "leave the read models out (the default with --since)" };
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command("verify", "is the log what was written, and are the read models what the log says? Reckons and folds all anew; 0 intact, 1 tampered with, 2 could not be checked") { key, archive, since, projections, noProjections, json, database };
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.Reader);
                var keys = await KeysAsync(source, parsed.GetValue(key), ct);
                var options = new AuditOptions(keys) { Archive = parsed.GetValue(archive), Since = parsed.GetValue(since) is { } file ? SignedNote.Parse(await File.ReadAllBytesAsync(file, ct)) : null };
                if (options is { Keys.Count: 0 } and not { Archive: null, Since: null }) throw new ConfigurationException("Checkpoints cannot be checked without the notary's key; give it with --key.");
                if (parsed.GetValue(projections) && parsed.GetValue(noProjections)) throw new ConfigurationException("--projections and --no-projections contradict each other; give one of them.");
                var compare = parsed.GetValue(projections) || (options.Since is null && !parsed.GetValue(noProjections));
                var (result, models, took) = await RunAsync(source, options, compare, ct);
                var verdict = Verdict.Of(result, models);
                if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(verdict, CliJson.Default.Verdict));
                else Show(result, verdict, options, parsed.GetValue(key) is not null, took);
                return !verdict.Intact ? Tampered : verdict.Complete ? Intact : Unchecked;
            }
            catch (Exception e) when (e is ConfigurationException or InvalidProofException or AuditDataException or IOException or UnauthorizedAccessException or NpgsqlException)
            {
                Terminal.Error($"The log could not be verified: {e.Message}");
                return Unchecked;
            }
        });
        return command;
    }

    private static async Task<IReadOnlyList<NoteKey>> KeysAsync(NpgsqlDataSource source, string? given, CancellationToken ct)
    {
        var told = await NotaryKeys.ReadAsync(new EventReader(source), ct);
        if (given is null) return told;
        var trusted = NoteKey.Parse(File.Exists(given) ? (await File.ReadAllTextAsync(given, ct)).Trim() : given);
        // Whoever trusts a key may trust those that it has handed over to, and those that handed over to it.
        return told.Any(k => k.ToString() == trusted.ToString()) ? told : [trusted];
    }

    private static async Task<(AuditResult Log, IReadOnlyList<ProjectionVerdict>? Models, (TimeSpan Log, TimeSpan Models) Took)> RunAsync(
        NpgsqlDataSource source, AuditOptions options, bool compare, CancellationToken ct)
    {
        AuditResult? log = null;
        IReadOnlyList<ProjectionVerdict>? models = null;
        TimeSpan read = default, folded = default;
        await Terminal.Errors.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async drawing =>
        {
            var events = drawing.AddTask("hashing the events", maxValue: 1);
            var rows = compare ? drawing.AddTask("comparing the read models", autoStart: false, maxValue: 1) : null;
            var started = Stopwatch.GetTimestamp();
            log = await LogAudit.RunAsync(source, options, Drawn(events), ct);
            (events.Value, read) = (1, Stopwatch.GetElapsedTime(started));
            if (rows is null) return;
            rows.StartTask();
            started = Stopwatch.GetTimestamp();
            models = await new ProjectionVerifier(source).RunAsync(Drawn(rows), ct);
            (rows.Value, folded) = (1, Stopwatch.GetElapsedTime(started));
        });
        return (log!, models, (read, folded));

        static Progress<(long Done, long Of)> Drawn(ProgressTask bar) => new(p => bar.Value = p.Of == 0 ? 1 : (double)p.Done / p.Of);
    }

    private static void Show(AuditResult result, Verdict verdict, AuditOptions options, bool keyGiven, (TimeSpan Log, TimeSpan Models) took)
    {
        var table = new Table().Border(TableBorder.Minimal).HideHeaders().AddColumns("", "");
        table.AddRow("events", $"{result.Log.Events:N0} read and hashed in {took.Log.TotalSeconds:0.0} s, of {result.Log.Size:N0}");
        table.AddRow("root", Convert.ToHexStringLower(result.Log.Root.Span));
        table.AddRow("checkpoints", result.Checkpoints == 0 ? "none: only the database's own hashes were compared" : $"{result.Checkpoints:N0} signed, {result.Log.Agreeing:N0} agree{(result.Newest is { } n ? $", the newest of {n.Size:N0} events" : "")}");
        if (options.Archive is null) table.AddRow("archive", "not given: a history made anew together with its checkpoints would not be noticed");
        if (!keyGiven && options.Keys.Count > 0) table.AddRow("key", "as the log names it; give --key to trust no more than that");
        table.AddRow("read models", verdict.Projections is not { } models ? "not compared; --projections does, which folds the log from its first event"
            : $"{models.Sum(m => long.Parse(m.Rows, CultureInfo.InvariantCulture)):N0} rows of {models.Count} compared in {took.Models.TotalSeconds:0.0} s: {string.Join(", ", models.Select(m => $"{m.Name} {(m.Agrees ? "agrees" : m.NotCompared is null ? "DIFFERS" : "not compared")}"))}");
        AnsiConsole.Write(table);
        foreach (var fault in verdict.Faults) AnsiConsole.MarkupLineInterpolated($"[red]{fault.Kind}[/]{(fault.Position is { } at ? $" at event {at}" : "")}: {fault.What}");
        foreach (var model in verdict.Projections ?? [])
            if (model.NotCompared is { } why) AnsiConsole.MarkupLineInterpolated($"[yellow]{model.Name} could not be compared:[/] {why}");
            else if (!model.Agrees) AnsiConsole.MarkupLineInterpolated($"{(verdict.LogIntact ? "The log is intact, the read model is not" : "The read model is not what the events make of it")}: 'est projections rebuild {model.Name}' mends it.");
        AnsiConsole.MarkupLine(
            !verdict.Intact ? $"[red]tampered with: {verdict.Faults.Count} {(verdict.Faults.Count == 1 ? "fault" : "faults")}[/]"
            : verdict.Complete ? "[green]intact[/]" : "[yellow]no fault was found, but not all could be compared[/]");
    }
}
