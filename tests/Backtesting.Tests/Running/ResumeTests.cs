using System.Diagnostics;
using System.Text.Json;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>A run that breaks off, wherever, goes on from its last checkpoint and leaves the bytes of one that did not.</summary>
public sealed class ResumeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Broken_off_at_random_places_it_ends_as_one_that_was_not(int seed)
    {
        using var folder = new OwnFolder();
        var (random, data) = (new Random(seed), Runs.Simulated(2));
        var whole = await Runs.RunAsync(folder["whole"], data);
        var breaking = new Breaking(data);
        var at = 0L;
        var times = 0;
        while (true)
        {
            at += random.Next(500, 4_000);
            breaking.After = at;
            if (at >= whole.Signals) break;
            await Assert.ThrowsAsync<IOException>(() => BreakAsync(folder["broken"], breaking, at));
            times++;
            // What it had written behind the checkpoint is cut away; that may be anything.
            await File.AppendAllTextAsync(Path.Combine(folder["broken"], "equity.csv"), "half a li");
        }

        Assert.True(times > 1, $"seed {seed} broke it {times} times");
        breaking.After = null;
        var result = await Runs.RunAsync(folder["broken"], breaking);
        Assert.Equal(whole.DecisionDigest, result.DecisionDigest);
        OwnFolder.Same(folder["whole"], folder["broken"]);
    }

    [Fact]
    public async Task A_complete_run_is_not_run_again_and_other_data_are_another_run()
    {
        using var folder = new OwnFolder();
        var data = Runs.Simulated(1);
        var first = await Runs.RunAsync(folder["a"], data);
        var written = File.GetLastWriteTimeUtc(Path.Combine(folder["a"], "events.jsonl"));
        Assert.Equal(first.DecisionDigest, (await Runs.RunAsync(folder["a"], data)).DecisionDigest);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(folder["a"], "events.jsonl")));
        var refused = await Assert.ThrowsAsync<RunException>(() => Runs.RunAsync(folder["a"], Runs.Simulated(2)));
        Assert.Contains("data", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_killed_half_way_goes_on_and_ends_with_the_same_bytes()
    {
        using var folder = new OwnFolder();
        string[] arguments = ["backtest", "run", "--strategy", "breakout", "--strategy", "mean-reversion", "--venue", "participation=0.1", "--venue", "latencyMs=250", "--days", "60", "--offline", "--json", "--id", "killed", "--checkpoint", "0.05", "--out"];
        var whole = await EstProcess.RunAsync(new Dictionary<string, string?>(), [.. arguments, folder["whole"]]);
        Assert.True(whole.Code == 0, whole.Error);

        var checkpoint = Path.Combine(folder["killed"], RunCheckpoint.Name);
        var killed = 0;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var before = File.Exists(checkpoint) ? File.GetLastWriteTimeUtc(checkpoint) : default;
            using var process = Process.Start(EstProcess.Command(new Dictionary<string, string?>(), [.. arguments, folder["killed"]]))!;
            while (!process.HasExited && (!File.Exists(checkpoint) || File.GetLastWriteTimeUtc(checkpoint) == before)) await Task.Delay(5);
            if (process.HasExited) break;
            process.Kill();
            await process.WaitForExitAsync();
            if (File.Exists(checkpoint)) killed++;
        }

        Assert.True(killed > 0, "it was never killed behind a checkpoint");
        var again = await EstProcess.RunAsync(new Dictionary<string, string?>(), [.. arguments, folder["killed"]]);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(Digest(whole), Digest(again));
        OwnFolder.Same(folder["whole"], folder["killed"]);
    }

    [Fact]
    public async Task A_second_process_on_the_folder_is_refused_as_long_as_the_first_one_lives()
    {
        using var folder = new OwnFolder();
        string[] arguments = ["backtest", "run", "--strategy", "breakout", "--offline", "--out", folder["a"], "--days"];
        using var first = Process.Start(EstProcess.Command(new Dictionary<string, string?>(), [.. arguments, "600"]))!;
        try
        {
            while (!first.HasExited && !File.Exists(Path.Combine(folder["a"], "run.lock"))) await Task.Delay(5);
            Assert.False(first.HasExited, "it ended before it could be disturbed");
            var second = await EstProcess.RunAsync(new Dictionary<string, string?>(), [.. arguments, "1"]);
            Assert.False(first.HasExited, "it ended before it could be disturbed");
            Assert.True(second.Code == 2, $"{second}");
            Assert.Contains("is being written by another process; wait for it, or choose another --id or --out", second.Error.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
        }
        finally
        {
            first.Kill();
            await first.WaitForExitAsync();
        }

        // The lock went with its holder. The checkpoint, if there was time for one, is of other data.
        File.Delete(Path.Combine(folder["a"], RunCheckpoint.Name));
        var third = await EstProcess.RunAsync(new Dictionary<string, string?>(), [.. arguments, "1"]);
        Assert.True(third.Code == 0, $"{third}");
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-1")]
    [InlineData("1e300")]
    public async Task Seconds_between_checkpoints_that_are_none_are_refused(string seconds)
    {
        var ended = await EstProcess.RunAsync(new Dictionary<string, string?>(), "backtest", "run", "--strategy", "breakout", "--offline", "--days", "1", "--checkpoint", seconds);
        Assert.Equal(2, ended.Code);
        Assert.Contains("must be 0 to 86400 seconds", ended.Error, StringComparison.Ordinal);
    }

    private static string? Digest(Ended ended)
    {
        using var json = JsonDocument.Parse(ended.Out);
        return json.RootElement.GetProperty("decisionDigest").GetString();
    }

    /// <summary>The identity is that of the whole data: they are what they were, only the disk fails.</summary>
    private static async Task BreakAsync(string folder, Breaking data, long at)
    {
        data.After = null;
        var configuration = Runs.Configuration(data);
        var setup = configuration.Setup(data, Runs.Strategies);
        var run = RunIdentity.Of("test", DataFingerprint.Of(setup.Signals()), configuration.ToJson(), configuration.Seed(), "1");
        data.After = at;
        await BacktestRun.RunAsync(setup, run, new RunOptions(folder, TimeSpan.Zero, configuration.Statistics), TimeProvider.System);
    }
}
