using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventSourcedTrading.TransparencyLog.Tests;

public sealed class BundleTests
{
    private readonly SmallLog log = SmallLog.Create();

    [Fact]
    public void A_proof_of_one_leaf_is_written_read_and_verified()
    {
        var prove = log.Prove(6);
        var proof = new TlogProof(5, [.. prove.Proof.Select(Convert.FromBase64String)], log.Checkpoint(), "extra"u8.ToArray());
        var text = proof.ToString();
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 5\n", text, StringComparison.Ordinal);
        var read = TlogProof.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal(text, read.ToString());
        var leaf = MerkleProofs.HashLeaf(log.Leaf(6));
        Assert.Equal(12, read.Verify(leaf, log.PublicKey).Size);
        Assert.Throws<InvalidProofException>(() => read.Verify(MerkleProofs.HashLeaf(log.Leaf(7)), log.PublicKey));
        Assert.Throws<InvalidProofException>(() => (read with { Index = 4 }).Verify(leaf, log.PublicKey));
        Assert.Throws<InvalidProofException>(() => read.Verify(leaf, SmallLog.Create().PublicKey));

        string[] bad =
        [
            text.Replace("@v1", "@v2", StringComparison.Ordinal), text.Replace("index 5", "index 05", StringComparison.Ordinal), text.Replace("index 5\n", "", StringComparison.Ordinal),
            text.Replace("index 5\n", "index 5\n\n", StringComparison.Ordinal), text.Replace("extra ZXh0cmE=\nindex 5\n", "index 5\nextra ZXh0cmE=\n", StringComparison.Ordinal),
            text.Replace("index 5\n", "index 5\nAAAA\n", StringComparison.Ordinal), text[..text.IndexOf("\n\n", StringComparison.Ordinal)], text + "\n", "",
            text.Replace("index 5\n", "index 5\n" + string.Concat(Enumerable.Repeat(prove.Proof[0] + "\n", 65)), StringComparison.Ordinal),
        ];
        Assert.All(bad, b => Assert.Throws<InvalidProofException>(() => TlogProof.Parse(Encoding.UTF8.GetBytes(b))));
    }

    [Fact]
    public void A_bundle_is_written_read_and_verified()
    {
        var bundle = log.Bundle();
        var json = bundle.Write();
        Assert.Equal(json, ProofBundle.Read(json).Write());
        Assert.Equal(12, ProofBundle.Read(json).Verify(log.PublicKey).Size);
        Assert.Equal(["format", "subject", "checkpoint", "publicKey", "timestamp", "events"], JsonNode.Parse(json)!.AsObject().Select(m => m.Key));
        Assert.Throws<InvalidProofException>(() => bundle.Verify(SmallLog.Create().PublicKey));
        Assert.Throws<InvalidProofException>(() => (bundle with { Events = [bundle.Events[0] with { Leaf = bundle.Events[1].Leaf }] }).Verify(log.PublicKey));
    }

    [Fact]
    public void Both_readers_refuse_the_same_malformed_files()
    {
        var good = Encoding.UTF8.GetString(log.Bundle().Write());
        var one = JsonSerializer.Serialize(log.Bundle().Events[0], JsonSerializerOptions.Web);
        string Change(string from, string to) => good.Contains(from, StringComparison.Ordinal) ? good.Replace(from, to, StringComparison.Ordinal) : throw new InvalidOperationException(from);
        string[] bad =
        [
            "", "null", "[]", "{}", good[..^3], good + "x", good.Insert(1, "\"extra\": 1,"), good.Insert(1, "\"format\": \"est-proof-1\","), Change("est-proof-1", "est-proof-2"),
            Change("\"subject\"", "\"Subject\""), Change("\"order main-1\"", "7"), Change("  \"timestamp\": null,\n", ""), Change("\"timestamp\": null", "\"timestamp\": 1"), Change("\"subject\": \"order main-1\"", "\"subject\": null"),
            Change("\"position\": \"2\"", "\"position\": 2"), Change("\"position\": \"2\"", "\"position\": \"02\""), Change("\"position\": \"2\"", "\"position\": \"0\""), Change("\"position\": \"2\"", "\"position\": \"-2\""),
            Change("\"position\": \"4\"", "\"position\": \"2\""), Change("\"position\": \"2\"", "\"Position\": \"2\""), Change("\"position\": \"2\"", "\"position\": \"2\", \"position\": \"2\""), Change("\"position\": \"2\"", "\"position\": \"\\ud800\""),
            Change("\"order main-1\"", "\"\\ud800\""), Change("\"timestamp\": null", "\"timestamp\": null, // comment\n"), "\ufeff" + good,
            $$"""{"format":"est-proof-1","subject":"order main-1","checkpoint":"","publicKey":"","timestamp":null,"events":[]}""",
            $$"""{"format":"est-proof-1","subject":"order main-1","checkpoint":"","publicKey":"","timestamp":null,"events":[null]}""",
            $$"""{"format":"est-proof-1","subject":"order main-1","checkpoint":"","publicKey":"","timestamp":null,"events":[[[[[[[[]]]]]]]]}""",
            $$"""{"format":"est-proof-1","subject":"order main-1","checkpoint":"","publicKey":"","timestamp":null,"events":[{"position":"1","leaf":"{}","proof":[{{string.Join(',', Enumerable.Repeat("\"\"", 65))}}]}]}""",
            $$"""{"format":"est-proof-1","subject":"order main-1","checkpoint":"","publicKey":"","timestamp":null,"events":[{{string.Join(',', Enumerable.Repeat(one, ProofBundle.MaxEvents + 1))}}]}""",
        ];
        var key = Verify.LogKey.Parse(log.PublicKey.ToString());
        Assert.Null(Verify.Verification.Check(Encoding.UTF8.GetBytes(good), key, null, open: false).Refusal);
        foreach (var text in bad)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var shown = text.Length > 200 ? text[..200] : text;
            Assert.True(Record.Exception(() => ProofBundle.Read(bytes)) is InvalidProofException, shown);
            Assert.True(Verify.Verification.Check(bytes, key, null, open: false).Refusal is not null, shown);
        }

        var large = new byte[ProofBundle.MaxLength + 1];
        Assert.Throws<InvalidProofException>(() => ProofBundle.Read(large));
        Assert.Contains("the most is", Verify.Verification.Check(large, key, null, open: false).Refusal, StringComparison.Ordinal);
    }
}
