using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using Npgsql;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est replay check</c>. Its exit codes are its own: 0 equal, 1 different, 2 could not be checked.</summary>
internal static class ReplayCheckCommand
{
    public const int Equal = 0, Different = 1, Unchecked = 2;
    private const int ShownFields = 8;

    public static Command Create()
    {
        var portfolio = new Argument<string>("portfolio") { Description = "id of the portfolio" };
        var first = new Option<int>("--first") { Description = "how many differing events are shown, 1 to 1000", DefaultValueFactory = _ => 10 };
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command("check", "run a portfolio's tape again and compare every event with the log; 0 equal, 1 different, 2 could not be checked") { portfolio, first, json, database };
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                if (parsed.GetValue(first) is (< 1 or > 1_000) and var wrong) throw new ConfigurationException($"--first {wrong} must be from 1 to 1000.");
                await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.Reader);
                var started = Stopwatch.GetTimestamp();
                var report = await ReplayProgress.ShowAsync("replaying", progress =>
                    ReplayCheck.RunAsync(new EventReader(source), parsed.GetValue(portfolio)!, PaperVenue.Factory, parsed.GetValue(first), progress, ct));
                if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(report, ReplayJson.Default.ReplayReport));
                else Show(report, Stopwatch.GetElapsedTime(started));
                return report.Differing > 0 ? Different : report.Stopped is not null ? Unchecked : Equal;
            }
            catch (Exception e) when (e is ConfigurationException or TapeException or NpgsqlException)
            {
                Terminal.Error($"The tape could not be checked: {e.Message}");
                return Unchecked;
            }
        });
        return command;
    }

    private static void Show(ReplayReport report, TimeSpan took)
    {
        var table = new Table().Border(TableBorder.Minimal).HideHeaders().AddColumns("", "");
        table.AddRow("inputs", $"{report.Inputs:N0} in {report.Batches:N0} batches, replayed in {took.TotalSeconds:0.0} s, up to event {report.Position:N0}");
        table.AddRow("events", $"{report.Events:N0} compared: stream, version, type, id, time, correlation, causation, data");
        table.AddRow("differing", $"{report.Differing:N0}");
        AnsiConsole.Write(table);
        foreach (var difference in report.First) Show(difference);
        if (report.Differing > report.First.Count) AnsiConsole.MarkupLineInterpolated($"and {report.Differing - report.First.Count:N0} more; --first shows more of them");
        if (report.Stopped is { } why) AnsiConsole.MarkupLineInterpolated($"[red]the check stopped there:[/] {why}");
        AnsiConsole.MarkupLine(report.Differing > 0 ? "[red]different[/]" : report.Stopped is null ? "[green]equal to the last byte[/]" : "[yellow]equal as far as it could be checked[/]");
    }

    private static void Show(EventDifference difference)
    {
        var where = difference.Position is { } at ? $"event {at}" : $"behind event {difference.Batch}";
        AnsiConsole.MarkupLineInterpolated($"[red]{where}[/] {difference.What} {(difference.Input.Length > 0 ? $"({difference.Input} of the batch at {difference.Batch})" : "")}");
        foreach (var field in difference.Fields.Take(ShownFields))
            AnsiConsole.MarkupLineInterpolated($"  {field.Path}: log {field.Expected ?? "nothing"}, replay {field.Found ?? "nothing"}");
        if (difference.Fields.Count > ShownFields) AnsiConsole.MarkupLineInterpolated($"  and {difference.Fields.Count - ShownFields} more members; --json has them, with both events in full");
    }
}

/// <summary>A bar on standard error while a tape is read.</summary>
internal static class ReplayProgress
{
    public static async Task<T> ShowAsync<T>(string title, Func<IProgress<(long Done, long Of)>, Task<T>> work)
    {
        T result = default!;
        await Terminal.Errors.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async drawing =>
        {
            var bar = drawing.AddTask(title, maxValue: 1);
            result = await work(new Progress<(long Done, long Of)>(p => bar.Value = p.Of == 0 ? 1 : (double)p.Done / p.Of));
            bar.Value = 1;
        });
        return result;
    }
}
