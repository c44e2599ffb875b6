using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace EventSourcedTrading.EventStore.Tests.Audit;

public sealed class MerkleTests
{
    [Fact]
    public void The_roots_are_those_of_the_reference_implementation()
    {
        var frontier = new MerkleFrontier();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(frontier.Root()));
        foreach (var (entry, root) in CertificateTransparency.Entries.Zip(CertificateTransparency.Roots))
        {
            frontier.Append(MerkleTree.HashLeaf(entry));
            Assert.Equal(root, Convert.ToHexStringLower(frontier.Root()));
        }
    }

    [Fact]
    public void The_root_is_what_the_definition_gives_and_survives_saving_at_any_point() =>
        Prop.ForAll(Gen.Choose(0, 300).Two().ToArbitrary(), sizes =>
        {
            var leaves = Enumerable.Range(0, sizes.Item1 + sizes.Item2)
                .Select(i => MerkleTree.HashLeaf(Encoding.UTF8.GetBytes($"leaf {i}"))).ToArray();
            var frontier = new MerkleFrontier();
            frontier.AppendAll(leaves.Take(sizes.Item1).SelectMany(l => l).ToArray());
            var resumed = MerkleFrontier.Load(frontier.Size, frontier.Save());
            resumed.AppendAll(leaves.Skip(sizes.Item1).SelectMany(l => l).ToArray());
            return resumed.Root().AsSpan().SequenceEqual(Definition(leaves));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_frontier_that_does_not_fit_its_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => MerkleFrontier.Load(3, new byte[32]));

    /// <summary>RFC 6962 §2.1, word for word.</summary>
    private static byte[] Definition(byte[][] leaves)
    {
        if (leaves.Length == 0) return SHA256.HashData([]);
        if (leaves.Length == 1) return leaves[0];
        var k = 1;
        while (k * 2 < leaves.Length) k *= 2;
        return SHA256.HashData([1, .. Definition(leaves[..k]), .. Definition(leaves[k..])]);
    }
}
