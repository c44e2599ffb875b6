using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Workers.Backtests;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Strategies;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est backtest run</c></summary>
public static class BacktestRunCommand
{
    public static Command Create()
    {
        var (source, portfolio) = (new SourceOptions(), new BacktestPortfolio());
        var from = new Option<string?>("--from") { Description = "trading begins: 2013-10-07 or 2013-10-07T13:30:00Z; the data's first signal by default" };
        var to = new Option<string?>("--to") { Description = "last signal, the same form; a day is taken to its end (UTC)" };
        var warmUp = new Option<double>("--warm-up") { Description = "days before --from, or after the first signal, in which strategies only watch" };
        var benchmark = new Option<string?>("--benchmark") { Description = "instrument that the run is measured against, such as SPY.ARCX" };
        var id = new Option<string?>("--id") { Description = "name of the run (default: follows from data, configuration and seed)" };
        var output = new Option<string?>("--out") { Description = "folder of the run (default: runs/ID)" };
        var through = new Option<Through>("--through") { Description = "process, or nats: real subjects and workers on a database of their own; the two must decide the same" };
        var every = new Option<double>("--checkpoint") { Description = "seconds between checkpoints; what breaks off goes on from the last one", DefaultValueFactory = _ => 10 };
        var offline = new Option<bool>("--offline") { Description = "tell neither the log nor NATS of it, even where they are configured" };
        var log = new Option<LogLevel>("--log") { Description = "least severity of what is logged", DefaultValueFactory = _ => LogLevel.Warning };
        var json = CommonOptions.Json();
        var command = new Command("run", "run a portfolio over a data set; broken off and started again it goes on where it was") { from, to, warmUp, benchmark, id, output, through, every, offline, log, json };
        source.AddTo(command);
        portfolio.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var (data, strategies) = (source.Open(parsed), StrategyCatalog.Discover());
            var span = TradingSpan.Of(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(warmUp), data);
            var configuration = BacktestConfiguration.Of(portfolio.Read(parsed, data), strategies, span.From, span.TradeFrom, span.Until, parsed.GetValue(benchmark));
            var seed = configuration.Seed();
            var setup = configuration.Setup(data, strategies);
            var print = await BacktestProgress.CountAsync(setup, ct);
            if (print.Signals == 0) throw new ConfigurationException("The data set has no signal between --from and --to; look at the two, and at --data.");
            if (parsed.GetValue(every) is not (>= 0 and <= 86_400)) throw new ConfigurationException(FormattableString.Invariant($"--checkpoint {parsed.GetValue(every)} must be 0 to 86400 seconds."));
            if (parsed.GetValue(id) is { } name && !RunIdentity.IsId(name)) throw new ConfigurationException($"--id '{name}' must be 1 to {RunIdentity.MaxIdLength} letters, digits, '-' and '_'.");
            var run = RunIdentity.Of(parsed.GetValue(id), print, configuration.ToJson(), seed, Version());
            var folder = parsed.GetValue(output) ?? Path.Combine("runs", run.Id);
            var options = new RunOptions(folder, TimeSpan.FromSeconds(parsed.GetValue(every)), configuration.Statistics, configuration.Benchmark);

            string? told = null;
            using var logs = CommonOptions.Logs(parsed.GetValue(log));
            var overNats = parsed.GetValue(through) == Through.Nats ? new BacktestOverNats(PlatformOptions.Load(null), configuration, data, run, logs) : null;
            await using var journal = parsed.GetValue(offline) ? new BacktestJournal(null, null, "", TimeProvider.System) : BacktestJournal.FromEnvironment(TimeProvider.System);
            if (BacktestRun.Completed(folder, run) is null) await journal.StartedAsync(run, configuration, data.Name, ct);
            if (overNats is not null) told = await BacktestProgress.ShowAsync("through NATS", progress => overNats.RunAsync(progress, ct));
            var (result, wasThere) = await BacktestProgress.ShowAsync("in process", progress => BacktestRun.RunAsync(setup, run, options, TimeProvider.System, progress, ct));
            if (!wasThere) await journal.CompletedAsync(result, ct);
            if (overNats is not null && told == result.DecisionDigest) await overNats.ForgetAsync(result, ct);

            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(BacktestSummary.Of(result, folder, told, wasThere), CliJson.Default.BacktestSummary));
            else BacktestSummary.Write(result, folder, told, wasThere);
            ExclusionNote.Write(data.Exclusions, Path.Combine(folder, ExcludedData.Name));
            if (told is null || told == result.DecisionDigest) return 0;
            Terminal.Error($"the two ways decided otherwise: {told} through NATS, {result.DecisionDigest} in process. The log of the former is in database {overNats!.Database}.");
            return Root.Failed;
        });
        return command;
    }

    /// <summary>The build's own, so that a run is never gone on with by other code of the same version.</summary>
    internal static string Version() =>
        $"{Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0"}";

    private enum Through { Process, Nats }
}
