using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Backtests;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Strategies;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est backtest sweep</c></summary>
public static class BacktestSweepCommand
{
    private const string What = """
        run a portfolio with every combination of some settings, and rank them with what is left of each Sharpe ratio after so many tries

          est backtest sweep --strategy ma-cross --days 60 --grid ma-cross.fast=3,5,8 --grid ma-cross.slow=20..60:20
          est backtest sweep --strategy ma-cross --days 60 --grid ma-cross.fast=3,5,8 --train 30 --test 10 --warm-up 3

        The first asks which setting was best, and the best of many is always flattered. The second (walk-forward) asks what would have come of
        choosing the best of 30 days and trading it in the 10 after them, again and again: that record was not chosen, and can be believed more.
        Broken off and started again it goes on where it was.
        """;

    public static Command Create()
    {
        var (source, portfolio) = (new SourceOptions(), new BacktestPortfolio());
        var grid = new Option<string[]>("--grid") { Description = "AGENT.parameter=VALUE,VALUE or =FROM..TO:STEP; also voting.NAME, limits.NAME, venue.NAME as in est.json; given again, all are combined", Required = true };
        var train = new Option<int?>("--train") { Description = "walk-forward: days (of 24 hours, weekends too) in which the best combination is sought" };
        var test = new Option<int?>("--test") { Description = "days behind them in which it is then run" };
        var step = new Option<int?>("--step") { Description = "days from one window to the next, at least --test (default: --test)" };
        var anchored = new Option<bool>("--anchored") { Description = "every train period begins at the first day, and grows; else it rolls" };
        var from = new Option<string?>("--from") { Description = "trading begins: 2013-10-07 or 2013-10-07T13:30:00Z; the data's first day by default" };
        var to = new Option<string?>("--to") { Description = "last signal, the same form; a day is taken to its end (UTC)" };
        var warmUp = new Option<double>("--warm-up") { Description = "days before every period in which strategies only watch; without it they begin each test knowing nothing" };
        var benchmark = new Option<string?>("--benchmark") { Description = "instrument that the runs are measured against, such as SPY.ARCX" };
        var cores = new Option<int>("--cores") { Description = "runs at a time (default: as many as there are cores); changes nothing that comes out", DefaultValueFactory = _ => Environment.ProcessorCount };
        var keep = new Option<bool>("--keep") { Description = "every run keeps all its files, and gets tables and a report; else only its result" };
        var top = new Option<int>("--top") { Description = "combinations or windows that are shown, 1 to 1000; ranking.csv and windows.csv have all", DefaultValueFactory = _ => 20 };
        var id = new Option<string?>("--id") { Description = "name of the sweep (default: follows from data and plan)" };
        var output = new Option<string?>("--out") { Description = "folder of the sweep (default: sweeps/ID)" };
        var every = new Option<double>("--checkpoint") { Description = "seconds between checkpoints of a run; what breaks off goes on from the last one", DefaultValueFactory = _ => 10 };
        var offline = new Option<bool>("--offline") { Description = "tell neither the log nor NATS of the runs, even where they are configured" };
        var json = CommonOptions.Json();
        var command = new Command("sweep", What) { grid, train, test, step, anchored, from, to, warmUp, benchmark, cores, keep, top, id, output, every, offline, json };
        source.AddTo(command);
        portfolio.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            Within("--cores", parsed.GetValue(cores), SweepOptions.MaxCores);
            Within("--top", parsed.GetValue(top), 1_000);
            if (parsed.GetValue(every) is not (>= 0 and <= 86_400)) throw new ConfigurationException($"--checkpoint {parsed.GetValue(every)} must be 0 to 86400 seconds.");
            if (parsed.GetValue(id) is { } name && (!RunIdentity.IsId(name) || name.Length > Sweep.MaxIdLength)) throw new ConfigurationException($"--id '{name}' must be 1 to {Sweep.MaxIdLength} letters, digits, '-' and '_'.");
            var rule = Rule(parsed.GetValue(train), parsed.GetValue(test), parsed.GetValue(step), parsed.GetValue(anchored));
            var (data, strategies) = (source.Open(parsed), StrategyCatalog.Discover());
            var span = TradingSpan.Of(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(warmUp), data);
            var basis = BacktestConfiguration.Of(portfolio.Read(parsed, data), strategies, span.From, span.TradeFrom, span.Until, parsed.GetValue(benchmark));
            var watching = TimeSpan.FromDays(parsed.GetValue(warmUp));
            var swept = new SweptConfiguration(basis, strategies, [.. parsed.GetValue(grid)!.Select(GridAxis.Parse)], watching);
            var plan = swept.Plan();
            var print = await BacktestProgress.CountAsync(basis.Setup(data, strategies), ct);
            if (print is not { First: { } first, Last: { } last }) throw new ConfigurationException("The data set has no signal between --from and --to; look at the two, and at --data.");
            if (rule is not null) plan = plan with { WalkForward = rule, Windows = rule.Windows(span.From is null ? Midnight(first) + watching : span.TradeFrom ?? span.From.Value, last) };
            var sweep = RunIdentity.Of(parsed.GetValue(id), print, plan.Checked().ToJson(basis.ToJson()), basis.Seed(), BacktestRunCommand.Version());
            var folder = parsed.GetValue(output) ?? Path.Combine("sweeps", sweep.Id);

            await using var journal = parsed.GetValue(offline) ? new BacktestJournal(null, null, "", TimeProvider.System) : BacktestJournal.FromEnvironment(TimeProvider.System);
            var options = new SweepOptions(folder, parsed.GetValue(cores), parsed.GetValue(keep), TimeSpan.FromSeconds(parsed.GetValue(every)), basis.Statistics, basis.Benchmark);
            var (result, wasThere) = await BacktestProgress.ShowAsync(progress => Sweep.RunAsync(plan, sweep, options, Run, TimeProvider.System, progress, ct));
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(SweepSummary.Of(result, folder, wasThere, parsed.GetValue(top)), SweepSummaryJson.Default.SweepSummary));
            else SweepText.Write(result, folder, wasThere, parsed.GetValue(top));
            return 0;

            SweepRun Run(Combination combination, Period? period)
            {
                var (configuration, own) = (swept.Of(combination, period), source.Open(parsed));
                return new SweepRun(configuration.Setup(own, strategies), configuration.ToJson(), configuration.Seed())
                {
                    Begun = run => journal.StartedAsync(run, configuration, own.Name, ct), Completed = done => journal.CompletedAsync(done, ct),
                };
            }
        });
        return command;
    }

    private static WalkForwardRule? Rule(int? train, int? test, int? step, bool anchored)
    {
        if (train is { } learn && test is { } prove) return new WalkForwardRule(learn, prove, step ?? prove, anchored);
        if (train is not null || test is not null) throw new ConfigurationException("--train and --test go together: days to choose in, and days behind them to prove it. Give both, or neither.");
        if (step is not null || anchored) throw new ConfigurationException($"{(anchored ? "--anchored" : "--step")} is of walk-forward; give --train and --test with it.");
        return null;
    }

    private static void Within(string option, int value, int most)
    {
        if (value < 1 || value > most) throw new ConfigurationException($"{option} {value} must be 1 to {most}.");
    }

    private static Timestamp Midnight(Timestamp at) => new(at.Day * 86_400_000_000L);
}
