using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>One run of a sweep, ready to begin.</summary>
/// <param name="Setup">With fresh strategies, and a data source of its own: several are read at once.</param>
/// <param name="Configuration">JSON as UTF-8.</param>
/// <param name="Seed">Of the venue's draws.</param>
public sealed record SweepRun(BacktestSetup Setup, ReadOnlyMemory<byte> Configuration, long Seed)
{
    /// <summary>Called before it begins, and again before it goes on.</summary>
    public Func<RunIdentity, Task> Begun { get; init; } = _ => Task.CompletedTask;

    /// <summary>Called when it is complete.</summary>
    public Func<BacktestResult, Task> Completed { get; init; } = _ => Task.CompletedTask;
}

/// <summary>Puts a run together.</summary>
/// <param name="period">In which it trades; null for all the data.</param>
public delegate SweepRun SweepRunFactory(Combination combination, Period? period);

/// <summary>How a sweep is run and kept; nothing of it changes what comes out.</summary>
/// <param name="Folder">Of this sweep alone; made if it is not there.</param>
/// <param name="Cores">Runs at a time, 1 to <see cref="MaxCores"/>.</param>
/// <param name="Keep">Every run keeps all its files, and gets its tables and report.</param>
/// <param name="CheckpointEvery">Wall-clock time between the checkpoints of each run.</param>
public sealed record SweepOptions(string Folder, int Cores, bool Keep, TimeSpan CheckpointEvery, StatisticsOptions Statistics, string? Benchmark = null)
{
    public const int MaxCores = 1_024;
}

/// <summary>
/// Runs every combination of a plan, each in a folder of its own, several at a time. Broken off, by whatever, and started again, it goes on
/// where each run was, and ends with the very bytes of one that was not; the number of cores changes nothing but the time that it takes.
/// </summary>
public static class Sweep
{
    /// <summary>Longest id; those of its runs are longer.</summary>
    public const int MaxIdLength = 44;

    /// <param name="sweep">Of all the data, and of <see cref="SweepPlan.ToJson"/>.</param>
    /// <returns>The result, and whether it was there already.</returns>
    /// <exception cref="RunException">The folder has another sweep, or no window has data.</exception>
    public static async Task<(SweepResult Result, bool WasThere)> RunAsync(
        SweepPlan plan, RunIdentity sweep, SweepOptions options, SweepRunFactory runs, TimeProvider time, IProgress<SweepProgress>? progress = null, CancellationToken ct = default)
    {
        Directory.CreateDirectory(options.Folder);
        using var turn = BacktestRun.Turn(options.Folder);
        SweepFiles.Claim(options.Folder, sweep, plan);
        if (SweepResult.Read(options.Folder) is { } done) return (done, true);
        var work = new SweepWork(sweep, options, runs, time, ct);
        var result = plan.WalkForward is null
            ? await WholeAsync(plan, sweep, work, progress) : await ForwardAsync(plan, sweep, work, progress);
        SweepTables.Write(options.Folder, result);
        result.Save(options.Folder);
        return (result, false);
    }

    private static async Task<SweepResult> WholeAsync(SweepPlan plan, RunIdentity sweep, SweepWork work, IProgress<SweepProgress>? progress)
    {
        work.Expect(plan.Combinations.Count, plan.Combinations.Count * sweep.Data.Signals, progress);
        var done = await work.RunAsync([.. plan.Combinations.Select(c => new SweepTask($"{c.Number:D5}", c, null, sweep.Data, false))]);
        var ranking = SweepTrial.Ranked(plan.Axes, plan.Combinations, done, window: null);
        return Result(plan, sweep, work, ranking, null, [.. Warnings(ranking[0])]);
    }

    private static async Task<SweepResult> ForwardAsync(SweepPlan plan, RunIdentity sweep, SweepWork work, IProgress<SweepProgress>? progress)
    {
        var data = await work.FingerprintsAsync(plan.Combinations[0], [.. plan.Windows.SelectMany(w => (Period[])[w.Train, w.Test]).Distinct()]);
        // A market that was closed, as on a weekend, can neither teach nor test.
        var windows = plan.Windows.Where(w => data[w.Train].Last >= w.Train.Begin && data[w.Test].Last >= w.Test.Begin).ToList();
        if (windows.Count == 0) throw new RunException("No window has signals in both its train and its test period; take longer ones with --train and --test.");
        work.Expect(windows.Count * (plan.Combinations.Count + 1), windows.Sum(w => (data[w.Train].Signals * plan.Combinations.Count) + data[w.Test].Signals), progress);

        var trained = await work.RunAsync([.. windows.SelectMany(w => plan.Combinations.Select(c => new SweepTask($"w{w.Number:D4}-{c.Number:D5}", c, w.Train, data[w.Train], false)))]);
        var ranked = windows.Select((w, i) => SweepTrial.Ranked(plan.Axes, plan.Combinations, [.. trained.Skip(i * plan.Combinations.Count).Take(plan.Combinations.Count)], w.Number)).ToList();
        var byName = plan.Combinations.ToDictionary(c => c.Name, StringComparer.Ordinal);
        List<SweepTask> tests = [.. windows.Zip(ranked, (w, trials) => new SweepTask($"w{w.Number:D4}-test", byName[trials[0].Name], w.Test, data[w.Test], true))];
        var tested = await work.RunAsync(tests);

        var outcomes = windows.Select((w, i) => Outcome(w, ranked[i][0], tests[i].Combination, tested[i])).ToList();
        var chained = PerformanceStatistics.Of(
            ChainedRuns.Curve(tests.Zip(tested, (test, run) => (work.FolderOf(test), run.Statistics))), ChainedRuns.Trips(tests.Select(work.FolderOf)), work.Options.Statistics);
        var forward = WalkForward.Of(plan.Axes, outcomes, chained);
        return Result(plan, sweep, work, [.. ranked.SelectMany(r => r)], forward, [.. forward.Warnings()]);
    }

    private static WindowOutcome Outcome(Window window, SweepTrial train, Combination chosen, SweptRun test) => new(
        window, chosen.Name, chosen.Values, train.Sharpe, train.DeflatedSharpe, train.TotalReturn, test.Id, test.DecisionDigest, test.Statistics.Sharpe, test.Statistics.TotalReturn,
        test.Statistics.Drawdown.Depth, test.Statistics.NetProfit, test.Statistics.Trades.Count);

    private static IEnumerable<string> Warnings(SweepTrial best)
    {
        if (best.Sharpe <= 0) yield return "even the best combination has no Sharpe ratio above zero: there is nothing to choose from";
        else if (best.Warning is { } warning) yield return $"{best.Name}: {warning}";
    }

    private static SweepResult Result(SweepPlan plan, RunIdentity sweep, SweepWork work, IReadOnlyList<SweepTrial> ranking, WalkForward? forward, IReadOnlyList<string> warnings) =>
        new(sweep.Id, work.Source, sweep.Data.Hash, sweep.ConfigurationHash, sweep.CodeVersion, plan, ranking, forward, warnings);
}
