using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace NATS.Client.Core;

/// <summary>The values of one header, oldest first. Converts to and from a string and an array of strings.</summary>
public readonly struct NatsHeaderValues : IReadOnlyList<string>, IEquatable<NatsHeaderValues>
{
    private readonly object? _value; // a string or a string[]: one value, by far the usual case, needs no array

    public NatsHeaderValues(string value) => _value = value;

    public NatsHeaderValues(string[] values) => _value = values;

    public int Count => _value switch { null => 0, string => 1, var many => ((string[])many).Length };

    public string this[int index] => _value is string one && index == 0 ? one : ToArray()[index];

    public static implicit operator NatsHeaderValues(string value) => new(value);

    public static implicit operator NatsHeaderValues(string[] values) => new(values);

    /// <summary>Several values are joined by commas, as HTTP does.</summary>
    public static implicit operator string?(NatsHeaderValues values) =>
        values._value switch { null => null, string one => one, var many => string.Join(',', (string[])many) };

    public static bool operator ==(NatsHeaderValues left, NatsHeaderValues right) => left.Equals(right);

    public static bool operator !=(NatsHeaderValues left, NatsHeaderValues right) => !left.Equals(right);

    public string[] ToArray() => _value switch { null => [], string one => [one], var many => (string[])many };

    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(NatsHeaderValues other) => ToArray().AsSpan().SequenceEqual(other.ToArray());

    public override bool Equals(object? obj) => obj is NatsHeaderValues other && Equals(other);

    public override int GetHashCode() => Count == 0 ? 0 : this[Count - 1].GetHashCode(StringComparison.Ordinal);

    public override string ToString() => this!;

    internal NatsHeaderValues With(string value) => Count == 0 ? value : (string[])[.. ToArray(), value];
}

/// <summary>
/// Message headers (NATS ADR-4): names are case-sensitive printable ASCII without colon, values any text without line
/// breaks; white space around a value is not kept. A message from the server itself carries a status in <see cref="Code"/>.
/// </summary>
public sealed class NatsHeaders : IEnumerable<KeyValuePair<string, NatsHeaderValues>>
{
    private readonly Dictionary<string, NatsHeaderValues> _values = new(StringComparer.Ordinal);

    /// <summary>Status, such as 503 for no responders or 100 for an idle heartbeat; 0 for an ordinary message.</summary>
    public int Code { get; internal set; }

    /// <summary>The words after the status code.</summary>
    public string MessageText { get; internal set; } = "";

    public int Count => _values.Count;

    /// <summary>All values of a header; an absent one reads as none.</summary>
    public NatsHeaderValues this[string name]
    {
        get => _values.GetValueOrDefault(name);
        set
        {
            HeaderCodec.Check(name, value);
            _values[name] = value;
        }
    }

    /// <summary>Adds a value after those already there.</summary>
    public void Add(string name, string value)
    {
        HeaderCodec.Check(name, value);
        Append(name, value);
    }

    public bool ContainsKey(string name) => _values.ContainsKey(name);

    public bool Remove(string name) => _values.Remove(name);

    public bool TryGetValue(string name, out NatsHeaderValues values) => _values.TryGetValue(name, out values);

    public bool TryGetLastValue(string name, [NotNullWhen(true)] out string? value)
    {
        value = _values.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;
        return value is not null;
    }

    public Dictionary<string, NatsHeaderValues>.Enumerator GetEnumerator() => _values.GetEnumerator();

    IEnumerator<KeyValuePair<string, NatsHeaderValues>> IEnumerable<KeyValuePair<string, NatsHeaderValues>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Append(string name, string value) =>
        _values[name] = _values.TryGetValue(name, out var values) ? values.With(value) : value;
}
