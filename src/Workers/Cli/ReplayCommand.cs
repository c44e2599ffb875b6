using System.CommandLine;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Csv;
using EventSourcedTrading.MarketData.Lean;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Feeds;
using EventSourcedTrading.Workers.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est replay</c></summary>
public static class ReplayCommand
{
    public static Command Create()
    {
        var source = new SourceOptions();
        var speed = new Option<double>("--speed") { Description = "times the market's own speed; 0 for as fast as it is consumed" };
        var alone = new Option<bool>("--no-wait") { Description = "do not keep within a bound of the engines that consume" };
        var (log, json) = (CommonOptions.Log(), CommonOptions.Json());
        var command = new Command("replay", "publish a data set as signals, exactly once; started again it goes on where it was. Below: what happened, run again")
        {
            speed, alone, log, json, ReplayCheckCommand.Create(), ReplayWhatIfCommand.Create(),
        };
        source.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var data = source.Open(parsed);
            using var logs = CommonOptions.Logs(parsed.GetValue(log));
            await using var platform = await Platform.StartAsync(PlatformOptions.Load(null), logs, TimeProvider.System, ct);
            var last = default(FeedProgress);
            await new FeedPublisher(platform, data).RunAsync(parsed.GetValue(speed), !parsed.GetValue(alone), new Inline(p => last = p), ct);
            if (parsed.GetValue(json)) Console.WriteLine($$"""{"feed":"{{data.Name}}","published":"{{last.Published}}","time":"{{last.Time}}"}""");
            else Terminal.Errors.MarkupLineInterpolated($"published {last.Published} signals of {data.Name} up to {last.Time.ToString()}");
            return 0;
        });
        return command;
    }

    /// <summary>Reports on the caller's thread: the order of reports is the order of events.</summary>
    internal sealed class Inline(Action<FeedProgress> report) : IProgress<FeedProgress>
    {
        public void Report(FeedProgress value) => report(value);
    }
}

/// <summary>The options that name a data set.</summary>
public sealed class SourceOptions
{
    private readonly Option<string?> data = new("--data") { Description = "folder in LEAN's layout, or a CSV file; without it the seeded simulator" };
    private readonly Option<ulong> seed = new("--seed") { Description = "seed of the simulator", DefaultValueFactory = _ => 1UL };
    private readonly Option<int> days = new("--days") { Description = "trading days that the simulator makes", DefaultValueFactory = _ => 5 };
    private readonly Option<LeanResolution> resolution = new("--resolution") { Description = "second, minute or daily, for LEAN folders", DefaultValueFactory = _ => LeanResolution.Minute };
    private readonly Option<string?> symbols = new("--symbols") { Description = "comma-separated, for LEAN folders; all equities by default" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[data, seed, days, resolution, symbols]) command.Add(option);
    }

    /// <exception cref="ConfigurationException">There is no such folder or file.</exception>
    public IMarketDataSource Open(ParseResult parsed)
    {
        if (parsed.GetValue(data) is not { } path) return new SimulatedMarket(new SimulationOptions { Seed = parsed.GetValue(seed), Days = parsed.GetValue(days) });
        if (File.Exists(path)) return new CsvDataSet(new CsvOptions { Files = [path] });
        if (!Directory.Exists(path)) throw new ConfigurationException($"--data {path}: there is no such folder or file. Give a folder in LEAN's layout, a CSV file, or leave it out for the simulator.");
        return new LeanDataSet(new LeanOptions
        {
            Path = path, Resolution = parsed.GetValue(resolution), Assets = LeanAssets.Equity, RegularHoursOnly = true,
            Symbols = parsed.GetValue(symbols)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            BadData = BadDataPolicy.Exclude,
        });
    }
}
