using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore.Audit;
using FsCheck;
using FsCheck.Fluent;

namespace EventSourcedTrading.EventStore.Tests.Audit;

public sealed class MerkleTests
{
    // The inputs and roots of the Certificate Transparency reference implementation's Merkle tree test.
    private static readonly string[] Inputs =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void The_roots_are_those_of_the_reference_implementation()
    {
        var frontier = new MerkleFrontier();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(frontier.Root()));
        for (var i = 0; i < Inputs.Length; i++)
        {
            frontier.Append(MerkleTree.HashLeaf(Convert.FromHexString(Inputs[i])));
            Assert.Equal(Roots[i], Convert.ToHexStringLower(frontier.Root()));
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
