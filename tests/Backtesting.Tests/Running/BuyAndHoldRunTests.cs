using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Lean;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>
/// QuantConnect LEAN's published run, BasicTemplateAlgorithm: SPY, minutes of 2013-10-07 to 11, 100,000 dollars, all in at the first bar, the fee of
/// Interactive Brokers: end equity 101,691.92, fees 3.44, one order, drawdown 2.2 %.
/// </summary>
public sealed class BuyAndHoldRunTests
{
    [Fact]
    public async Task LEANs_buy_and_hold_of_SPY_comes_out_as_published()
    {
        var data = new LeanDataSet(new LeanOptions
        {
            Path = Statistics.Lean.Folder, Assets = LeanAssets.Equity, Symbols = ["SPY"], RegularHoursOnly = true, Adjustment = Adjustment.SplitAndDividend, BadData = BadDataPolicy.Exclude,
        });
        var portfolio = new PortfolioOptions
        {
            Id = "lean", Instruments = data.Instruments, Cash = new Dictionary<string, decimal> { ["USD"] = 100_000m }, Policy = VotingPolicy.Default,
            Strategies = [new("buy-and-hold", Parameters: new Dictionary<string, string> { ["fee"] = "0.005" })],
            VenueSettings = new Dictionary<string, string> { ["feePerShare"] = "0.005", ["feeMinimum"] = "1" },
        };
        using var folder = new OwnFolder();
        var result = await Runs.RunAsync(folder["spy"], data, Runs.Configuration(data, portfolio));

        var orders = await File.ReadAllLinesAsync(Path.Combine(folder["spy"], "orders.csv"));
        Assert.Equal(2, orders.Length);
        var order = orders[1].Split(',');
        Assert.Equal(("buy", "688", "filled", "3.44"), (order[3], order[13], order[12], order[15]));
        var run = result.Statistics.Run;
        Assert.InRange(run.LastEquity!.Value, 101_691.92m * 0.9995m, 101_691.92m * 1.0005m);
        // The whole of the difference: a buyer pays whole cents, which adjusted prices are not; and the book is valued at the middle of the last quote, not at the last trade.
        const decimal factor = 0.8646266m;
        var (cents, middle) = (688m * (144.79m - (167.45m * factor)), 688m * factor * (170.30m - ((170.24m + 170.25m) / 2m)));
        Assert.Equal(101_691.92m, Math.Round(run.LastEquity.Value + cents + middle, 2));
        Assert.Equal(100_000m, run.FirstEquity);
        Assert.Equal(0.022, run.Drawdown.Depth, 0.0006);
    }
}
