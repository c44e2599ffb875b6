using System.Globalization;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>A share in euros in a portfolio of dollars: every figure by hand.</summary>
public sealed class ForeignCurrencyTests
{
    private const string Sap = "SAP.XETR", EurUsd = "EURUSD.XOFF";

    private static readonly WrittenMarket Market = new(
        [new Instrument(Sap, "EUR"), new Instrument(EurUsd, "USD", TickSize: 0.0001m, ConvertsFrom: "EUR")],
        (0, EurUsd, 1.10m), (0, Sap, 100m),
        (1, EurUsd, 1.20m), (1, Sap, 100m),
        (2, EurUsd, 1.20m), (2, Sap, 110m),
        (3, EurUsd, 1.25m), (3, Sap, 110m));

    [Fact]
    public async Task Equity_trips_and_fees_are_in_the_currency_of_the_portfolio()
    {
        using var folder = new OwnFolder();
        // 100 bought at 100 euros when a euro is 1.10, sold at 110 when it is 1.20, each for a fee of one euro.
        var opening = new OpenPortfolio(
            "USD", Market.Instruments, PaperVenue.VenueName, new Dictionary<string, string> { ["feePerShare"] = "0.01" }, new Dictionary<string, decimal> { ["USD"] = 100_000m }, RiskLimits.None, VotingPolicy.Default);
        var setup = new BacktestSetup("abroad", opening, Market, [new Scripted(Sap, (0, 100m), (2, -100m))]);
        var run = RunIdentity.Of("abroad", DataFingerprint.Of(setup.Signals()), "{}"u8, 1, "1");
        var (result, _) = await BacktestRun.RunAsync(setup, run, new RunOptions(folder.Path, TimeSpan.FromHours(1), new StatisticsOptions()), TimeProvider.System, ct: TestContext.Current.CancellationToken);

        // The purchase is owed in euros, so that a dearer euro moves no more than the fee; what is earned in euros is worth more dollars later.
        Assert.Equal(
            [
                100_000m + (-10_001m + 10_000m) * 1.10m,
                100_000m + (-10_001m + 10_000m) * 1.20m,
                100_000m + (-10_001m + 11_000m - 1m) * 1.20m,
                100_000m + (-10_001m + 11_000m - 1m) * 1.25m,
            ],
            Column(folder.Path, RunTables.Equity, 1));
        Assert.Equal([10_000m * 1.10m, 10_000m * 1.20m, 0m, 0m], Column(folder.Path, RunTables.Equity, 3));
        Assert.Equal([10_000m * 1.10m, 0m, 11_000m * 1.20m, 0m], Column(folder.Path, RunTables.Equity, 5));
        Assert.Equal((101_247.50m, 1_247.50m), (result.Statistics.Run.LastEquity!.Value, result.Statistics.Run.NetProfit!.Value));

        // A trip is told in dollars of its two days: 100 × (132 − 110), fees 1.10 and 1.20.
        var trip = Assert.Single(CsvRows.Read(folder.Path, RunTables.Trades).Select(r => RunTables.TripOf(r)));
        Assert.Equal((110m, 132m, 2.30m, 2_200m, 2_197.70m), (trip.EntryPrice, trip.ExitPrice, trip.Fees, trip.GrossProfit, trip.NetProfit));
        Assert.Equal((132m, 110m), (trip.High, trip.Low));
        var (trades, agent) = (result.Statistics.Run.Trades, result.Statistics.Agents[Scripted.Agent].Trades);
        Assert.Equal((2_197.70m, 2.30m, 2_197.70m, 2.30m), (trades.NetProfit, trades.Fees, agent.NetProfit, agent.Fees));

        // Orders and positions are told in euros.
        Assert.Equal([1m, 1m], Column(folder.Path, RunTables.Orders, 15));
        Assert.Equal([100m, 110m], Column(folder.Path, RunTables.Orders, 14));
        Assert.Equal([10_000m, 10_000m], Column(folder.Path, RunTables.Positions, 4));
    }

    private static decimal[] Column(string folder, TableSchema table, int column) => [.. CsvRows.Read(folder, table).Select(r => decimal.Parse(r[column], CultureInfo.InvariantCulture))];
}
