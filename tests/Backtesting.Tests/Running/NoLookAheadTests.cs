using System.Text;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.Strategies.Breakout;
using EventSourcedTrading.Strategies.MeanReversion;
using EventSourcedTrading.Strategies.MovingAverageCross;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>Another future, the same past: no event up to a time may depend on what the market does behind it.</summary>
public sealed class NoLookAheadTests
{
    private static readonly IStrategyPlugin[] Plugins = [new BreakoutPlugin(), new MeanReversionPlugin(), new MovingAverageCrossPlugin()];

    public static TheoryData<string, double> Cases()
    {
        var cases = new TheoryData<string, double>();
        foreach (var plugin in Plugins.Select(p => p.Name).Append("all"))
            foreach (var share in (double[])[0.31, 0.64, 0.93]) cases.Add(plugin, share);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task What_the_market_does_later_changes_nothing_that_was_decided(string plugin, double share)
    {
        foreach (var venue in Venues)
        {
            var seed = Random.Shared.Next();
            var (past, other) = await BothAsync(Chosen(plugin), venue, share, seed);
            Assert.True(past.Before.Count(e => e.StartsWith("order_", StringComparison.Ordinal)) > 5, $"too few orders to tell anything, seed {seed}");
            Assert.True(past.Before.SequenceEqual(other.Before), Say(past, other, seed));
            // Else the future was not another one, and nothing was asked.
            Assert.False(past.After.SequenceEqual(other.After), $"the two futures are one, seed {seed}");
        }
    }

    [Fact]
    public async Task A_strategy_that_peeks_is_found_out()
    {
        var seed = Random.Shared.Next();
        var (past, other) = await BothAsync((data, _) => [new Peeking(data)], Venues[0], 0.5, seed);
        Assert.False(past.Before.SequenceEqual(other.Before), $"a strategy that reads the next price was not found out, seed {seed}");
    }

    /// <summary>Every model of the paper venue, alone and together.</summary>
    private static readonly Dictionary<string, string>[] Venues =
    [
        [],
        new() { ["latencyMs"] = "1500", ["latencyJitterMs"] = "60000" },
        new() { ["slippageBps"] = "3", ["participation"] = "0.01" },
        new() { ["seed"] = "5", ["latencyMs"] = "250", ["slippageBps"] = "1", ["participation"] = "0.05", ["feePerShare"] = "0.005", ["feeMinimum"] = "1", ["feeBps"] = "0.2" },
    ];

    private static Func<IMarketDataSource, string[], IStrategy[]> Chosen(string plugin) => (_, instruments) =>
        [.. Plugins.Where(p => plugin == "all" || p.Name == plugin).Select(p => p.Create(instruments, new Dictionary<string, string>()))];

    private static async Task<(Story Past, Story Other)> BothAsync(
        Func<IMarketDataSource, string[], IStrategy[]> strategies, Dictionary<string, string> venue, double share, int seed)
    {
        var data = new SimulatedMarket(new SimulationOptions { Seed = (ulong)seed, Days = 2, Instruments = [.. SimulationOptions.Default.Take(3)] });
        var signals = data.Read().ToList();
        var cut = signals[(int)(signals.Count * share)].Time;
        return (await RunAsync(data, data, strategies, venue, cut), await RunAsync(data, new OtherFuture(data, cut, seed), strategies, venue, cut));
    }

    private static async Task<Story> RunAsync(
        SimulatedMarket original, IMarketDataSource data, Func<IMarketDataSource, string[], IStrategy[]> strategies, Dictionary<string, string> venue, Timestamp cut)
    {
        string[] ids = [.. original.Instruments.Select(i => i.Id)];
        var opening = new OpenPortfolio(
            "USD", original.Instruments, "paper", venue, new Dictionary<string, decimal> { ["USD"] = 1_000_000m },
            RiskLimits.None with { MaxDailyLoss = 20_000m, DefaultPositionCap = 300m, DefaultBucketLimit = 90_000m, MaxDrawdown = 0.1m }, VotingPolicy.Default);
        var story = new Story([], []);
        var known = original.Read().TakeWhile(s => s.Time <= cut).Last().Sequence;
        await Backtest.RunAsync(new BacktestSetup("past", opening, data, strategies(data, ids)), engine =>
        {
            // Whatever is on record before the engine hears of a later signal was decided without it.
            var events = engine.State.FeedPositions.GetValueOrDefault(data.Name) <= known ? story.Before : story.After;
            foreach (var e in engine.Record.Events)
                events.Add($"{EventJson.AliasOf(e.Event)} {e.Stream} {e.Version} {Encoding.UTF8.GetString(EventJson.Serialize(e.Event))}");
        });
        return story;
    }

    private static string Say(Story past, Story other, int seed)
    {
        var at = past.Before.Zip(other.Before).TakeWhile(p => p.First == p.Second).Count();
        return $"seed {seed}, event {at}:\n{past.Before.ElementAtOrDefault(at)}\n{other.Before.ElementAtOrDefault(at)}";
    }

    private sealed record Story(List<string> Before, List<string> After);

    /// <summary>The same market up to a time; behind it other prices and sizes, drawn from a seed.</summary>
    private sealed class OtherFuture(IMarketDataSource past, Timestamp cut, int seed) : IMarketDataSource
    {
        public string Name => past.Name;
        public IReadOnlyList<Domain.Instruments.Instrument> Instruments => past.Instruments;
        public Exclusions Exclusions => past.Exclusions;

        public IEnumerable<Signal> Read()
        {
            var random = new Random(seed);
            foreach (var signal in past.Read())
                yield return signal.Time <= cut ? signal : Changed(signal, 0.5m + (decimal)random.NextDouble(), (decimal)random.Next(1, 50));
        }

        private static Signal Changed(Signal s, decimal by, decimal size) => s with
        {
            Bid = Price(s.Bid, by),
            Ask = Price(s.Ask, by),
            Price = Price(s.Price, by),
            Open = Price(s.Open, by),
            High = Price(s.High, by),
            Low = Price(s.Low, by),
            BidSize = size,
            AskSize = size,
            Size = s.Size * by,
        };

        private static decimal Price(decimal price, decimal by) => Math.Round(price * by, 2);
    }

    /// <summary>Knows at each signal what the price will be at the next one.</summary>
    private sealed class Peeking : IStrategy
    {
        private readonly Dictionary<long, decimal> next = [];

        public Peeking(IMarketDataSource data)
        {
            var last = new Dictionary<string, long>();
            Description = new("peeking", "1.0.0", "looks ahead", [.. data.Instruments.Select(i => i.Id)], new Dictionary<string, string>());
            foreach (var signal in data.Read())
            {
                if (last.TryGetValue(signal.Instrument, out var before)) next[before] = signal.Mark;
                last[signal.Instrument] = signal.Sequence;
            }
        }

        public StrategyDescription Description { get; }

        public void OnSignal(Signal signal, ICollection<Proposal> proposals)
        {
            if (next.TryGetValue(signal.Sequence, out var price) && signal.Kind == SignalKind.Bar)
                proposals.Add(new Proposal(signal.Instrument, price > signal.Mark ? Side.Buy : Side.Sell, 1m, 1m, $"it will be {price}"));
        }

        public System.Text.Json.JsonElement Capture() => default;

        public void Restore(System.Text.Json.JsonElement state)
        {
            // It remembers nothing.
        }
    }
}
