using System.Text.Json.Nodes;

namespace EventSourcedTrading.EventStore;

/// <summary>
/// Turns events of an older shape into the newer one as they are read; the log itself never changes. A new shape
/// gets a new alias (order_filled, order_filled_v2, …), and an upcaster leads from each to the next.
/// </summary>
/// <remarks>Built once at the start, then only read: not thread-safe while types are being added.</remarks>
public sealed class Upcasters
{
    private readonly Dictionary<string, (string To, Func<JsonObject, JsonObject> Transform)> _steps = new(StringComparer.Ordinal);

    /// <summary>For readers that want the log as it is.</summary>
    public static Upcasters None { get; } = new();

    /// <summary>Adds one step.</summary>
    /// <param name="from">The older alias.</param>
    /// <param name="to">The newer alias; may itself be upcast further.</param>
    /// <param name="transform">A pure function of the data; may change its argument and return it.</param>
    /// <exception cref="ArgumentException">There is a step from this alias already, or the steps would go in a circle.</exception>
    public Upcasters Add(string from, string to, Func<JsonObject, JsonObject> transform)
    {
        if (ReferenceEquals(this, None)) throw new InvalidOperationException("Upcasters.None stays empty; make a new Upcasters.");
        for (var next = to; ; next = _steps[next].To)
        {
            if (next == from) throw new ArgumentException($"An upcaster from '{from}' to '{to}' would go in a circle.", nameof(to));
            if (!_steps.ContainsKey(next)) break;
        }
        if (!_steps.TryAdd(from, (to, transform)))
            throw new ArgumentException($"'{from}' is upcast to '{_steps[from].To}' already.", nameof(from));
        return this;
    }

    /// <summary>The event in its newest shape; the same object if there is nothing to do.</summary>
    /// <exception cref="UpcastException">A transform failed.</exception>
    public RecordedEvent Apply(RecordedEvent e)
    {
        if (_steps.Count == 0 || !_steps.TryGetValue(e.Type, out var step)) return e;
        var type = e.Type;
        try
        {
            var data = (JsonObject)JsonNode.Parse(e.Data.Span)!;
            do
            {
                data = step.Transform(data);
                type = step.To;
            }
            while (_steps.TryGetValue(type, out step));
            return e with { Type = type, Data = System.Text.Encoding.UTF8.GetBytes(data.ToJsonString()) };
        }
        catch (Exception failure)
        {
            throw new UpcastException(e, type, failure);
        }
    }

    /// <summary>The aliases to look for in the log when these are wanted.</summary>
    internal string[] WithOlder(IReadOnlyCollection<string> types)
    {
        var wanted = new HashSet<string>(types, StringComparer.Ordinal);
        bool grown;
        do
        {
            grown = false;
            foreach (var (from, step) in _steps)
                if (wanted.Contains(step.To)) grown |= wanted.Add(from);
        }
        while (grown);
        return [.. wanted];
    }
}

/// <summary>An upcaster could not bring an event to its newer shape; the event in the log is untouched.</summary>
public sealed class UpcastException(RecordedEvent e, string atType, Exception failure)
    : Exception($"Event {e.SeqId} ({e.StreamId} version {e.Version}, {e.Type}): the upcaster from '{atType}' failed: {failure.Message}", failure)
{
    public RecordedEvent Event { get; } = e;
}
