using EventSourcedTrading.Backtesting.Bookkeeping;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>A policy that is changed in the middle of a run: each has statistics of its own.</summary>
public sealed class PolicyChangeTests
{
    private const string Spy = "SPY.ARCX";

    private static readonly WrittenMarket Market = new([new Instrument(Spy, "USD")], [.. ((decimal[])[100m, 101m, 102m, 100m, 100m, 110m]).Select((price, minute) => (minute, Spy, price))]);

    [Fact]
    public void Each_policy_has_the_trips_that_it_opened_and_closed()
    {
        // 100 bought at 100 and sold at 101; 50 bought at 102 and sold at 100; 10 bought at 100 and, by the first policy again, sold at 110. A cent a unit each way.
        var statistics = Run(new Scripted(Spy, (0, 100m), (1, -100m), (2, 50m), (3, -50m), (4, 10m), (5, -10m)), (2, VotingMethod.Netting), (5, VotingMethod.ConfidenceWeighted));
        Assert.Equal((3, 100m - 100m + 100m - 3.20m, 3.20m), (statistics.Run.Trades.Count, statistics.Run.Trades.NetProfit, statistics.Run.Trades.Fees));
        Assert.Equal(["confidence-weighted", "netting"], statistics.Policies.Keys);

        // What one has opened and the other closed is a trip of neither.
        Assert.Equal((1, 98m, 2m), Of(statistics.Policies["confidence-weighted"]));
        Assert.Equal((1, -101m, 1m), Of(statistics.Policies["netting"]));
        Assert.Equal(Of(statistics.Run), Of(statistics.Agents[Scripted.Agent]));
    }

    [Fact]
    public void One_policy_has_no_statistics_beside_those_of_the_run() => Assert.Empty(Run(new Scripted(Spy, (0, 100m), (1, -100m))).Policies);

    [Fact]
    public void Exits_count_for_the_policy_that_decided_their_entry()
    {
        // A limit at 100 of the first policy is filled after the second one has decided; its exit sells at 110.
        var script = new Scripted(Spy, (1, 100m), (2, 50m), (4, -50m))
        {
            With = p => p.Quantity == 100m ? p with { OrderType = OrderType.Limit, LimitPrice = 100m, Bracket = new Bracket(110m, 90m) } : p,
        };
        var statistics = Run(script, (2, VotingMethod.Netting));
        Assert.Equal((1, 998m, 2m), Of(statistics.Policies["confidence-weighted"]));
        Assert.Equal((1, -101m, 1m), Of(statistics.Policies["netting"]));
    }

    private static (int Count, decimal Net, decimal Fees) Of(PerformanceStatistics group) => (group.Trades.Count, group.Trades.NetProfit, group.Trades.Fees);

    /// <summary>A backtest whose operator changes the policy before given minutes.</summary>
    private static BacktestStatistics Run(Scripted strategy, params (int Minute, VotingMethod Method)[] changes)
    {
        using var folder = new OwnFolder();
        var opening = new OpenPortfolio("USD", Market.Instruments, PaperVenue.VenueName, new Dictionary<string, string> { ["feePerShare"] = "0.01" }, new Dictionary<string, decimal> { ["USD"] = 100_000m }, RiskLimits.None, VotingPolicy.Default);
        var desk = new AgentDesk(new BacktestSetup("changed", opening, Market, [strategy]));
        var engine = new PortfolioEngine(new PortfolioState("changed"), PaperVenue.Factory);
        using var files = new RunFiles(folder.Path, null);
        using var books = new RunBooks(files, default, null);
        List<Input> inputs = [.. desk.Opening()];
        foreach (var signal in Market.Read())
        {
            foreach (var (_, method) in changes.Where(c => WrittenMarket.At(c.Minute) == signal.Time))
                inputs.Add(new CommandInput($"{method}-{signal.Sequence}", "olivia", "tries another", new SetVotingPolicy(VotingPolicy.Default with { Method = method }), "rita"));
            desk.Show(signal, inputs);
            foreach (var input in inputs)
            {
                engine.Step(input, signal.Time);
                books.Observe(engine);
                engine.Record.Clear();
                while (engine.HasMore)
                {
                    engine.Step(new ContinueInput(), signal.Time);
                    books.Observe(engine);
                    engine.Record.Clear();
                }
            }

            inputs.Clear();
        }

        books.End();
        files.Flush();
        return RunStatistics.Of(folder.Path, books, new StatisticsOptions(), hasBenchmark: false);
    }
}
