using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.Workers.Demo;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est demo</c></summary>
public static class DemoCommand
{
    public static Command Create()
    {
        var source = new SourceOptions();
        var speed = new Option<double>("--speed") { Description = "times the market's own speed; 0 for as fast as it is consumed" };
        var artifacts = new Option<string>("--artifacts") { Description = "folder for demo.json", DefaultValueFactory = _ => "artifacts" };
        var json = CommonOptions.Json();
        var log = new Option<LogLevel>("--log") { Description = "least severity of what is logged", DefaultValueFactory = _ => LogLevel.Warning };
        var command = new Command("demo", "a trading session end to end: three strategies, a vote, risk, paper fills, profit, and one order explained") { speed, artifacts, json, log };
        source.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var data = source.Open(parsed);
            using var logs = CommonOptions.Logs(parsed.GetValue(log));
            var session = new DemoSession(data, parsed.GetValue(speed), Path.Combine(parsed.GetValue(artifacts)!, "demo"), logs);
            var figures = await session.RunAsync(ct);
            Directory.CreateDirectory(parsed.GetValue(artifacts)!);
            var file = Path.Combine(parsed.GetValue(artifacts)!, "demo.json");
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(figures, CliJson.Default.DemoFigures) + "\n", ct);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(figures, CliJson.Default.DemoFigures));
            else await session.ShowAsync(figures, file, ct);
            ExclusionNote.Write(data.Exclusions);
            return figures.Complaint is null ? 0 : Root.Failed;
        });
        return command;
    }
}
