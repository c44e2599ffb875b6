using System.Diagnostics.CodeAnalysis;

namespace HotChocolate.Execution;

/// <summary>Keeps what was used last, by text; safe for many threads.</summary>
/// <param name="maxBytes">Of the weights that <see cref="Set"/> is told.</param>
internal sealed class LruCache<T>(int maxCount, long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    public bool TryGet(string key, [MaybeNullWhen(false)] out T value)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                if (node != _byUse.First)
                {
                    _byUse.Remove(node);
                    _byUse.AddFirst(node);
                }

                value = node.Value.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public void Set(string key, T value, long bytes)
    {
        if (bytes > maxBytes || maxCount == 0) return;
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var known)) Remove(known);
            while (_entries.Count >= maxCount || _bytes + bytes > maxBytes) Remove(_byUse.Last!);
            _entries.Add(key, _byUse.AddFirst(new Entry(key, value, bytes)));
            _bytes += bytes;
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry(string Key, T Value, long Bytes);
}
