namespace EventSourcedTrading.EventStore.Audit;

/// <summary>Roots of perfect subtrees, whose leaves or nodes are a power of two in number.</summary>
public static class MerkleRoot
{
    /// <summary>The root over hashes of one level that lie one after the other.</summary>
    /// <param name="hashes">32 bytes each; a power of two of them, from one.</param>
    /// <exception cref="ArgumentException">Another number of them.</exception>
    public static byte[] Of(ReadOnlySpan<byte> hashes)
    {
        var count = hashes.Length / MerkleTree.HashSize;
        if (hashes.Length % MerkleTree.HashSize != 0 || !System.Numerics.BitOperations.IsPow2(count))
            throw new ArgumentException($"{hashes.Length} bytes are not a power of two of 32-byte hashes.", nameof(hashes));
        var level = hashes.ToArray();
        for (; count > 1; count /= 2)
            for (var i = 0; i < count / 2; i++) MerkleTree.HashNode(At(level, 2 * i), At(level, (2 * i) + 1), At(level, i));
        return level[..MerkleTree.HashSize];
    }

    private static Span<byte> At(byte[] level, int index) => level.AsSpan(index * MerkleTree.HashSize, MerkleTree.HashSize);
}
