using System.Text.Json;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Strategies.Shared;

namespace EventSourcedTrading.Strategies.MeanReversion;

/// <summary>
/// Bets that a close far from its recent mean comes back. z = (close − mean) / standard deviation over <c>window</c> closes; from
/// |z| ≥ <c>entryZ</c> it stands against the deviation, and leaves once z has come back to within <c>exitZ</c> of the mean.
/// </summary>
public sealed class MeanReversionPlugin : IStrategyPlugin
{
    public string Name => "mean-reversion";

    public IStrategy Create(IReadOnlyList<string> instruments, IReadOnlyDictionary<string, string> parameters)
    {
        var read = new ParameterReading(Name, parameters);
        var ids = read.Checked(instruments);
        var window = read.Integer("window", 30, 5, 2_000);
        var entry = read.Decimal("entryZ", 2.0m, 0.5m, 10m);
        var exit = read.Decimal("exitZ", 0.25m, 0m, 5m);
        var quantity = read.Decimal("quantity", 100m, 0.00000001m, 1_000_000_000m);
        if (exit >= entry) throw read.Bad("exitZ", $"{exit}", $"must be below entryZ {entry}");
        var description = new StrategyDescription(Name, "1.0.0", "Fades closes far from their recent mean", ids, read.All());
        return new MeanReversion(description, window, entry, exit, quantity);
    }
}

public sealed class MeanReversion(StrategyDescription description, int window, decimal entryZ, decimal exitZ, decimal quantity) : IStrategy
{
    /// <summary>As a share of the threshold: nearer than this, binary arithmetic leaves the word to decimal.</summary>
    private const double Doubt = 1e-6;

    private readonly Dictionary<string, Watch> _memory = Memory.Of(description.Instruments, () => new Watch(closes: window));
    private readonly double _entry = (double)entryZ, _exit = (double)exitZ;
    private readonly Dictionary<string, SlidingMoments> _moments = description.Instruments.ToDictionary(id => id, _ => new SlidingMoments(window), StringComparer.Ordinal);

    public StrategyDescription Description => description;

    public void OnSignal(Signal signal, ICollection<Proposal> proposals)
    {
        if (signal.Kind != SignalKind.Bar || !_memory.TryGetValue(signal.Instrument, out var watch)) return;
        watch.Closes.Add(signal.Price);
        var (moments, close) = (_moments[signal.Instrument], (double)signal.Price);
        moments.Add(close);
        if (!watch.Closes.IsFull || StandsStill(watch, moments, close)) return;

        var mean = watch.Closes.Sum() / window;
        var deviation = SquareRoot(watch.Closes.Sum(c => (c - mean) * (c - mean)) / window);
        if (deviation == 0m) return;
        var z = (signal.Price - mean) / deviation;
        var stance = Stance(watch.Stance, z);
        if (stance == watch.Stance) return;

        var features = new Dictionary<string, decimal>(StringComparer.Ordinal)
        {
            ["close"] = signal.Price, ["deviation"] = decimal.Round(deviation, 8), ["mean"] = decimal.Round(mean, 8), ["z"] = decimal.Round(z, 6),
        };
        var where = $"close {signal.Price} is {Math.Abs(z):0.00} standard deviations {(z < 0 ? "below" : "above")} its {window}-bar mean {mean:0.00##}";
        proposals.Add(stance == 0
            ? watch.Turn(0, signal.Instrument, quantity, 1m - (Math.Abs(z) / entryZ), $"Leaves since the price has come back: {where}.", features)
            : watch.Turn(stance, signal.Instrument, quantity, Math.Abs(z) / (2m * entryZ), $"{(stance > 0 ? "Buys" : "Sells")} for a return to the mean: {where}.", features));
    }

    public JsonElement Capture() => Memory.Capture(_memory);

    public void Restore(JsonElement state)
    {
        Memory.Restore(_memory, state);
        foreach (var (id, watch) in _memory)
        {
            var moments = _moments[id] = new SlidingMoments(window);
            foreach (var close in watch.Closes) moments.Add((double)close);
        }
    }

    /// <summary>Is it plain, without exact arithmetic, that nothing changes? So it is at nearly every bar.</summary>
    private bool StandsStill(Watch watch, SlidingMoments moments, double close)
    {
        var z = moments.Score(close);
        var distance = Math.Abs(z);
        if (!double.IsFinite(z) || Math.Abs(distance - _entry) < Doubt * _entry || Math.Abs(distance - _exit) < Doubt) return false;
        return watch.Stance == (z <= -_entry ? 1 : z >= _entry ? -1 : (watch.Stance > 0 ? z >= -_exit : z <= _exit) ? 0 : watch.Stance);
    }

    private int Stance(int now, decimal z)
    {
        if (z <= -entryZ) return 1;
        if (z >= entryZ) return -1;
        var isBack = now > 0 ? z >= -exitZ : z <= exitZ;
        return isBack ? 0 : now;
    }

    /// <summary>
    /// Newton's iteration in decimal, from above: it falls until it stands still, which is the root to 28 digits or one unit of
    /// the last. The same on every machine, as decimal arithmetic is.
    /// </summary>
    public static decimal SquareRoot(decimal value)
    {
        if (value <= 0m) return 0m;
        var root = Math.Max(value, 1m);
        while (true)
        {
            var next = (root + (value / root)) / 2m;
            if (next >= root) return root;
            root = next;
        }
    }
}
