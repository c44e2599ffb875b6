using System.Collections;

namespace EventSourcedTrading.Strategies.Shared;

/// <summary>The latest values, oldest first: once it is full, each new one takes the place of the oldest.</summary>
internal sealed class Recent(int length) : IReadOnlyList<decimal>
{
    private readonly decimal[] _values = new decimal[length];
    private int _oldest;

    public int Count { get; private set; }

    public bool IsFull => Count == length;

    public decimal this[int index] => _values[Place(index)];

    public void Add(decimal value)
    {
        if (length == 0) return;
        _values[Place(Count)] = value;
        if (Count < length) Count++;
        else if (++_oldest == length) _oldest = 0;
    }

    public IEnumerator<decimal> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Place(int index)
    {
        var at = _oldest + index;
        return at < length ? at : at - length;
    }
}
