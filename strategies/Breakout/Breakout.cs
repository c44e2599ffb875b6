using System.Text.Json;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Strategies.Shared;

namespace EventSourcedTrading.Strategies.Breakout;

/// <summary>
/// Goes with a price that leaves its Donchian channel: a close above the highest high, or below the lowest low, of the
/// <c>channel</c> bars before. It leaves when a close crosses the other side of the channel of half that length.
/// </summary>
public sealed class BreakoutPlugin : IStrategyPlugin
{
    public string Name => "breakout";

    public IStrategy Create(IReadOnlyList<string> instruments, IReadOnlyDictionary<string, string> parameters)
    {
        var read = new ParameterReading(Name, parameters);
        var ids = read.Checked(instruments);
        var channel = read.Integer("channel", 20, 2, 2_000);
        var quantity = read.Decimal("quantity", 100m, 0.00000001m, 1_000_000_000m);
        var description = new StrategyDescription(Name, "1.0.0", "Follows prices out of their Donchian channel", ids, read.All());
        return new Breakout(description, channel, quantity);
    }
}

public sealed class Breakout(StrategyDescription description, int channel, decimal quantity) : IStrategy
{
    private readonly Dictionary<string, Watch> _memory = Memory.Of(description.Instruments, () => new Watch(closes: 0, ranges: channel));
    private readonly Dictionary<string, Channel> _channels = description.Instruments.ToDictionary(id => id, _ => new Channel(channel), StringComparer.Ordinal);

    public StrategyDescription Description => description;

    public void OnSignal(Signal signal, ICollection<Proposal> proposals)
    {
        if (signal.Kind != SignalKind.Bar || !_memory.TryGetValue(signal.Instrument, out var watch)) return;
        var bounds = _channels[signal.Instrument];
        if (watch.Highs.IsFull) Judge(signal, watch, bounds, proposals);
        watch.Highs.Add(signal.High);
        watch.Lows.Add(signal.Low);
        bounds.Add(signal.High, signal.Low);
    }

    public JsonElement Capture() => Memory.Capture(_memory);

    public void Restore(JsonElement state)
    {
        Memory.Restore(_memory, state);
        foreach (var (id, watch) in _memory)
        {
            var bounds = _channels[id] = new Channel(channel);
            foreach (var (high, low) in watch.Highs.Zip(watch.Lows)) bounds.Add(high, low);
        }
    }

    /// <summary>The channel is that of the bars before this one, or no close could ever leave it.</summary>
    private void Judge(Signal bar, Watch watch, Channel bounds, ICollection<Proposal> proposals)
    {
        var (high, low, exitHigh, exitLow) = bounds.Extremes;
        var close = bar.Price;
        var stance = close > high ? 1
            : close < low ? -1
            : watch.Stance > 0 && close < exitLow ? 0
            : watch.Stance < 0 && close > exitHigh ? 0 : watch.Stance;
        if (stance == watch.Stance) return;

        var width = Math.Max(high - low, 0.0001m * close);
        var beyond = stance > 0 ? close - high : stance < 0 ? low - close : Math.Max(exitLow - close, close - exitHigh);
        var features = new Dictionary<string, decimal>(StringComparer.Ordinal)
        {
            ["beyond"] = beyond, ["close"] = close, ["exitHigh"] = exitHigh, ["exitLow"] = exitLow, ["high"] = high, ["low"] = low,
        };
        var why = stance == 0
            ? $"Leaves as close {close} is beyond the {(channel + 1) / 2}-bar {(watch.Stance > 0 ? "low" : "high")} {(watch.Stance > 0 ? exitLow : exitHigh)}, so the move has ended."
            : $"{(stance > 0 ? "Buys" : "Sells")} the breakout: close {close} is {beyond} {(stance > 0 ? "above" : "below")} the {channel}-bar {(stance > 0 ? "high" : "low")} {(stance > 0 ? high : low)} of a channel {width} wide.";
        proposals.Add(watch.Turn(stance, bar.Instrument, quantity, 0.4m + (2m * beyond / width), why, features));
    }

    /// <summary>Extremes of the channel and of its latter half.</summary>
    private sealed class Channel(int length)
    {
        private readonly SlidingMaximum _high = new(length), _low = new(length), _exitHigh = new((length + 1) / 2), _exitLow = new((length + 1) / 2);

        public (decimal High, decimal Low, decimal ExitHigh, decimal ExitLow) Extremes => (_high.Value, -_low.Value, _exitHigh.Value, -_exitLow.Value);

        public void Add(decimal high, decimal low)
        {
            _high.Add(high);
            _exitHigh.Add(high);
            _low.Add(-low);
            _exitLow.Add(-low);
        }
    }
}
