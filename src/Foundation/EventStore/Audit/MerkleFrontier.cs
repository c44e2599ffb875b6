using System.Numerics;

namespace EventSourcedTrading.EventStore.Audit;

/// <summary>
/// The right edge of a Merkle tree: the roots of the perfect subtrees that its size falls into, the largest
/// first. It is all that is needed to add leaves and to know the root: as many hashes as the size has one bits.
/// </summary>
public sealed class MerkleFrontier
{
    private const int MostSubtrees = 63;
    private readonly byte[] _hashes = new byte[MostSubtrees * MerkleTree.HashSize];

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; private set; }

    private int Count => BitOperations.PopCount((ulong)Size);

    /// <summary>Takes up a frontier that <see cref="Save"/> gave.</summary>
    /// <exception cref="ArgumentException">The hashes are not as many as a tree of this size has.</exception>
    public static MerkleFrontier Load(long size, ReadOnlySpan<byte> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var frontier = new MerkleFrontier { Size = size };
        if (hashes.Length != frontier.Count * MerkleTree.HashSize)
            throw new ArgumentException(
                $"A tree of {size} leaves has {frontier.Count} frontier hashes of 32 bytes, not {hashes.Length} bytes.",
                nameof(hashes));
        hashes.CopyTo(frontier._hashes);
        return frontier;
    }

    public byte[] Save() => _hashes.AsSpan(0, Count * MerkleTree.HashSize).ToArray();

    public void CopyFrom(MerkleFrontier other)
    {
        Size = other.Size;
        other._hashes.AsSpan(0, other.Count * MerkleTree.HashSize).CopyTo(_hashes);
    }

    /// <summary>Adds one leaf hash. Amortised one node hash.</summary>
    /// <param name="leafHash">32 bytes.</param>
    /// <param name="finished">Takes the subtrees of 256, 65,536, … leaves that this leaf completes.</param>
    public void Append(ReadOnlySpan<byte> leafHash, ICollection<FinishedSubtree>? finished = null)
    {
        Span<byte> hash = stackalloc byte[MerkleTree.HashSize];
        leafHash.CopyTo(hash);
        var last = Count;
        // Like adding one in binary: each one bit that carries is a subtree that the new one completes.
        for (var height = 1; ((Size >> (height - 1)) & 1) == 1; height++)
        {
            MerkleTree.HashNode(Subtree(--last), hash, hash);
            if (height % 8 == 0) finished?.Add(new FinishedSubtree(height / 8, Size >> height, hash.ToArray()));
        }

        hash.CopyTo(Subtree(last));
        Size++;
    }

    /// <summary>Adds leaf hashes that lie one after the other.</summary>
    public void AppendAll(ReadOnlySpan<byte> leafHashes, ICollection<FinishedSubtree>? finished = null)
    {
        for (; !leafHashes.IsEmpty; leafHashes = leafHashes[MerkleTree.HashSize..])
            Append(leafHashes[..MerkleTree.HashSize], finished);
    }

    /// <summary>The root of the tree, RFC 6962 §2.1.</summary>
    public byte[] Root()
    {
        if (Size == 0) return MerkleTree.EmptyRoot.ToArray();
        var root = Subtree(Count - 1).ToArray();
        for (var i = Count - 2; i >= 0; i--) MerkleTree.HashNode(Subtree(i), root, root);
        return root;
    }

    private Span<byte> Subtree(int index) => _hashes.AsSpan(index * MerkleTree.HashSize, MerkleTree.HashSize);
}

/// <summary>A perfect subtree that is whole: a node of a C2SP tile above the lowest.</summary>
/// <param name="Level">1 for 256 leaves, 2 for 65,536, …</param>
/// <param name="Index">From 0, among those of its level.</param>
/// <param name="Hash">32 bytes.</param>
public readonly record struct FinishedSubtree(int Level, long Index, byte[] Hash);
