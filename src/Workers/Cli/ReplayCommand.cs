using System.CommandLine;
using EventSourcedTrading.Backtesting.Running;
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
            await new FeedPublisher(platform, data).RunAsync(parsed.GetValue(speed), !parsed.GetValue(alone), new InlineProgress<FeedProgress>(p => last = p), ct);
            if (parsed.GetValue(json)) Console.WriteLine($$"""{"feed":"{{data.Name}}","published":"{{last.Published}}","time":"{{last.Time}}"}""");
            else Terminal.Errors.MarkupLineInterpolated($"published {last.Published} signals of {data.Name} up to {last.Time.ToString()}");
            ExclusionNote.Write(data.Exclusions);
            return 0;
        });
        return command;
    }
}
