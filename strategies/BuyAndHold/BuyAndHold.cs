using System.Text.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Strategies.Shared;

namespace EventSourcedTrading.Strategies.BuyAndHold;

/// <summary>
/// Buys every instrument at its first bar, all for the same money, and holds it: <c>capital</c> / instruments × (1 − <c>reserve</c>) / (close + <c>fee</c>),
/// cut to whole units. The reserve pays for a price that has moved; a quarter of a percent is what QuantConnect LEAN keeps back, and it takes the fees of
/// the order off before it divides.
/// </summary>
public sealed class BuyAndHoldPlugin : IStrategyPlugin
{
    public string Name => "buy-and-hold";

    public IStrategy Create(IReadOnlyList<string> instruments, IReadOnlyDictionary<string, string> parameters)
    {
        var read = new ParameterReading(Name, parameters);
        var ids = read.Checked(instruments);
        var capital = read.Decimal("capital", 100_000m, 1m, 1_000_000_000_000m);
        var reserve = read.Decimal("reserve", 0.0025m, 0m, 0.99m);
        var fee = read.Decimal("fee", 0m, 0m, 1_000m);
        return new BuyAndHold(new StrategyDescription(Name, "1.0.0", "Buys at the first bar and holds", ids, read.All()), capital / ids.Count * (1m - reserve), fee);
    }
}

/// <param name="each">Money for one instrument, in its currency.</param>
/// <param name="fee">Of one unit.</param>
public sealed class BuyAndHold(StrategyDescription description, decimal each, decimal fee) : IStrategy
{
    private readonly SortedSet<string> _waiting = new(description.Instruments, StringComparer.Ordinal);

    public StrategyDescription Description => description;

    public void OnSignal(Signal signal, ICollection<Proposal> proposals)
    {
        if (signal.Kind != SignalKind.Bar || !_waiting.Remove(signal.Instrument)) return;
        var quantity = decimal.Truncate(each / (signal.Price + fee));
        if (quantity == 0m) return;
        proposals.Add(new Proposal(signal.Instrument, Side.Buy, quantity, 1m, $"Buys and holds: {quantity} at a close of {signal.Price} are {quantity * signal.Price} of {each}.")
        {
            Features = new Dictionary<string, decimal>(StringComparer.Ordinal) { ["close"] = signal.Price },
        });
    }

    /// <summary>The instruments that it has not bought yet.</summary>
    public JsonElement Capture() => JsonSerializer.SerializeToElement(_waiting);

    public void Restore(JsonElement state)
    {
        var waiting = state.Deserialize<string[]>() ?? throw new ArgumentException("state must be a list of instruments", nameof(state));
        if (!waiting.All(description.Instruments.Contains)) throw new ArgumentException($"state must be of the instruments {string.Join(", ", description.Instruments)}", nameof(state));
        _waiting.Clear();
        _waiting.UnionWith(waiting);
    }
}
