using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Reports;
using EventSourcedTrading.Workers.Configuration;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est report</c></summary>
public static class ReportCommand
{
    public static Command Create()
    {
        var command = new Command("report", "what regulators ask for, made from the log alone; the same bytes again for the same checkpoint") { List() };
        foreach (var definition in ReportCatalogue.All) command.Add(Make(definition));
        return command;
    }

    private static Command List()
    {
        var json = CommonOptions.Json();
        var list = new Command("list", "the reports that there are") { json };
        list.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize([.. ReportCatalogue.All.Select(d => new ListedReport(d.Name, d.Title, d.Summary))], CliJson.Default.ListedReportArray));
                return 0;
            }

            var table = new Table().NoBorder().HideHeaders().AddColumn(new TableColumn("name").NoWrap().Padding(0, 0, 3, 0)).AddColumn("summary");
            foreach (var d in ReportCatalogue.All) table.AddRow(new Text(d.Name), new Text(d.Summary));
            AnsiConsole.Write(table);
            return 0;
        });
        return list;
    }

    private static Command Make(ReportDefinition definition)
    {
        var portfolio = new Option<string?>("--portfolio") { Description = "one portfolio; all by default" };
        var from = new Option<string?>("--from") { Description = "first moment by time of recording, such as 2026-11-01T00:00:00Z or 2026-11-01; the log's beginning by default" };
        var to = new Option<string?>("--to") { Description = "first moment after the period, the same form; the newest event by default" };
        var size = new Option<long?>("--size") { Description = "make it from the first so many events, to have an earlier report again" };
        var format = new Option<ReportFormat>("--format") { Description = "json, csv or html", DefaultValueFactory = _ => ReportFormat.Html };
        var output = new Option<string?>("--out") { Description = "file, or for csv folder (default: REPORT-SIZE in the current folder)" };
        var withNames = new Option<bool>("--with-names") { Description = "append a table of whom the references mean; it is no part of what is reproducible" };
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command(definition.Name, definition.Summary) { portfolio, from, to, size, format, output, withNames, json, database };
        command.SetAction(async (parsed, ct) =>
        {
            var (one, begin, end) = (parsed.GetValue(portfolio), Moment("--from", parsed.GetValue(from)), Moment("--to", parsed.GetValue(to)));
            if (begin >= end) throw new ConfigurationException($"--from {begin} must be before --to {end}: the period has its beginning and not its end.");
            if (one is not null && !PortfolioId.IsWellFormed(one)) throw new ConfigurationException($"--portfolio '{one}' must be 1 to {PortfolioId.MaxLength} lower-case letters, digits and '-'.");
            await using var source = StoreConnection.Open(CommonOptions.Platform(null, parsed.GetValue(database)).Postgres, StoreRole.Reader);
            var reader = new EventReader(source);
            var checkpoint = await ReportCheckpoint.ReadAsync(source, reader, parsed.GetValue(size), ct);
            if (one is not null && await reader.StreamVersionAsync($"portfolio-{one}", ct) == 0)
            {
                Terminal.Error($"there is no portfolio '{one}' in the log; leave --portfolio out for all that there are.");
                return Root.NotFound;
            }

            var report = await MakeAsync(definition, new ReportScope(one, begin, end, checkpoint), reader, ReportCheckpoint.Prover(source, checkpoint, ct), ct);
            if (parsed.GetValue(withNames)) report = PersonNames.Append(report, await People.NamesAsync(People.Of(source), PersonNames.TextOf(report), ct));
            var files = ReportFiles.Write(report, parsed.GetValue(format), parsed.GetValue(output) ?? ReportFiles.DefaultName(report, parsed.GetValue(format)));
            Say(report, files, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static async Task<Report> MakeAsync(ReportDefinition definition, ReportScope scope, EventReader reader, Func<long, ValueTask<string>>? prove, CancellationToken ct)
    {
        if (!Terminal.Errors.Profile.Capabilities.Interactive) return await ReportMaking.MakeAsync(definition, scope, reader, prove, ct: ct);
        Report? report = null;
        await Terminal.Errors.Progress().StartAsync(async drawing =>
        {
            var bar = drawing.AddTask($"reading the log for {definition.Name}", maxValue: Math.Max(1, scope.Checkpoint.Size));
            report = await ReportMaking.MakeAsync(definition, scope, reader, prove, progress: new InlineProgress<long>(seq => bar.Value = seq), ct: ct);
            bar.Value = bar.MaxValue;
        });
        return report!;
    }

    private static void Say(Report report, IReadOnlyList<string> files, bool json)
    {
        var checkpoint = report.Scope.Checkpoint;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new WrittenReport(
                    report.Name, (int)report.Rows, [.. report.Tables.Select(t => new WrittenTable(t.Name, t.Rows.Count))], report.RowsSha256, $"{checkpoint.Size}", checkpoint.RootBase64,
                    checkpoint.SignedNote is not null, [.. files]),
                CliJson.Default.WrittenReport));
            return;
        }

        foreach (var table in report.Tables) Console.WriteLine($"{table.Rows.Count,10} {table.Name}");
        Console.WriteLine($"{report.Rows,10} rows, SHA-256 {report.RowsSha256}, from the first {checkpoint.Size} events of the log{(checkpoint.SignedNote is null ? " (checkpoint not signed)" : "")}");
        foreach (var file in files) Console.WriteLine(file);
    }

    private static Timestamp? Moment(string option, string? text)
    {
        if (text is null) return null;
        var whole = DateOnly.TryParseExact(text, "yyyy-MM-dd", out _) ? $"{text}T00:00:00Z" : text;
        return Timestamp.TryParse(whole, out var moment) ? moment
            : throw new ConfigurationException($"{option} '{text}' must be a time with its offset, such as 2026-11-01T00:00:00Z, or a day, such as 2026-11-01, which begins at midnight UTC.");
    }
}

internal sealed record ListedReport(string Name, string Title, string Summary);

internal sealed record WrittenTable(string Name, int Rows);

internal sealed record WrittenReport(
    string Report, int Rows, IReadOnlyList<WrittenTable> Tables, string RowsSha256, string CheckpointSize, string CheckpointRoot, bool CheckpointSigned, IReadOnlyList<string> Files);
