using System.CommandLine;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using EventSourcedTrading.Workers.Diagnostics.Checks;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est check-env</c></summary>
internal static class CheckEnvCommand
{
    private const string Description = """
        look at everything that the platform rests on: servers, versions, permissions, keys, clock, disk, ports; changes nothing

        Examples:
          est check-env                     what was found, what is needed, and the mend of what is not so
          est check-env --wait 30           give servers that are starting half a minute
          est check-env --problems          only what is not as it should be
          est check-env --json              for programs

        Exit codes: 0 nothing failed (there may be warnings), 1 something did, 3 a server is away.
        """;

    private const int LongestWait = 3_600;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var wait = new Option<int>("--wait") { Description = $"seconds to look again while something fails, 0 to {LongestWait}" };
        var problems = new Option<bool>("--problems") { Description = "leave out what is as it should be" };
        return PlatformCommand.Create("check-env", Description, [wait, problems], async (parsed, view, json, ct) =>
        {
            if (parsed.GetValue(wait) is < 0 or > LongestWait) throw new ConfigurationException($"--wait {parsed.GetValue(wait)} must be 0 to {LongestWait} seconds.");
            var report = await UntilAsync(view, TimeSpan.FromSeconds(parsed.GetValue(wait)), ct);
            var shown = parsed.GetValue(problems) ? report with { Checks = [.. report.Checks.Where(c => c.State is CheckState.Warning or CheckState.Failed)] } : report;
            if (json) DiagnosticsJson.Print(shown);
            else Show(shown, report);
            return report.Failed == 0 ? 0 : report.Checks.Any(c => c is { State: CheckState.Failed, What: Check.Reachable }) ? Root.Unavailable : Root.Failed;
        });
    }

    private static async Task<CheckReport> UntilAsync(PlatformView view, TimeSpan patience, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // A new view each time: a pool or a connection that failed must not colour the next look.
            await using var fresh = new PlatformView(view.Options, view.ConfigFile);
            var report = await EnvironmentChecks.RunAsync(fresh, ct);
            if (report.Failed == 0 || TimeProvider.System.GetElapsedTime(began) + Pause > patience) return report;
            await Task.Delay(Pause, ct);
        }
    }

    private static void Show(CheckReport shown, CheckReport whole)
    {
        if (shown.Checks.Count > 0)
        {
            var table = PlatformCommand.Table("", "part", "check", "found", "needed");
            foreach (var c in shown.Checks)
            {
                var (mark, colour) = Mark(c.State);
                table.AddRow([$"[{colour}]{mark}[/]", .. new[] { c.Part, c.What, c.Found, c.Needed }.Select(Markup.Escape)]);
            }

            AnsiConsole.Write(table);
            foreach (var c in shown.Checks.Where(c => c.Mend is not null))
            {
                var (mark, colour) = Mark(c.State);
                AnsiConsole.MarkupLineInterpolated($"[{colour}]{mark}[/] {c.Part}, {c.What}: {c.Mend}");
            }
        }

        Console.WriteLine($"{whole.Checks.Count} checks: {whole.Failed} failed, {whole.Warnings} warnings");
    }

    private static (string Mark, string Colour) Mark(CheckState state) => state switch
    {
        CheckState.Ok => ("ok", "green"),
        CheckState.Warning => ("warning", "yellow"),
        CheckState.Failed => ("FAILED", "red"),
        _ => ("skipped", "dim"),
    };
}
