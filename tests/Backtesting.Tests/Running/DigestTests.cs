using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.MarketData;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>In process it is decided as it is live: the digests are those that <c>make demo</c> prints.</summary>
public sealed class DigestTests
{
    [Fact]
    public async Task A_week_of_the_simulator_is_decided_as_in_the_demonstration() =>
        Assert.StartsWith("5af1a9745de7e450", await OfAsync(Runs.Simulated(5)), StringComparison.Ordinal);

    [Fact]
    public async Task A_week_of_LEAN_is_decided_as_in_the_demonstration() =>
        Assert.StartsWith("ea721a2d5da1d23f", await OfAsync(Runs.LeanMinutes(Statistics.Lean.Folder)), StringComparison.Ordinal);

    [Fact]
    public async Task A_run_with_its_folder_has_the_digest_of_one_without_and_a_second_one_that_of_the_first()
    {
        using var folder = new OwnFolder();
        var data = Runs.Simulated(1);
        var first = await Runs.RunAsync(folder["a"], data);
        Assert.Equal(await OfAsync(data), first.DecisionDigest);
        await Runs.RunAsync(folder["b"], data);
        OwnFolder.Same(folder["a"], folder["b"]);
    }

    private static async Task<string> OfAsync(IMarketDataSource data)
    {
        using var digest = new DecisionDigest();
        await Backtest.RunAsync(Runs.Configuration(data).Setup(data, Runs.Strategies), Take);
        return digest.Current();

        void Take(PortfolioEngine engine)
        {
            foreach (var e in engine.Record.Events) digest.Add(e.Stream, EventJson.AliasOf(e.Event), EventJson.Serialize(e.Event));
        }
    }
}
