using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.EventStore;

/// <summary>Batches that go into one transaction, in the order in which they came.</summary>
internal sealed class AppendGroup
{
    private readonly List<PreparedBatch> _batches = [];
    private readonly StreamMoves _streams = new();

    public IReadOnlyList<PreparedBatch> Batches => _batches;

    public int Count { get; private set; }

    /// <summary>Encoded bytes of all its rows.</summary>
    public long Bytes { get; private set; }

    public ReadOnlySpan<StreamMove> Streams => _streams.All;

    /// <summary>The last batch's time: the one that the head gets.</summary>
    public DateTimeOffset RecordedAt => _batches[^1].RecordedAt;

    /// <summary>
    /// Takes a batch in. False if it does not follow the versions that the group already moves a stream to: then
    /// only the database can tell whether it is wrong, after this group.
    /// </summary>
    public bool TryAdd(PreparedBatch batch)
    {
        if (!_streams.TryAddAll(batch.Streams)) return false;
        _batches.Add(batch);
        Count += batch.Count;
        Bytes += batch.Rows.Length;
        return true;
    }

    public void Clear()
    {
        _batches.Clear();
        _streams.Clear();
        Count = 0;
        Bytes = 0;
    }

    /// <summary>The leaf hashes of all its events.</summary>
    public byte[] Hashes()
    {
        if (_batches.Count == 1) return _batches[0].Hashes;
        var all = new byte[Count * MerkleTree.HashSize];
        var at = 0;
        foreach (var batch in _batches)
        {
            batch.Hashes.CopyTo(all, at);
            at += batch.Hashes.Length;
        }
        return all;
    }
}
