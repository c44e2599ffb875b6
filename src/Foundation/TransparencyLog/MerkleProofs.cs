using System.Numerics;
using System.Security.Cryptography;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>
/// Proofs in a Merkle tree of RFC 6962 §2.1 (the same as RFC 9162 §2.1) over SHA-256: which subtrees a proof consists of, and
/// whether a proof holds. Sizes and indexes count leaves, indexes from 0.
/// </summary>
public static class MerkleProofs
{
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>No proof in a tree of fewer than 2⁶³ leaves has more hashes: one for each level, and one more for consistency.</summary>
    public const int MaxHashes = 64;

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static byte[] HashLeaf(ReadOnlySpan<byte> entry)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([0]);
        sha.AppendData(entry);
        return sha.GetHashAndReset();
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static byte[] HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => SHA256.HashData([1, .. left, .. right]);

    /// <summary>The subtrees whose hashes prove that leaf <paramref name="index"/> is in the tree, from the leaf's sibling up: PATH of RFC 9162 §2.1.3.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative or not below the size.</exception>
    public static List<MerkleRange> Inclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        List<MerkleRange> path = [];
        for (var (start, end) = (0L, size); end - start > 1;)
        {
            var middle = start + LeftSize(end - start);
            path.Add(index < middle ? new MerkleRange(middle, end) : new MerkleRange(start, middle));
            (start, end) = index < middle ? (start, middle) : (middle, end);
        }

        path.Reverse();
        return path;
    }

    /// <summary>
    /// The subtrees whose hashes prove that the tree of size <paramref name="older"/> is a prefix of the one of size
    /// <paramref name="newer"/>: PROOF of RFC 9162 §2.1.4.1. Empty if both are the same.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The older size is below 1 or above the newer one.</exception>
    public static List<MerkleRange> Consistency(long older, long newer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(older, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(older, newer);
        List<MerkleRange> path = [];
        var (start, end) = (0L, newer);
        while (older < end)
        {
            var middle = start + LeftSize(end - start);
            path.Add(older <= middle ? new MerkleRange(middle, end) : new MerkleRange(start, middle));
            (start, end) = older <= middle ? (start, middle) : (middle, end);
        }

        // The verifier knows the whole older tree already; any other last subtree has to be told.
        if (start > 0) path.Add(new MerkleRange(start, end));
        path.Reverse();
        return path;
    }

    /// <summary>
    /// The hash of a subtree of some tree (of the whole tree, or any range of <see cref="Inclusion"/> or <see cref="Consistency"/>)
    /// from the hashes of the perfect ranges that <see cref="MerkleRange.Split"/> names, left to right.
    /// </summary>
    public static byte[] Fold(IReadOnlyList<byte[]> perfect)
    {
        if (perfect.Count == 0) return SHA256.HashData([]);
        var hash = perfect[^1];
        for (var i = perfect.Count - 2; i >= 0; i--) hash = HashNode(perfect[i], hash);
        return hash;
    }

    /// <summary>RFC 9162 §2.1.3.2, step by step.</summary>
    /// <param name="refusal">Why not, if the answer is no.</param>
    public static bool VerifyInclusion(
        long index, long size, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root, out string? refusal)
    {
        refusal = Malformed(leafHash, proof, root);
        if (refusal is not null) return false;
        if (index < 0 || index >= size) return Refuse($"index is {index}; it must be from 0 to below the tree's size, {size}", out refusal);

        var (fn, sn) = (index, size - 1);
        var r = leafHash.ToArray();
        foreach (var p in proof)
        {
            if (sn == 0) return Refuse($"the proof has {proof.Count} hashes, more than leaf {index} of a tree of {size} needs", out refusal);
            if ((fn & 1) == 1 || fn == sn)
            {
                r = HashNode(p, r);
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                r = HashNode(r, p);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        if (sn != 0) return Refuse($"the proof has {proof.Count} hashes, fewer than leaf {index} of a tree of {size} needs", out refusal);
        return r.AsSpan().SequenceEqual(root) || Refuse($"the proof of leaf {index} leads to another root than that of the tree of {size}", out refusal);
    }

    /// <summary>
    /// RFC 9162 §2.1.4.2, step by step, and what it leaves out: trees of the same size have no proof and must have the same root.
    /// </summary>
    /// <param name="refusal">Why not, if the answer is no.</param>
    public static bool VerifyConsistency(
        long older, long newer, ReadOnlySpan<byte> olderRoot, ReadOnlySpan<byte> newerRoot, IReadOnlyList<byte[]> proof, out string? refusal)
    {
        refusal = Malformed(olderRoot, proof, newerRoot);
        if (refusal is not null) return false;
        if (older < 1 || older > newer) return Refuse($"the older size is {older}; it must be from 1 to the newer one, {newer}", out refusal);
        if (older == newer)
        {
            if (proof.Count > 0) return Refuse($"the proof has {proof.Count} hashes; between trees of the same size there are none", out refusal);
            return olderRoot.SequenceEqual(newerRoot) || Refuse($"two trees of size {newer} have different roots", out refusal);
        }

        if (proof.Count == 0) return Refuse($"the proof is empty; from size {older} to {newer} it has at least one hash", out refusal);
        var (fn, sn) = (older - 1, newer - 1);
        while ((fn & 1) == 1) (fn, sn) = (fn >> 1, sn >> 1);
        var next = 0;
        // A whole power of two is a node of the newer tree, and its hash is the older root itself.
        var fr = BitOperations.IsPow2(older) ? olderRoot.ToArray() : proof[next++];
        var sr = fr;
        for (; next < proof.Count; next++)
        {
            var c = proof[next];
            if (sn == 0) return Refuse($"the proof has {proof.Count} hashes, more than from size {older} to {newer} needs", out refusal);
            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (HashNode(c, fr), HashNode(c, sr));
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                sr = HashNode(sr, c);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        if (sn != 0) return Refuse($"the proof has {proof.Count} hashes, fewer than from size {older} to {newer} needs", out refusal);
        if (!fr.AsSpan().SequenceEqual(olderRoot)) return Refuse($"the proof leads to another root than that of the older tree, of {older}", out refusal);
        return sr.AsSpan().SequenceEqual(newerRoot) || Refuse($"the proof leads to another root than that of the newer tree, of {newer}", out refusal);
    }

    /// <summary>The largest power of two below <paramref name="size"/>, which is at least 2: where RFC 6962 splits a tree.</summary>
    private static long LeftSize(long size) => 1L << BitOperations.Log2((ulong)(size - 1));

    private static string? Malformed(ReadOnlySpan<byte> first, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> second)
    {
        if (first.Length != HashSize || second.Length != HashSize) return $"a hash has {(first.Length != HashSize ? first : second).Length} bytes; it must have {HashSize}";
        if (proof.Count > MaxHashes) return $"the proof has {proof.Count} hashes; it may have at most {MaxHashes}";
        for (var i = 0; i < proof.Count; i++)
            if (proof[i].Length != HashSize) return $"hash {i} of the proof has {proof[i].Length} bytes; it must have {HashSize}";
        return null;
    }

    private static bool Refuse(string reason, out string? refusal)
    {
        refusal = reason;
        return false;
    }
}
