using System.Security.Cryptography;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.TransparencyLog.Tests;

public sealed class MerkleTests
{
    private static readonly byte[][] Leaves = [.. CertificateTransparency.Entries.Select(e => MerkleProofs.HashLeaf(e))];

    // The proofs are of the same test as the entries.
    private const string
        A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4", D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 8, A, B, C)]
    [InlineData(5, 8, D, E, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(1, 5, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", B, D)]
    public void Inclusion_is_proven_as_in_the_reference_implementation(int index, int size, params string[] path)
    {
        Assert.Equal(path, Hashes(MerkleProofs.Inclusion(index, size), Leaves).Select(Convert.ToHexStringLower));
        Assert.True(MerkleProofs.VerifyInclusion(index, size, Leaves[index], Bytes(path), Convert.FromHexString(CertificateTransparency.Roots[size - 1]), out _));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8, A, B, C)]
    [InlineData(6, 8, F, E, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, B, D)]
    public void Consistency_is_proven_as_in_the_reference_implementation(int older, int newer, params string[] path)
    {
        Assert.Equal(path, Hashes(MerkleProofs.Consistency(older, newer), Leaves).Select(Convert.ToHexStringLower));
        Assert.True(MerkleProofs.VerifyConsistency(older, newer, Convert.FromHexString(CertificateTransparency.Roots[older - 1]), Convert.FromHexString(CertificateTransparency.Roots[newer - 1]), Bytes(path), out _));
    }

    [Fact]
    public void Every_leaf_of_every_tree_up_to_70_is_proven_and_no_other_proof_is_taken()
    {
        var leaves = Some.Leaves(70);
        for (var size = 1; size <= 70; size++)
        {
            var (tree, root) = (leaves[..size], Definition.Root(leaves[..size]));
            for (var index = 0; index < size; index++)
            {
                var path = Definition.Path(index, tree);
                Assert.Equal(path, Hashes(MerkleProofs.Inclusion(index, size), tree));
                Assert.True(MerkleProofs.VerifyInclusion(index, size, leaves[index], path, root, out var refusal), refusal);
                foreach (var bad in Altered(path)) Assert.False(MerkleProofs.VerifyInclusion(index, size, leaves[index], bad, root, out _));
                Assert.False(MerkleProofs.VerifyInclusion(index, size, Flipped(leaves[index], 9), path, root, out _));
                Assert.False(MerkleProofs.VerifyInclusion(index, size, leaves[index], path, Flipped(root, 200), out _));
                for (var other = 0; other < size; other++) Assert.Equal(other == index, MerkleProofs.VerifyInclusion(other, size, leaves[index], path, root, out _));
            }
        }
    }

    [Fact]
    public void Every_pair_of_trees_up_to_70_is_proven_and_no_other_proof_is_taken()
    {
        var leaves = Some.Leaves(70);
        byte[][] roots = [.. Enumerable.Range(0, 71).Select(size => Definition.Root(leaves[..size]))];
        for (var newer = 1; newer <= 70; newer++)
        {
            for (var older = 1; older <= newer; older++)
            {
                var path = Definition.Proof(older, leaves[..newer]);
                Assert.Equal(path, Hashes(MerkleProofs.Consistency(older, newer), leaves[..newer]));
                Assert.True(MerkleProofs.VerifyConsistency(older, newer, roots[older], roots[newer], path, out var refusal), refusal);
                foreach (var bad in Altered(path)) Assert.False(MerkleProofs.VerifyConsistency(older, newer, roots[older], roots[newer], bad, out _));
                Assert.False(MerkleProofs.VerifyConsistency(older, newer, Flipped(roots[older], 3), roots[newer], path, out _));
                Assert.False(MerkleProofs.VerifyConsistency(older, newer, roots[older], Flipped(roots[newer], 3), path, out _));
                Assert.False(MerkleProofs.VerifyConsistency(older, newer, roots[older - 1], roots[newer], path, out _));
            }
        }
    }

    [Fact]
    public void Large_trees_are_proven_too()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 300; round++)
        {
            var size = random.NextInt64(1, 1L << random.Next(1, 62));
            var (index, older) = (random.NextInt64(size), random.NextInt64(1, size + 1));
            // All leaves are alike but one, so that a subtree's hash follows from its size and whether that one is in it.
            var odd = new OneOddLeaf(index);
            var path = MerkleProofs.Inclusion(index, size).ConvertAll(odd.Hash);
            var root = odd.Hash(new MerkleRange(0, size));
            Assert.Equal(root, MerkleProofs.Fold(new MerkleRange(0, size).Split().ConvertAll(odd.Hash)));
            Assert.True(MerkleProofs.VerifyInclusion(index, size, odd.Hash(new MerkleRange(index, index + 1)), path, root, out var refusal), $"{index} of {size}: {refusal}");
            Assert.Equal(size == 1 ? root : null, Verify.Tree.Root(index, size, odd.Hash(new MerkleRange(index, index + 1)), []));
            Assert.Equal(root, Verify.Tree.Root(index, size, odd.Hash(new MerkleRange(index, index + 1)), path.ToArray()));
            if (path.Count > 0) Assert.False(MerkleProofs.VerifyInclusion(index, size, odd.Hash(new MerkleRange(index, index + 1)), path[1..], root, out _));

            var proof = MerkleProofs.Consistency(older, size).ConvertAll(odd.Hash);
            Assert.True(MerkleProofs.VerifyConsistency(older, size, odd.Hash(new MerkleRange(0, older)), root, proof, out refusal), $"{older} to {size}: {refusal}");
        }
    }

    [Fact]
    public void What_cannot_be_a_proof_is_refused_with_the_reason()
    {
        var (leaf, root) = (new byte[32], new byte[32]);
        Assert.Equal("index is 8; it must be from 0 to below the tree's size, 8", Inclusion(8, 8, leaf, [], root));
        Assert.Contains("index is -1", Inclusion(-1, 8, leaf, [], root), StringComparison.Ordinal);
        Assert.Contains("index is 0", Inclusion(0, 0, leaf, [], root), StringComparison.Ordinal);
        Assert.Contains("31 bytes", Inclusion(0, 1, leaf[1..], [], root), StringComparison.Ordinal);
        Assert.Contains("33 bytes", Inclusion(0, 1, leaf, [], [.. root, 0]), StringComparison.Ordinal);
        Assert.Contains("hash 1 of the proof has 0 bytes", Inclusion(0, 4, leaf, [leaf, []], root), StringComparison.Ordinal);
        Assert.Contains("65 hashes", Inclusion(0, long.MaxValue, leaf, [.. Enumerable.Repeat(leaf, 65)], root), StringComparison.Ordinal);
        Assert.Contains("more than", Inclusion(0, 1, leaf, [leaf], root), StringComparison.Ordinal);
        Assert.Contains("fewer than", Inclusion(0, 2, leaf, [], root), StringComparison.Ordinal);
        Assert.False(MerkleProofs.VerifyConsistency(0, 4, leaf, root, [], out _)); // everything extends nothing: there is nothing to prove
        Assert.False(MerkleProofs.VerifyConsistency(5, 4, leaf, root, [], out _));
        Assert.False(MerkleProofs.VerifyConsistency(4, 4, leaf, root, [leaf], out _));
        Assert.False(MerkleProofs.VerifyConsistency(3, 4, leaf, root, [], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProofs.Inclusion(3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProofs.Consistency(0, 3));
    }

    [Fact]
    public void Any_range_splits_into_perfect_ones_without_gap_or_overlap()
    {
        for (var start = 0; start < 40; start++)
        {
            for (var end = start; end < 80; end++)
            {
                var parts = new MerkleRange(start, end).Split();
                Assert.Equal(Enumerable.Range(start, end - start).Select(i => (long)i), parts.SelectMany(p => Enumerable.Range((int)p.Start, (int)p.Length)).Select(i => (long)i));
                Assert.All(parts, p => Assert.True(p.IsPerfect && p.Index << p.Level == p.Start));
                // The fewest: no two neighbours could be one.
                Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.False(new MerkleRange(pair.First.Start, pair.Second.End).IsPerfect));
            }
        }
    }

    private static string Inclusion(long index, long size, byte[] leaf, byte[][] proof, byte[] root)
    {
        Assert.False(MerkleProofs.VerifyInclusion(index, size, leaf, proof, root, out var refusal));
        return refusal!;
    }

    private static List<byte[]> Hashes(List<MerkleRange> ranges, byte[][] leaves) => ranges.ConvertAll(r => Some.HashOf(r, leaves));

    private static byte[][] Bytes(string[] hex) => Array.ConvertAll(hex, Convert.FromHexString);

    /// <summary>Each hash changed, left out, doubled, swapped with the next, shortened; and one too many at either end.</summary>
    private static IEnumerable<byte[][]> Altered(byte[][] proof)
    {
        yield return [.. proof, new byte[32]];
        yield return [new byte[32], .. proof];
        for (var i = 0; i < proof.Length; i++)
        {
            yield return [.. proof[..i], Flipped(proof[i], i), .. proof[(i + 1)..]];
            yield return [.. proof[..i], .. proof[(i + 1)..]];
            yield return [.. proof[..i], proof[i], .. proof[i..]];
            yield return [.. proof[..i], proof[i][1..], .. proof[(i + 1)..]];
            if (i + 1 < proof.Length) yield return [.. proof[..i], proof[i + 1], proof[i], .. proof[(i + 2)..]];
        }
    }

    private static byte[] Flipped(byte[] hash, int bit)
    {
        var flipped = hash.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private sealed class OneOddLeaf(long odd)
    {
        private readonly Dictionary<long, byte[]> alike = [];

        public byte[] Hash(MerkleRange range) => Hash(range.Start, range.End);

        private byte[] Hash(long start, long end)
        {
            var plain = odd < start || odd >= end;
            if (plain && alike.TryGetValue(end - start, out var known)) return known;
            byte[] hash;
            if (end - start == 1)
            {
                hash = SHA256.HashData([plain ? (byte)0 : (byte)1]);
            }
            else
            {
                var k = 1L;
                while (k < end - start - k) k *= 2;
                hash = SHA256.HashData([1, .. Hash(start, start + k), .. Hash(start + k, end)]);
            }

            return plain ? alike[end - start] = hash : hash;
        }
    }
}
