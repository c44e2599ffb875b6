using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.EventStore.Verifying;
using EventSourcedTrading.Notary;
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
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command("verify", "is the log what was written? Reckons every hash anew; 0 intact, 1 tampered with, 2 could not be checked") { key, archive, since, json, database };
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.Reader);
                var keys = await KeysAsync(source, parsed.GetValue(key), ct);
                var options = new AuditOptions(keys) { Archive = parsed.GetValue(archive), Since = parsed.GetValue(since) is { } file ? SignedNote.Parse(await File.ReadAllBytesAsync(file, ct)) : null };
                if (options is { Keys.Count: 0 } and not { Archive: null, Since: null }) throw new ConfigurationException("Checkpoints cannot be checked without the notary's key; give it with --key.");
                var started = Stopwatch.GetTimestamp();
                var result = await RunAsync(source, options, ct);
                if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(Verdict.Of(result), CliJson.Default.Verdict));
                else Show(result, options, parsed.GetValue(key) is not null, Stopwatch.GetElapsedTime(started));
                return result.Intact ? Intact : Tampered;
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

    private static async Task<AuditResult> RunAsync(NpgsqlDataSource source, AuditOptions options, CancellationToken ct)
    {
        AuditResult? result = null;
        await Terminal.Errors.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async drawing =>
        {
            var bar = drawing.AddTask("verifying", maxValue: 1);
            result = await LogAudit.RunAsync(source, options, new Progress<(long Done, long Of)>(p => bar.Value = p.Of == 0 ? 1 : (double)p.Done / p.Of), ct);
            bar.Value = 1;
        });
        return result!;
    }

    private static void Show(AuditResult result, AuditOptions options, bool keyGiven, TimeSpan took)
    {
        var table = new Table().Border(TableBorder.Minimal).HideHeaders().AddColumns("", "");
        table.AddRow("events", $"{result.Log.Events:N0} read and hashed in {took.TotalSeconds:0.0} s, of {result.Log.Size:N0}");
        table.AddRow("root", Convert.ToHexStringLower(result.Log.Root.Span));
        table.AddRow("checkpoints", result.Checkpoints == 0 ? "none: only the database's own hashes were compared" : $"{result.Checkpoints:N0} signed, {result.Log.Agreeing:N0} agree{(result.Newest is { } n ? $", the newest of {n.Size:N0} events" : "")}");
        if (options.Archive is null) table.AddRow("archive", "not given: a history made anew together with its checkpoints would not be noticed");
        if (!keyGiven && options.Keys.Count > 0) table.AddRow("key", "as the log names it; give --key to trust no more than that");
        AnsiConsole.Write(table);
        foreach (var fault in result.Faults) AnsiConsole.MarkupLineInterpolated($"[red]{fault.Kind}[/]{(fault.Position is { } at ? $" at event {at}" : "")}: {fault.What}");
        AnsiConsole.MarkupLine(result.Intact ? "[green]intact[/]" : $"[red]tampered with: {result.Faults.Count} {(result.Faults.Count == 1 ? "fault" : "faults")}[/]");
    }
}

/// <summary>What a verification found, for programs.</summary>
public sealed record Verdict(bool Intact, string Size, string Events, string Root, int Checkpoints, int Agreeing, string? NewestCheckpoint, IReadOnlyList<VerdictFault> Faults)
{
    public static Verdict Of(AuditResult r) => new(
        r.Intact, $"{r.Log.Size}", $"{r.Log.Events}", Convert.ToHexStringLower(r.Log.Root.Span), r.Checkpoints, r.Log.Agreeing, r.Newest is { } n ? $"{n.Size}" : null,
        [.. r.Faults.Select(f => new VerdictFault(f.Kind, f.Position is { } at ? $"{at}" : null, f.What))]);
}

/// <param name="Position">Of the first event that shows it.</param>
public sealed record VerdictFault(AuditFaultKind Kind, string? Position, string What);
