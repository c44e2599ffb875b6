using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.TransparencyLog;
using Npgsql;

namespace EventSourcedTrading.Notary;

/// <summary>Makes proofs from the leaves and subtrees that the database keeps. What it gives is only as good as they are: check it against a signed root.</summary>
public sealed class LogProofs(NpgsqlDataSource source)
{
    private readonly LogTree tree = new(source);

    /// <summary>That leaves are in the tree of a size: RFC 9162 §2.1.3.1, each from the leaf's sibling up.</summary>
    /// <param name="indexes">From 0, below the size.</param>
    public async Task<IReadOnlyList<IReadOnlyList<byte[]>>> InclusionAsync(IReadOnlyList<long> indexes, long size, CancellationToken ct = default)
    {
        var paths = indexes.Select(index => MerkleProofs.Inclusion(index, size)).ToList();
        var roots = await RootsAsync(paths.SelectMany(path => path), size, ct);
        var taken = 0;
        return [.. paths.Select(path => roots.Skip((taken += path.Count) - path.Count).Take(path.Count).ToList())];
    }

    /// <inheritdoc cref="InclusionAsync(IReadOnlyList{long}, long, CancellationToken)"/>
    public async Task<IReadOnlyList<byte[]>> InclusionAsync(long index, long size, CancellationToken ct = default) => (await InclusionAsync([index], size, ct))[0];

    /// <summary>That the tree of one size is the beginning of that of another: RFC 9162 §2.1.4.1. Empty from 0.</summary>
    public Task<IReadOnlyList<byte[]>> ConsistencyAsync(long older, long newer, CancellationToken ct = default) => RootsAsync(older == 0 ? [] : MerkleProofs.Consistency(older, newer), newer, ct);

    private Task<IReadOnlyList<byte[]>> RootsAsync(IEnumerable<MerkleRange> ranges, long size, CancellationToken ct) => tree.RootsAsync(ranges.Select(r => (r.Start, r.End)), size, ct);
}
