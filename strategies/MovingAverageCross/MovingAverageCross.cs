using System.Text.Json;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Strategies.Shared;

namespace EventSourcedTrading.Strategies.MovingAverageCross;

/// <summary>
/// Follows trends: long while the mean of the last <c>fast</c> closes is above that of the last <c>slow</c>, short while it is
/// below, turning at the cross. A gap narrower than <c>band</c> (a fraction of the price) is no cross, or it would turn at noise.
/// </summary>
public sealed class MovingAverageCrossPlugin : IStrategyPlugin
{
    public string Name => "ma-cross";

    public IStrategy Create(IReadOnlyList<string> instruments, IReadOnlyDictionary<string, string> parameters)
    {
        var read = new ParameterReading(Name, parameters);
        var ids = read.Checked(instruments);
        var fast = read.Integer("fast", 5, 1, 1_000);
        var slow = read.Integer("slow", 20, 2, 2_000);
        var band = read.Decimal("band", 0.0001m, 0m, 0.1m);
        var quantity = read.Decimal("quantity", 100m, 0.00000001m, 1_000_000_000m);
        if (fast >= slow) throw read.Bad("fast", $"{fast}", $"must be below slow {slow}");
        var description = new StrategyDescription(Name, "1.0.0", "Follows the cross of two moving averages", ids, read.All());
        return new MovingAverageCross(description, fast, slow, band, quantity);
    }
}

public sealed class MovingAverageCross(StrategyDescription description, int fast, int slow, decimal band, decimal quantity) : IStrategy
{
    /// <summary>The gap, as a fraction of the price, that counts as full evidence.</summary>
    private const decimal FullGap = 0.001m;

    /// <summary>As a fraction of the price: nearer to the band than this, binary arithmetic leaves the word to decimal.</summary>
    private const double Doubt = 1e-9;

    private readonly Dictionary<string, Watch> _memory = Memory.Of(description.Instruments, () => new Watch(closes: slow + 1));
    private readonly double _band = (double)band;
    private readonly Dictionary<string, (SlidingMoments Fast, SlidingMoments Slow)> _means =
        description.Instruments.ToDictionary(id => id, _ => (new SlidingMoments(fast), new SlidingMoments(slow)), StringComparer.Ordinal);

    public StrategyDescription Description => description;

    public void OnSignal(Signal signal, ICollection<Proposal> proposals)
    {
        if (signal.Kind != SignalKind.Bar || !_memory.TryGetValue(signal.Instrument, out var watch)) return;
        watch.Closes.Add(signal.Price);
        var (means, close) = (_means[signal.Instrument], (double)signal.Price);
        means.Fast.Add(close);
        means.Slow.Add(close);
        if (!watch.Closes.IsFull || StandsStill(watch, means.Fast.Mean, means.Slow.Mean)) return;

        var quick = watch.Closes.Skip(slow + 1 - fast).Sum() / fast;
        var calm = watch.Closes.Skip(1).Sum() / slow;
        var gap = (quick - calm) / calm;
        var stance = gap > band ? 1 : gap < -band ? -1 : watch.Stance;
        if (stance == watch.Stance) return;

        var move = (signal.Price - watch.Closes[0]) / watch.Closes[0];
        var confidence = 0.3m + (0.4m * Math.Min(1m, Math.Abs(gap) / FullGap)) + (0.3m * Math.Min(1m, Math.Abs(move) / (4m * FullGap)));
        var features = new Dictionary<string, decimal>(StringComparer.Ordinal)
        {
            ["close"] = signal.Price, ["fast"] = decimal.Round(quick, 8), ["gap"] = decimal.Round(gap, 8), ["move"] = decimal.Round(move, 8), ["slow"] = decimal.Round(calm, 8),
        };
        proposals.Add(watch.Turn(
            stance, signal.Instrument, quantity, confidence,
            $"{(stance > 0 ? "Buys" : "Sells")} as the {fast}-bar mean {quick:0.00##} has crossed {(stance > 0 ? "above" : "below")} the {slow}-bar mean {calm:0.00##}, {gap * 10_000m:+0.0;-0.0} basis points apart, at close {signal.Price}.",
            features));
    }

    public JsonElement Capture() => Memory.Capture(_memory);

    public void Restore(JsonElement state)
    {
        Memory.Restore(_memory, state);
        foreach (var (id, watch) in _memory)
        {
            var means = _means[id] = (new SlidingMoments(fast), new SlidingMoments(slow));
            foreach (var close in watch.Closes)
            {
                means.Fast.Add((double)close);
                means.Slow.Add((double)close);
            }
        }
    }

    /// <summary>Is it plain, without exact arithmetic, that nothing changes? So it is at nearly every bar.</summary>
    private bool StandsStill(Watch watch, double quick, double calm)
    {
        var gap = (quick - calm) / calm;
        if (!double.IsFinite(gap) || Math.Abs(Math.Abs(gap) - _band) < Doubt) return false;
        return watch.Stance == (gap > _band ? 1 : gap < -_band ? -1 : watch.Stance);
    }
}
