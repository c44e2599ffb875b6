using System.Collections;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>The signals of one market time, waiting until every agent has passed it.</summary>
public sealed class Slice
{
    public Timestamp Time { get; internal set; }
    public List<Signal> Signals { get; } = [];

    /// <summary>The source has promised that nothing more with this time will come.</summary>
    public bool Complete { get; set; }
}

/// <summary>Slices in the order of market time. Those that are done are used again: there is one for every quote.</summary>
public sealed class SliceQueue : IEnumerable<Slice>
{
    private const int MaxKept = 64;
    private readonly Stack<Slice> done = [];
    private readonly Queue<Slice> waiting = [];

    public int Count => waiting.Count;
    public Slice? First => waiting.TryPeek(out var slice) ? slice : null;
    public Slice? Last { get; private set; }

    public Slice Add(Timestamp time)
    {
        var slice = done.TryPop(out var used) ? used : new Slice();
        slice.Time = time;
        waiting.Enqueue(slice);
        return Last = slice;
    }

    /// <summary>Ends the first slice, whose signals have been worked off.</summary>
    public void RemoveFirst()
    {
        var slice = waiting.Dequeue();
        if (waiting.Count == 0) Last = null;
        if (done.Count >= MaxKept) return;
        slice.Signals.Clear();
        slice.Complete = false;
        done.Push(slice);
    }

    public IEnumerator<Slice> GetEnumerator() => waiting.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
