using System.Globalization;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>
/// What all benches trade: twenty instruments, agents that buy and sell by turns, so that positions stay small, every limit that
/// there is, checked and never met, a paper venue that fills at once.
/// </summary>
public static class Desk
{
    public const string Portfolio = "bench";
    public const string Agent = "turns@1.0.0";

    private static readonly IReadOnlyList<SimulatedInstrument> Market =
        [.. Enumerable.Range(1, 20).Select(i => new SimulatedInstrument(
            new Instrument($"S{i.ToString("00", CultureInfo.InvariantCulture)}.XNAS", "USD", Bucket: $"bucket-{i % 4}"), 20m + (i * 10m), 0.0005, 100_000))];

    public static PortfolioOptions Options { get; } = new()
    {
        Id = Portfolio,
        Cash = new Dictionary<string, decimal> { ["USD"] = 10_000_000m },
        Instruments = [.. Market.Select(m => m.Instrument)],
        VenueSettings = new Dictionary<string, string> { ["latencyMs"] = "0", ["feePerShare"] = "0.005" },
        Limits = Everything,
        OutsideAgents = [Agent],
    };

    /// <summary>All limits that there are: BenchCommand ends with an error if a rule does not show up among an order's checks.</summary>
    public static RiskLimits Everything => RiskLimits.None with
    {
        MaxDailyLoss = 5_000_000m,
        MaxDrawdown = 0.9m,
        DefaultPositionCap = 1_000m,
        DefaultPositionNotional = 1_000_000m,
        DefaultBucketLimit = 5_000_000m,
        MaxGrossExposure = 9_000_000m,
        MaxNetExposure = 9_000_000m,
        MaxLeverage = 3m,
        MaxConcentration = 0.5m,
        DefaultOrderSize = 500m,
        DefaultOrderNotional = 500_000m,
        PriceCollar = 0.5m,
        MaxPriceAgeSeconds = 60,
        OrderRate = new(10_000, 5),
        AgentOrderRate = new(10_000, 5),
        MessageRate = new(10_000, 1),
        AgentMessageRate = new(10_000, 1),
        RepeatThrottle = new(1_000, 5),
        DuplicateSeconds = 1,
        MaxOpenOrders = 5_000,
        Restricted = ["NONE.XNAS"],
        DefaultShortSale = false,
        DefaultSession = new(new TimeOnly(0, 0), new TimeOnly(0, 0), EveryDay: true),
        PreventSelfTrade = true,
        NearMissShare = 0.95m,
        MeasuredBuckets = new(0.7m, 50, 10),
    };

    /// <summary>The agents of a round; the first is <see cref="Agent"/>.</summary>
    public static IEnumerable<string> Agents(int count) => Enumerable.Range(0, count).Select(i => i == 0 ? Agent : $"turns-{i}@1.0.0");

    /// <summary>Quotes, each at a market time of its own, a thousand a second of it; always the same ones.</summary>
    public static IEnumerable<Signal> Quotes() => new SimulatedTicks(1, 1_000, long.MaxValue, Market).Read();

    /// <summary>What opens the portfolio, as the engine role would ask for it.</summary>
    public static IEnumerable<Input> Opening(int agents = 1)
    {
        yield return Ask(new OpenPortfolio(
            Options.BaseCurrency, Options.Instruments, Options.Venue, Options.VenueSettings, Options.Cash, Options.Limits, Options.Policy));
        foreach (var agent in Agents(agents))
            yield return Ask(new LoadStrategy(agent, "outside agent", [.. Options.Instruments.Select(i => i.Id)], new Dictionary<string, string>()), agent);
        yield return new FirmInput(1, 100_000_000m, 10_000_000m, 10_000_000m, 1, null);
    }

    private static CommandInput Ask(Command command, string what = "") => new($"bench-{command.GetType().Name}-{what}", "bench", "measuring", command);
}

/// <summary>The agents' mind: buys what it does not hold, sells what it holds; an intent for each quote, numbered like it.</summary>
/// <param name="least">One less than the smallest quantity that it buys; up to ninety more.</param>
public sealed class Turns(string agent = Desk.Agent, decimal least = 10m)
{
    private readonly Dictionary<string, decimal> held = [];
    private readonly Dictionary<string, int> bought = [];

    public Intent Answer(Signal signal)
    {
        // Never the same order twice in a row: that is what the duplicate check is for.
        var sells = held.Remove(signal.Instrument, out var quantity);
        if (!sells)
        {
            var times = bought[signal.Instrument] = bought.GetValueOrDefault(signal.Instrument) + 1;
            held[signal.Instrument] = quantity = least + (times % 90);
        }

        return new Intent(
            signal.Sequence.ToString(CultureInfo.InvariantCulture), Desk.Portfolio, agent, signal.Instrument, sells ? Side.Sell : Side.Buy, quantity,
            OrderType.Market, null, null, TimeInForce.Day, 0.8m, "by turns", new Dictionary<string, decimal> { ["mark"] = signal.Mark },
            signal.Time, $"{signal.Feed}:{signal.Sequence}", signal.Sequence);
    }
}
