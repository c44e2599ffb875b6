using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Configuration;
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
        var broker = new Option<string?>("--fake-broker") { Description = "a fake broker that takes the orders: alpaca=http://127.0.0.1:PORT or ibkr=…, as `est broker fake` prints the address; Alpaca's keys in APCA_API_KEY_ID and APCA_API_SECRET_KEY" };
        var json = CommonOptions.Json();
        var log = new Option<LogLevel>("--log") { Description = "least severity of what is logged", DefaultValueFactory = _ => LogLevel.Warning };
        var command = new Command("demo", "a trading session end to end: three strategies, a vote, risk, paper fills, profit, and one order explained") { speed, artifacts, broker, json, log };
        source.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var fake = parsed.GetValue(broker) is { } named ? FakeBroker.Parse(named) : null;
            using var priced = fake is null ? null : new FakeBrokerMarket(source.Open(parsed), fake.Address);
            var data = (IMarketDataSource?)priced ?? source.Open(parsed);
            using var logs = CommonOptions.Logs(parsed.GetValue(log));
            var session = new DemoSession(data, parsed.GetValue(speed), Path.Combine(parsed.GetValue(artifacts)!, "demo"), logs, fake);
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
