using System.Text.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Domain.Strategies;

/// <summary>
/// A trading strategy. It sees signals in market order and proposes; it never sees the clock, the network or another strategy,
/// so the same signals give the same proposals, live, on paper, in a backtest and in a replay.
/// </summary>
public interface IStrategy
{
    StrategyDescription Description { get; }

    /// <summary>Takes the next signal and adds what it wants now to <paramref name="proposals"/>; usually nothing.</summary>
    void OnSignal(Signal signal, ICollection<Proposal> proposals);

    /// <summary>Everything that the strategy remembers, as JSON, so that it can be put to sleep and go on elsewhere.</summary>
    JsonElement Capture();

    /// <summary>Takes up what <see cref="Capture"/> gave; the strategy then behaves as if it had never stopped.</summary>
    void Restore(JsonElement state);
}

/// <param name="Name">Lower-case letters, digits and '-'.</param>
/// <param name="Version">Semantic version.</param>
/// <param name="Instruments">What it wants to see and trade.</param>
/// <param name="Parameters">The settings it runs with, recorded when it is loaded.</param>
public sealed record StrategyDescription(
    string Name, string Version, string Summary, IReadOnlyList<string> Instruments, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary><c>name@semver</c>, the name under which its intents, votes, fills and profit are booked.</summary>
    public string Agent => $"{Name}@{Version}";
}

/// <summary>What a strategy wants: an intent without the envelope that its host adds (portfolio, agent, ids, time).</summary>
/// <param name="Quantity">Whole lots; zero is a neutral vote.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record Proposal(string Instrument, Side Side, decimal Quantity, decimal Confidence, string Rationale)
{
    public OrderType OrderType { get; init; } = OrderType.Market;
    public decimal? LimitPrice { get; init; }
    public decimal? StopPrice { get; init; }

    /// <summary>Of a trailing stop, and of nothing else.</summary>
    public Trail? Trail { get; init; }

    /// <summary>Exits that follow once it has filled; null for none.</summary>
    public Bracket? Bracket { get; init; }
    public TimeInForce TimeInForce { get; init; } = TimeInForce.Day;
    public IReadOnlyDictionary<string, decimal> Features { get; init; } = new Dictionary<string, decimal>();
}
