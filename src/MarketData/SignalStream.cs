using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.MarketData;

/// <summary>Makes one numbered stream out of several that are each in order.</summary>
internal static class SignalStream
{
    /// <summary>Time, then kind (quote, trade, bar), then instrument.</summary>
    public static readonly Comparer<Signal> Order = Comparer<Signal>.Create((a, b) =>
    {
        var order = a.Time.CompareTo(b.Time);
        if (order == 0) order = a.Kind.CompareTo(b.Kind);
        return order != 0 ? order : string.CompareOrdinal(a.Instrument, b.Instrument);
    });

    /// <summary>k-way merge that holds one signal of each source; equal keys come in the order of the sources.</summary>
    public static IEnumerable<Signal> Merge(IReadOnlyList<IEnumerable<Signal>> sources)
    {
        var readers = sources.Select(s => s.GetEnumerator()).ToArray();
        try
        {
            var heads = new PriorityQueue<int, (Signal Head, int Source)>(
                readers.Length, Comparer<(Signal Head, int Source)>.Create((a, b) =>
                    Order.Compare(a.Head, b.Head) is var order and not 0 ? order : a.Source.CompareTo(b.Source)));
            for (var i = 0; i < readers.Length; i++)
                if (readers[i].MoveNext()) heads.Enqueue(i, (readers[i].Current, i));

            while (heads.TryDequeue(out var i, out var head))
            {
                yield return head.Head;
                if (readers[i].MoveNext()) heads.Enqueue(i, (readers[i].Current, i));
            }
        }
        finally
        {
            foreach (var reader in readers) reader.Dispose();
        }
    }

    /// <summary>Gives feed, sequence and slice ends to signals in order, looking one signal ahead.</summary>
    public static IEnumerable<Signal> Number(IEnumerable<Signal> ordered, string feed)
    {
        Signal? waiting = null;
        var sequence = 0L;
        foreach (var next in ordered)
        {
            if (waiting is not null)
                yield return waiting with { Feed = feed, Sequence = ++sequence, SliceEnd = waiting.Time != next.Time };
            waiting = next;
        }

        if (waiting is not null) yield return waiting with { Feed = feed, Sequence = ++sequence, SliceEnd = true };
    }
}
