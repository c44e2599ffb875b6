using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Backtesting.Tests.Running;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;

namespace EventSourcedTrading.Backtesting.Tests.Sweeping;

public sealed class SweepTests
{
    private static readonly WalkForwardRule Forward = new(3, 2, 2, Anchored: false);

    [Fact]
    public async Task The_number_of_cores_changes_not_a_byte()
    {
        using var folder = new OwnFolder();
        await Sweeps.RunAsync(folder["one"], Forward, cores: 1);
        await Sweeps.RunAsync(folder["many"], Forward, cores: 8);
        OwnFolder.Same(folder["one"], folder["many"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Broken_off_at_random_places_it_ends_with_the_bytes_of_one_that_was_not(int seed)
    {
        using var folder = new OwnFolder();
        var random = new Random(seed);
        var whole = await Sweeps.RunAsync(folder["whole"], Forward);
        var (disk, breaks, resumed) = (new Disk(), 0, 0);
        while (true)
        {
            disk.Left = random.Next(1_500, 6_000);
            try
            {
                var again = await Sweeps.RunAsync(folder["broken"], Forward, open: () => new Failing(Sweeps.Market(), disk), begun: _ => Begun());
                Assert.Equal(whole.Ranking.Select(t => t.DecisionDigest), again.Ranking.Select(t => t.DecisionDigest));
                break;
            }
            catch (IOException)
            {
                disk.Armed = false;
                Assert.True(++breaks < 100, $"seed {seed}: it never ends");
                resumed += Directory.GetFiles(folder["broken"], RunCheckpoint.Name, SearchOption.AllDirectories).Length;
            }
        }

        Assert.True(breaks > 1 && resumed > 0, $"seed {seed}: {breaks} breaks, {resumed} checkpoints to go on from");
        OwnFolder.Same(folder["whole"], folder["broken"]);

        Task Begun()
        {
            disk.Armed = true;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Each_period_sees_its_own_days_and_is_chosen_by_its_train_alone()
    {
        using var folder = new OwnFolder();
        var result = await Sweeps.RunAsync(folder["a"], Forward, keep: true);
        Assert.Equal(2, result.WalkForward!.Windows.Count);
        foreach (var window in result.WalkForward.Windows)
        {
            var trials = result.Ranking.Where(t => t.Window == window.Window.Number).ToList();
            Assert.Equal(3, trials.Count);
            Assert.Equal(trials.MaxBy(t => t.Sharpe)!.Name, window.Chosen);
            foreach (var trial in trials) Inside(trial.Run, window.Window.Train);
            Inside(window.TestRun, window.Window.Test);
        }

        void Inside(string run, Period period)
        {
            var path = Path.Combine(folder["a"], "runs", run["test-".Length..]);
            var times = File.ReadLines(Path.Combine(path, "equity.csv")).Skip(1).Select(l => Timestamp.Parse(l.Split(',')[0])).ToList();
            var days = Sweeps.Market().Read().Where(s => s.Time >= period.Begin && s.Time < period.End).Select(s => s.Time).Distinct().ToList();
            Assert.Equal(days, times);
            var seen = Sweeps.Market().Read().Where(s => s.Time >= period.Begin - TimeSpan.FromDays(1) && s.Time < period.End);
            Assert.Equal(DataFingerprint.Of(seen).Hash, BacktestRun.Read(path).DataHash);
            foreach (var decided in File.ReadLines(Path.Combine(path, "orders.csv")).Skip(1).Select(l => Timestamp.Parse(l.Split(',')[10]))) Assert.True(decided >= period.Begin && decided < period.End, $"{decided}");
        }
    }

    [Fact]
    public async Task A_closed_market_neither_teaches_nor_tests()
    {
        using var folder = new OwnFolder();
        var result = await Sweeps.RunAsync(folder["a"], new WalkForwardRule(2, 1, 1, Anchored: false), grid: ["ma-cross.fast=3"]);
        // Tests of Thursday 4 January to Tuesday 9: none of the weekend, and none of Monday, whose train would be the weekend.
        Assert.Equal(["2024-01-04", "2024-01-05", "2024-01-09"], result.WalkForward!.Windows.Select(w => $"{w.Window.Test.Begin.ToDateTime():yyyy-MM-dd}"));
        Assert.Equal(6, result.Plan.Windows.Count);
        var refused = await Assert.ThrowsAsync<RunException>(() => Sweeps.RunAsync(folder["b"], new WalkForwardRule(4, 2, 9, Anchored: false), grid: ["ma-cross.fast=3"]));
        Assert.Contains("No window has signals", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_combination_is_run_as_it_would_be_alone()
    {
        using var folder = new OwnFolder();
        var result = await Sweeps.RunAsync(folder["a"]);
        foreach (var trial in result.Ranking)
        {
            var portfolio = Sweeps.Portfolio(new Workers.Configuration.StrategyOptions("ma-cross", Parameters: trial.Parameters.ToDictionary(p => p.Key["ma-cross.".Length..], p => p.Value)));
            var alone = await Runs.RunAsync(folder[trial.Run], Sweeps.Market(), Runs.Configuration(Sweeps.Market(), portfolio));
            Assert.Equal((alone.DecisionDigest, alone.ConfigurationHash), (trial.DecisionDigest, trial.ConfigurationHash));
            Assert.Equal((alone.Statistics.Run.Sharpe, alone.Statistics.Run.NetProfit), (trial.Sharpe, trial.NetProfit));
        }
    }

    [Fact]
    public async Task A_complete_sweep_is_not_run_again_and_keeps_what_is_small()
    {
        using var folder = new OwnFolder();
        var (begun, told) = (0, 0);
        var first = await Sweeps.RunAsync(folder["a"], Forward, begun: Count(() => begun++), completed: _ => Count(() => told++)(null!), cores: 1);
        Assert.Equal((8, 8), (begun, told));
        var again = await Sweeps.RunAsync(folder["a"], Forward, begun: Count(() => begun++), completed: _ => Count(() => told++)(null!), cores: 1);
        Assert.Equal((8, 8), (begun, told));
        Assert.Equal(first.Ranking.Select(t => (t.Rank, t.Name, t.DecisionDigest, t.Sharpe, t.DeflatedSharpe)), again.Ranking.Select(t => (t.Rank, t.Name, t.DecisionDigest, t.Sharpe, t.DeflatedSharpe)));
        Assert.Equal(["plan.json", "ranking.csv", "sweep.json", "windows.csv"], Names(folder["a"]));
        Assert.Equal(["configuration.json", "result.json"], Names(Path.Combine(folder["a"], "runs", "w0001-00001")));
        Assert.Equal(["configuration.json", "equity.csv", "result.json", "trades.csv"], Names(Path.Combine(folder["a"], "runs", "w0001-test")));

        await Sweeps.RunAsync(folder["kept"], Forward, keep: true);
        Assert.Contains("report.html", Names(Path.Combine(folder["kept"], "runs", "w0001-00001")));
        OwnFolder.Same(folder["a"], folder["kept"]);

        static Func<RunIdentity, Task> Count(Action count) => _ =>
        {
            count();
            return Task.CompletedTask;
        };
    }

    [Fact]
    public async Task A_run_that_nobody_was_told_of_is_told_of_later()
    {
        using var folder = new OwnFolder();
        await Assert.ThrowsAsync<IOException>(() => Sweeps.RunAsync(folder["a"], cores: 1, completed: _ => throw new IOException("the log is away")));
        var told = new List<string>();
        await Sweeps.RunAsync(folder["a"], cores: 1, completed: r =>
        {
            told.Add(r.Id);
            return Task.CompletedTask;
        });
        Assert.Equal(["test-00001", "test-00002", "test-00004"], told);
    }

    [Fact]
    public async Task Another_plan_other_data_and_another_version_are_refused_with_the_mend()
    {
        using var folder = new OwnFolder();
        await Sweeps.RunAsync(folder["a"]);
        await RefusedAsync("its plan has the hash", () => Sweeps.RunAsync(folder["a"], grid: [Sweeps.Fast]));
        await RefusedAsync("its plan has the hash", () => Sweeps.RunAsync(folder["a"], Forward));
        await RefusedAsync("its data has the hash", () => Sweeps.RunAsync(folder["a"], seed: 2));
        await RefusedAsync("written by version 1 of the program; this is 2", () => Sweeps.RunAsync(folder["a"], version: "2"));
        await File.WriteAllTextAsync(Path.Combine(folder["a"], "plan.json"), "{");
        await RefusedAsync("cannot be read", () => Sweeps.RunAsync(folder["a"]));
        using var held = new FileStream(Path.Combine(folder["a"], "run.lock"), FileMode.Create, FileAccess.Write, FileShare.None);
        Assert.Contains("another process", (await Assert.ThrowsAsync<RunException>(() => Sweeps.RunAsync(folder["a"]))).Message, StringComparison.Ordinal);

        async Task RefusedAsync(string says, Func<Task> run)
        {
            var message = (await Assert.ThrowsAsync<RunException>(run)).Message;
            Assert.Contains(says, message, StringComparison.Ordinal);
            Assert.Contains("elete the folder", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Progress_ends_where_it_said_it_would()
    {
        using var folder = new OwnFolder();
        var told = new List<SweepProgress>();
        await Sweeps.RunAsync(folder["a"], Forward, cores: 4, progress: new Inline(told.Add));
        Assert.Equal((8, 8), (told[^1].Done, told[^1].Runs));
        Assert.Equal(told[^1].Of, told[^1].Signals);
        Assert.Equal(told.Order(Comparer<SweepProgress>.Create((a, b) => a.Signals.CompareTo(b.Signals))), told);
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private sealed class Inline(Action<SweepProgress> report) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => report(value);
    }

    /// <summary>One disk for all runs, which gives so many signals more and then none.</summary>
    private sealed class Disk
    {
        private int left;

        /// <summary>Only then does it count.</summary>
        public bool Armed { get; set; }

        public int Left { set => left = value; }

        public void Read()
        {
            if (Armed && Interlocked.Decrement(ref left) < 0) throw new IOException("the disk is gone");
        }
    }

    private sealed class Failing(IMarketDataSource data, Disk disk) : IMarketDataSource
    {
        public string Name => data.Name;
        public IReadOnlyList<Instrument> Instruments => data.Instruments;
        public Exclusions Exclusions => data.Exclusions;

        public IEnumerable<Signal> Read()
        {
            foreach (var signal in data.Read())
            {
                disk.Read();
                yield return signal;
            }
        }
    }
}
