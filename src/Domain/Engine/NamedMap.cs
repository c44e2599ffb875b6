using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>Few things, seldom added, found by name all the time, and always gone through in ordinal order of their names.</summary>
public sealed class NamedMap<T> : IEnumerable<KeyValuePair<string, T>>
{
    private readonly Dictionary<string, T> byName = new(StringComparer.Ordinal);
    private string[] names = [];
    private T[] values = [];

    public int Count => names.Length;
    public IReadOnlyList<string> Keys => names;
    public IReadOnlyList<T> Values => values;

    /// <summary>The values in order, to be gone through without an enumerator.</summary>
    public ReadOnlySpan<T> Span => values;

    public T this[string name]
    {
        get => byName[name];
        set
        {
            byName[name] = value;
            var place = Array.BinarySearch(names, name, StringComparer.Ordinal);
            if (place >= 0)
            {
                values[place] = value;
                return;
            }

            // Copied rather than shifted in place: whoever goes through the old order goes on undisturbed.
            names = [.. names[..~place], name, .. names[~place..]];
            values = [.. values[..~place], value, .. values[~place..]];
        }
    }

    public bool TryGetValue(string name, [MaybeNullWhen(false)] out T value) => byName.TryGetValue(name, out value);

    public bool ContainsKey(string name) => byName.ContainsKey(name);

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator()
    {
        for (var i = 0; i < names.Length; i++) yield return new(names[i], values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
