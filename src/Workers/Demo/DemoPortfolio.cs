using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>
/// The desk of the demonstration: a million dollars, three strategies, a vote by confidence, and limits that are tight enough to be
/// met now and then.
/// </summary>
public static class DemoPortfolio
{
    public const string Database = "est_demo";

    /// <param name="fakeBroker">Takes the orders; null for the paper venue.</param>
    public static PortfolioOptions For(IMarketDataSource data, FakeBroker? fakeBroker = null)
    {
        var paper = Paper(data);
        return fakeBroker is null ? paper : paper with
        {
            Venue = fakeBroker.Name,
            VenueSettings = new Dictionary<string, string>(),
            Broker = fakeBroker.Options,
        };
    }

    private static PortfolioOptions Paper(IMarketDataSource data) => new()
    {
        Id = "main",
        BaseCurrency = "USD",
        Cash = new Dictionary<string, decimal> { ["USD"] = 1_000_000m },
        Instruments = data.Instruments,
        VenueSettings = new Dictionary<string, string>
        {
            ["seed"] = "7", ["latencyMs"] = "250", ["slippageBps"] = "0.5", ["participation"] = "0.1", ["feePerShare"] = "0.005", ["feeMinimum"] = "1",
        },
        Limits = RiskLimits.None with { MaxDailyLoss = 20_000m, DefaultPositionCap = 300m, DefaultBucketLimit = 60_000m },
        Policy = VotingPolicy.Default,
        Strategies = [new("mean-reversion"), new("ma-cross"), new("breakout")],
        RoundDeadlineSeconds = 60,
    };
}
