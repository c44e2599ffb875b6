using System.Text.Json;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.MarketData.Lean;
using EventSourcedTrading.MarketData.Tests.Lean;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>A split and a dividend on their whole way: factor file, signals, engine, accounts.</summary>
public sealed class BuyAndHoldTests
{
    private sealed class BuysOnce(string instrument, decimal quantity) : IStrategy
    {
        private bool _bought;

        public StrategyDescription Description { get; } = new("once", "1.0.0", "Buys at the first bar", [instrument], new Dictionary<string, string>());

        public void OnSignal(Signal signal, ICollection<Proposal> proposals)
        {
            if (_bought) return;
            _bought = true;
            proposals.Add(new Proposal(instrument, Side.Buy, quantity, 1m, "to hold"));
        }

        public JsonElement Capture() => JsonSerializer.SerializeToElement(_bought);

        public void Restore(JsonElement state) => _bought = state.GetBoolean();
    }

    [Fact]
    public async Task A_hundred_shares_of_Apple_over_its_split_of_7_for_1_and_a_dividend()
    {
        // Bought at 628.65, the close of 2 June 2014; 700 shares from 9 June; 0.47 a share on 7 August; 102.50 at the end.
        var data = new LeanDataSet(new()
        {
            Path = LeanData.Folder, Resolution = LeanResolution.Daily, Symbols = ["aapl"], From = new(2014, 6, 2), To = new(2014, 8, 29), CorporateActions = true,
        });
        var opening = new OpenPortfolio(
            "USD", data.Instruments, "paper", new Dictionary<string, string>(), new Dictionary<string, decimal> { ["USD"] = 100_000m }, RiskLimits.None, VotingPolicy.Default);
        List<DomainEvent> log = [];
        PortfolioEngine? last = null;
        await Backtest.RunAsync(new BacktestSetup("apple", opening, data, [new BuysOnce("AAPL.XNAS", 100m)]), engine =>
        {
            last = engine;
            log.AddRange(engine.Record.Events.Select(e => e.Event));
        }, ct: TestContext.Current.CancellationToken);

        Assert.Equal(100_000m - 62_865m + 329m + 71_750m, Math.Round(last!.State.Equity(), 6));
        Assert.Equal((700m, 62_865m), (last.State.Books["AAPL.XNAS"].Position.Quantity, last.State.Books["AAPL.XNAS"].Position.Cost));
        Assert.Equal(329m, Assert.Single(log.OfType<DividendPaid>()).Amount);
        Assert.Equal(0m, Assert.Single(log.OfType<PositionSplit>()).CashInLieu);

        // Over night, while no price is known yet, the books are worth what they were.
        var days = log.OfType<TradingDayOpened>().ToDictionary(d => d.Day, d => d.Equity);
        Assert.Equal(37_135m + 64_557m, days["2014-06-09"]);
    }
}
