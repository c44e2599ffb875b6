using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Backtesting.Fixtures;
using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using Npgsql;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est fixture</c>. Its exit codes are its own: 0 as expected, 1 otherwise, 2 could not be run or recorded.</summary>
internal static class FixtureCommand
{
    private const int AsExpected = 0, Otherwise = 1, NotDone = 2;

    public static Command Create() => new("fixture", "tests of the engine as files: record one from a portfolio's tape, run some") { Record(), Run() };

    private static Command Record()
    {
        var portfolio = new Argument<string>("portfolio") { Description = "id of the portfolio" };
        var from = new Option<long>("--from") { Description = "first log position, as est explain and est audit name it", DefaultValueFactory = _ => 1 };
        var to = new Option<long>("--to") { Description = "last log position", Required = true };
        var file = new Option<string>("--out") { Description = "file to write; an existing one is replaced", Required = true };
        var (database, json) = (CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("record", "make a fixture of a part of a tape: its inputs, the events that they caused, and the state before them") { portfolio, from, to, file, database, json };
        command.SetAction((parsed, ct) => GuardedAsync(async () =>
        {
            if (parsed.GetValue(from) < 1 || parsed.GetValue(to) < parsed.GetValue(from))
                throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"--from {parsed.GetValue(from)} and --to {parsed.GetValue(to)} must be log positions from 1, the first not behind the last."));
            await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.Reader);
            var fixture = await ReplayProgress.ShowAsync("recording", progress =>
                FixtureRecording.RecordAsync(new EventReader(source), parsed.GetValue(portfolio)!, parsed.GetValue(from), parsed.GetValue(to), progress, ct));
            await using (var writer = new StreamWriter(parsed.GetValue(file)!) { NewLine = "\n" }) FixtureFile.Write(fixture, writer);
            if (parsed.GetValue(json)) Diagnostics.DiagnosticsJson.Print(new { file = parsed.GetValue(file), inputs = fixture.Steps.Count, events = fixture.Steps.Sum(s => s.Then!.Count) });
            else Terminal.Note($"{fixture.Steps.Count} inputs with {fixture.Steps.Sum(s => s.Then!.Count)} events are in {parsed.GetValue(file)}; run it with est fixture run {parsed.GetValue(file)}");
            return AsExpected;
        }));
        return command;
    }

    private static Command Run()
    {
        var files = new Argument<string[]>("files") { Description = "fixtures", Arity = ArgumentArity.OneOrMore };
        var json = CommonOptions.Json();
        var command = new Command("run", "run fixtures and show what came otherwise; 0 as expected, 1 otherwise, 2 could not be run") { files, json };
        command.SetAction((parsed, _) => GuardedAsync(() =>
        {
            FixtureVerdict[] verdicts = [.. parsed.GetValue(files)!.Select(f => new FixtureVerdict(f, FixtureRun.Run(Fixture.Load(f))))];
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(verdicts, ReplayJson.Default.FixtureVerdictArray));
            else foreach (var verdict in verdicts) Show(verdict);
            return Task.FromResult(Array.TrueForAll(verdicts, v => v.Differences.Count == 0) ? AsExpected : Otherwise);
        }));
        return command;
    }

    private static void Show(FixtureVerdict verdict)
    {
        AnsiConsole.MarkupLineInterpolated($"{verdict.File}: {(verdict.Differences.Count == 0 ? "as expected" : $"{verdict.Differences.Count} differences")}");
        foreach (var difference in verdict.Differences)
        {
            AnsiConsole.MarkupLineInterpolated($"  [red]step {difference.Step}[/] ({difference.Kind}){(difference.Event is { } n ? $", event {n}" : "")}: {difference.What}");
            foreach (var field in difference.Fields) AnsiConsole.MarkupLineInterpolated($"    {field.Path}: expected {field.Expected ?? "nothing"}, found {field.Found ?? "nothing"}");
        }
    }

    private static async Task<int> GuardedAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is ConfigurationException or FixtureException or TapeException or NpgsqlException or IOException or UnauthorizedAccessException)
        {
            Terminal.Error(e.Message);
            return NotDone;
        }
    }
}

/// <summary>What came of one fixture, for programs.</summary>
public sealed record FixtureVerdict(string File, IReadOnlyList<FixtureDifference> Differences);
