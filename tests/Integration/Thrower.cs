using System.Text.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Integration;

/// <summary>A strategy with a defect: it buys at every hundredth signal, and throws at the thousandth.</summary>
public sealed class ThrowerPlugin : IStrategyPlugin
{
    public string Name => "thrower";

    public IStrategy Create(IReadOnlyList<string> instruments, IReadOnlyDictionary<string, string> parameters) => new Thrower(instruments);

    private sealed class Thrower(IReadOnlyList<string> instruments) : IStrategy
    {
        private int seen;

        public StrategyDescription Description { get; } = new("thrower", "1.0.0", "throws", instruments, new Dictionary<string, string>());

        public void OnSignal(Signal signal, ICollection<Proposal> proposals)
        {
            if (++seen == 1_000) throw new InvalidOperationException("a defect");
            if (seen % 100 == 0) proposals.Add(new Proposal(signal.Instrument, Side.Buy, 1m, 0.5m, "every hundredth"));
        }

        public JsonElement Capture() => JsonSerializer.SerializeToElement(seen);

        public void Restore(JsonElement state) => seen = state.GetInt32();
    }
}
