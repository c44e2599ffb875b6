using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Strategies.Shared;

/// <summary>What a bar strategy remembers of one instrument: its latest bars, and on which side it stands.</summary>
/// <param name="closes">How many closes it keeps.</param>
/// <param name="ranges">How many highs and lows it keeps.</param>
internal sealed class Watch(int closes, int ranges = 0)
{
    public Recent Highs { get; } = new(ranges);
    public Recent Lows { get; } = new(ranges);
    public Recent Closes { get; } = new(closes);

    /// <summary>1 long, −1 short, 0 neither.</summary>
    public int Stance { get; set; }

    /// <summary>Changes the stance and tells the order that leads from the old one to the new one.</summary>
    public Proposal Turn(int stance, string instrument, decimal quantity, decimal confidence, string why, Dictionary<string, decimal> features)
    {
        var change = (stance - Stance) * quantity;
        Stance = stance;
        return new(instrument, change > 0m ? Side.Buy : Side.Sell, Math.Abs(change), decimal.Round(Math.Clamp(confidence, 0.05m, 1m), 4), why) { Features = features };
    }
}

/// <summary>What is written of a <see cref="Watch"/>; values oldest first.</summary>
internal sealed record WatchState(IReadOnlyList<decimal> Highs, IReadOnlyList<decimal> Lows, IReadOnlyList<decimal> Closes, int Stance);

/// <summary>The memory of a strategy over all its instruments, and its form as JSON: decimals as strings, names in order.</summary>
internal static class Memory
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString,
    };

    public static Dictionary<string, Watch> Of(IEnumerable<string> instruments, Func<Watch> watch) => instruments.ToDictionary(id => id, _ => watch(), StringComparer.Ordinal);

    public static JsonElement Capture(Dictionary<string, Watch> memory) => JsonSerializer.SerializeToElement(
        new SortedDictionary<string, WatchState>(memory.ToDictionary(m => m.Key, m => new WatchState([.. m.Value.Highs], [.. m.Value.Lows], [.. m.Value.Closes], m.Value.Stance)), StringComparer.Ordinal), Json);

    /// <summary>Fills a memory that has seen nothing.</summary>
    /// <exception cref="ArgumentException">The state is not one that <see cref="Capture"/> gave for these instruments.</exception>
    public static void Restore(Dictionary<string, Watch> memory, JsonElement state)
    {
        Dictionary<string, WatchState>? read;
        try
        {
            read = state.Deserialize<Dictionary<string, WatchState>>(Json);
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"state is malformed: {e.Message}", nameof(state), e);
        }

        if (read is null || !memory.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(read.Keys)
            || !read.Values.All(w => w is { Closes: not null, Highs: not null, Lows: not null, Stance: >= -1 and <= 1 }
                && w.Closes.Concat(w.Highs).Concat(w.Lows).All(price => price > 0m) && w.Highs.Count == w.Lows.Count))
            throw new ArgumentException($"state must be of the instruments {string.Join(", ", memory.Keys.Order(StringComparer.Ordinal))}, with prices above zero", nameof(state));
        foreach (var (id, kept) in read)
        {
            var watch = memory[id];
            watch.Stance = kept.Stance;
            foreach (var close in kept.Closes) watch.Closes.Add(close);
            foreach (var high in kept.Highs) watch.Highs.Add(high);
            foreach (var low in kept.Lows) watch.Lows.Add(low);
        }
    }
}
