using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EventSourcedTrading.Integration;

/// <summary>The agent of docs/samples, in a language that knows nothing of ours, trades through the running platform.</summary>
public sealed class SampleAgentTests
{
    private const string Name = "uptick-py@1.0.0";

    private static string Here([CallerFilePath] string path = "") => path;

    [Fact]
    public async Task An_agent_in_python_is_heard_answered_and_waited_for()
    {
        Assert.SkipUnless(HasPython(), "python3 is not installed");
        var market = new Market();
        await using var world = await World.CreateAsync(market.Portfolio(Name));
        var running = await world.StartAsync("engine");
        await running.UntilAsync("engine main", "running");
        using var agent = Start(world);
        try
        {
            var said = agent.StandardOutput;
            Assert.Equal("listening", await said.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            foreach (var bid in (decimal[])[100m, 101m, 101m, 99m]) market.Quote(bid, bid + 0.02m);
            await world.FeedAsync(market);

            // Rounds wait for it: without its progress nothing would be decided for ten minutes.
            await world.UntilDecidedAsync(Market.Time(4));
            Assert.Contains("approved", await said.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
            Assert.Contains("approved", await said.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
            Assert.Equal(2, await world.CountAsync("order_approved"));
            Assert.Equal("the mid price went from 100.01 to 101.01", await world.AskAsync<string>(
                "select data->'intent'->>'rationale' from events.mt_events where type = 'intent_received' order by seq_id limit 1"));
            Assert.Equal(["buy", "sell"], (await world.AskAsync<string[]>(
                "select array_agg(data->'intent'->>'side' order by seq_id) from events.mt_events where type = 'intent_received' and data->'intent'->>'agent' = $1", Name))!);
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync();
        }

        Assert.Equal("", await agent.StandardError.ReadToEndAsync());
    }

    private static Process Start(World world)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(Path.GetDirectoryName(Here())!, "../../docs/samples/agent.py"), "main", Name])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["EST_NATS"] = world.Options.Nats, ["EST_PREFIX"] = world.Options.Prefix },
        };
        return Process.Start(start)!;
    }

    private static bool HasPython()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["--version"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
