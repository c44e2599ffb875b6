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
/// What all benches trade: twenty instruments, one agent that buys and sells by turns, so that positions stay small, three limits
/// that are checked and never met, a paper venue that fills at once.
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
        Limits = RiskLimits.None with { MaxDailyLoss = 5_000_000m, DefaultPositionCap = 1_000m, DefaultBucketLimit = 5_000_000m },
        OutsideAgents = [Agent],
    };

    /// <summary>Quotes, each at a market time of its own; always the same ones.</summary>
    public static IEnumerable<Signal> Quotes() => new SimulatedTicks(1, 100_000, long.MaxValue, Market).Read();

    /// <summary>What opens the portfolio, as the engine role would ask for it.</summary>
    public static IEnumerable<Input> Opening()
    {
        yield return Ask(new OpenPortfolio(
            Options.BaseCurrency, Options.Instruments, Options.Venue, Options.VenueSettings, Options.Cash, Options.Limits, Options.Policy));
        yield return Ask(new LoadStrategy(Agent, "outside agent", [.. Options.Instruments.Select(i => i.Id)], new Dictionary<string, string>()));
    }

    private static CommandInput Ask(Command command) => new($"bench-{command.GetType().Name}", "bench", "measuring", command);
}

/// <summary>The agent's mind: buys ten of what it does not hold, sells the ten that it holds; an intent for each quote, numbered like it.</summary>
public sealed class Turns
{
    private readonly HashSet<string> held = [];

    public Intent Answer(Signal signal)
    {
        var side = held.Remove(signal.Instrument) || !held.Add(signal.Instrument) ? Side.Sell : Side.Buy;
        return new Intent(
            signal.Sequence.ToString(CultureInfo.InvariantCulture), Desk.Portfolio, Desk.Agent, signal.Instrument, side, 10m, OrderType.Market,
            null, null, TimeInForce.Day, 0.8m, "by turns", new Dictionary<string, decimal> { ["mark"] = signal.Mark },
            signal.Time, $"{signal.Feed}:{signal.Sequence}", signal.Sequence);
    }
}
