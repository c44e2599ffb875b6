using System.Diagnostics;
using System.Text.Json;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Tests.Running;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Backtesting.Tests.Sweeping;

/// <summary><c>est backtest sweep</c>, the real program.</summary>
public sealed class SweepProcessTests
{
    private static readonly string[] Sweep =
        ["backtest", "sweep", "--offline", "--days", "20", "--strategy", "ma-cross", "--venue", "participation=0.1", "--grid", "ma-cross.fast=3,8", "--grid", "ma-cross.slow=8..40:16", "--train", "10", "--test", "5", "--warm-up", "1"];

    [Fact]
    public async Task Killed_half_way_it_goes_on_and_ends_with_the_same_bytes()
    {
        using var folder = new OwnFolder();
        var whole = await RunAsync([.. Sweep, "--json", "--id", "killed", "--cores", "1", "--out", folder["whole"]]);
        Assert.True(whole.Code == 0, whole.Error);

        string[] arguments = [.. Sweep, "--json", "--id", "killed", "--cores", "3", "--checkpoint", "0.02", "--out", folder["killed"]];
        var killed = 0;
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            using var process = Process.Start(EstProcess.Command(new Dictionary<string, string?>(), arguments))!;
            while (!process.HasExited && (Files(BacktestResult.Name) < 2 * attempt || Files(RunCheckpoint.Name) == 0)) await Task.Delay(5);
            if (process.HasExited) break;
            process.Kill();
            await process.WaitForExitAsync();
            killed++;
        }

        Assert.True(killed > 0, "it was never killed half way");
        Assert.False(File.Exists(Path.Combine(folder["killed"], "sweep.json")));
        var again = await RunAsync(arguments);
        Assert.True(again.Code == 0, again.Error);
        OwnFolder.Same(folder["whole"], folder["killed"]);
        using var json = JsonDocument.Parse(again.Out);
        Assert.False(json.RootElement.GetProperty("wasThere").GetBoolean());
        Assert.Equal(json.RootElement.GetProperty("windows").GetArrayLength(), json.RootElement.GetProperty("ranking").GetArrayLength());

        int Files(string name)
        {
            var runs = Path.Combine(folder["killed"], "runs");
            return Directory.Exists(runs) ? Directory.GetDirectories(runs).Count(r => File.Exists(Path.Combine(r, name))) : 0;
        }
    }

    [Fact]
    public async Task A_table_in_a_pipe_is_plain_and_says_what_speaks_against_the_winner()
    {
        using var folder = new OwnFolder();
        string[] arguments = ["backtest", "sweep", "--offline", "--days", "3", "--strategy", "breakout", "--grid", "breakout.channel=10,20,40", "--top", "2", "--out", folder["a"]];
        var ended = await RunAsync(arguments);
        Assert.True(ended.Code == 0, ended.Error);
        Assert.DoesNotContain("\u001b", ended.Out + ended.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 3 combinations", ended.Out, StringComparison.Ordinal);
        Assert.Contains("warning: ", ended.Out, StringComparison.Ordinal);
        Assert.Contains("sweep.json", ended.Out, StringComparison.Ordinal);
        Assert.Contains("run before, nothing done", (await RunAsync(arguments)).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--grid breakout.chanel=10", "breakout has no parameter 'chanel'; there are channel, quantity")]
    [InlineData("--grid breakout.channel=10 --train 3", "--train and --test go together")]
    [InlineData("--grid breakout.channel=10 --anchored", "--anchored is of walk-forward")]
    [InlineData("--grid breakout.channel=10 --train 30 --test 2", "need 32 days; the data have 2")]
    [InlineData("--grid breakout.channel=10 --cores 0", "--cores 0 must be 1 to 1024")]
    [InlineData("--grid breakout.channel=10 --id a/b", "--id 'a/b' must be")]
    [InlineData("", "--grid")]
    public async Task What_is_wrong_is_said_before_anything_runs(string options, string says)
    {
        using var folder = new OwnFolder();
        var ended = await RunAsync(["backtest", "sweep", "--offline", "--days", "2", "--strategy", "breakout", "--out", folder["a"], .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, ended.Code);
        Assert.Contains(says, ended.Error.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["a"]));
    }

    private static Task<Ended> RunAsync(string[] arguments) => EstProcess.RunAsync(new Dictionary<string, string?> { ["NO_COLOR"] = null }, arguments);
}
