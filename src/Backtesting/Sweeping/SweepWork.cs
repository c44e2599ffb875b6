using EventSourcedTrading.Backtesting.Running;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>How far a sweep is.</summary>
/// <param name="Done">Runs that are complete.</param>
/// <param name="Of">Signals that all runs have together.</param>
public readonly record struct SweepProgress(int Done, int Runs, long Signals, long Of);

/// <param name="Name">Of its folder, and behind the sweep's in its id.</param>
/// <param name="Data">What it will see, so that not every run hashes it again.</param>
/// <param name="IsTest">Of a walk-forward's window.</param>
internal sealed record SweepTask(string Name, Combination Combination, Period? Period, DataFingerprint Data, bool IsTest);

/// <summary>Does the tasks of a sweep, a bounded number at a time.</summary>
internal sealed class SweepWork(RunIdentity sweep, SweepOptions options, SweepRunFactory runs, TimeProvider time, CancellationToken ct)
{
    private readonly Lock counting = new();
    private IProgress<SweepProgress>? progress;
    private SweepProgress reached;

    public SweepOptions Options => options;

    /// <summary>Name of the feed.</summary>
    public string Source { get; private set; } = "";

    private ParallelOptions Bound => new() { MaxDegreeOfParallelism = options.Cores, CancellationToken = ct };

    public string FolderOf(SweepTask task) => Path.Combine(options.Folder, "runs", task.Name);

    /// <summary>Says how much there is to do.</summary>
    public void Expect(int count, long signals, IProgress<SweepProgress>? to) => (progress, reached) = (to, new SweepProgress(0, count, 0, signals));

    /// <summary>One pass over the data of each period.</summary>
    public async Task<IReadOnlyDictionary<Period, DataFingerprint>> FingerprintsAsync(Combination any, IReadOnlyList<Period> periods)
    {
        var prints = new DataFingerprint[periods.Count];
        await Parallel.ForAsync(0, periods.Count, Bound, (i, stop) =>
        {
            prints[i] = DataFingerprint.Of(runs(any, periods[i]).Setup.Signals(), stop);
            return ValueTask.CompletedTask;
        });
        return periods.Zip(prints).ToDictionary(p => p.First, p => p.Second);
    }

    /// <summary>What came of each, in the order of the tasks, whichever ended first.</summary>
    public async Task<SweptRun[]> RunAsync(IReadOnlyList<SweepTask> tasks)
    {
        var done = new SweptRun[tasks.Count];
        await Parallel.ForAsync(0, tasks.Count, Bound, async (i, stop) => done[i] = await RunAsync(tasks[i], stop));
        return done;
    }

    private async Task<SweptRun> RunAsync(SweepTask task, CancellationToken stop)
    {
        var (run, folder) = (runs(task.Combination, task.Period), FolderOf(task));
        Source = run.Setup.Data.Name;
        var identity = RunIdentity.Of($"{sweep.Id}-{task.Name}", task.Data, run.Configuration.Span, run.Seed, sweep.CodeVersion);
        if (BacktestRun.Completed(folder, identity) is null) await run.Begun(identity);
        var kept = new RunOptions(folder, options.CheckpointEvery, options.Statistics, options.Benchmark, Documents: options.Keep);
        var seen = 0L;
        var (result, wasThere) = await BacktestRun.RunAsync(run.Setup, identity, kept, time, new InlineProgress<RunProgress>(p => Count(p.Signals, 0)), stop);
        // Complete and not trimmed: it broke off between the two, and nobody may have been told.
        if (!wasThere || (!options.Keep && SweepFiles.IsWhole(folder))) await run.Completed(result);
        if (!options.Keep) SweepFiles.Trim(folder, task.IsTest);
        Count(task.Data.Signals, 1);
        return SweptRun.Of(result);

        void Count(long signals, int runs)
        {
            lock (counting)
            {
                reached = reached with { Done = reached.Done + runs, Signals = reached.Signals + signals - seen };
                progress?.Report(reached);
            }

            seen = signals;
        }
    }
}
