using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.TransparencyLog;
using Npgsql;

namespace EventSourcedTrading.Notary;

/// <summary>Makes proofs from the leaves and subtrees that the database keeps. What it gives is only as good as they are: check it against a signed root.</summary>
public sealed class LogProofs(NpgsqlDataSource source)
{
    private readonly LogTree tree = new(source);

    /// <summary>That a leaf is in the tree of a size: RFC 9162 §2.1.3.1, from the leaf's sibling up.</summary>
    /// <param name="index">From 0, below the size.</param>
    public Task<IReadOnlyList<byte[]>> InclusionAsync(long index, long size, CancellationToken ct = default) => FillAsync(MerkleProofs.Inclusion(index, size), ct);

    /// <summary>That the tree of one size is the beginning of that of another: RFC 9162 §2.1.4.1. Empty from 0.</summary>
    public Task<IReadOnlyList<byte[]>> ConsistencyAsync(long older, long newer, CancellationToken ct = default) => FillAsync(older == 0 ? [] : MerkleProofs.Consistency(older, newer), ct);

    private async Task<IReadOnlyList<byte[]>> FillAsync(List<MerkleRange> ranges, CancellationToken ct)
    {
        var hashes = new List<byte[]>(ranges.Count);
        foreach (var range in ranges) hashes.Add(await tree.RootAsync(range.Start, range.End, ct));
        return hashes;
    }
}
