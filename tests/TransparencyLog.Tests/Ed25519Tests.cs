using System.Numerics;
using System.Text.Json;

namespace EventSourcedTrading.TransparencyLog.Tests;

public sealed class Ed25519Tests
{
    /// <summary>RFC 8032 §7.1: tests 1, 2, 3 and SHA(abc).</summary>
    public static TheoryData<string, string, string> Vectors => new()
    {
        {
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
        {
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_vectors_of_RFC_8032_hold_and_no_other(string key, string message, string signature)
    {
        var (k, m, s) = (Convert.FromHexString(key), Convert.FromHexString(message), Convert.FromHexString(signature));
        Assert.True(Ed25519.Verify(k, m, s));
        Assert.False(Ed25519.Verify(k, [.. m, 0], s));
        Assert.False(Ed25519.Verify(k, m, s[..63]));
        Assert.False(Ed25519.Verify(k, m, [.. s, 0]));
        for (var bit = 0; bit < 512; bit += 37)
        {
            s[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(k, m, s), $"bit {bit}");
            s[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void The_same_signature_with_S_plus_L_is_refused()
    {
        var row = Vectors.First().Data;
        var signature = Convert.FromHexString(row.Item3);
        var l = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
        (new BigInteger(signature.AsSpan(32), isUnsigned: true) + l).TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true);
        Assert.False(Ed25519.Verify(Convert.FromHexString(row.Item1), [], signature));
    }

    [Theory]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // y = p
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // y = p + 1
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")] // x = 0 with a sign
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")] // y = 2 is on no point
    [InlineData("01")]
    public void What_is_no_point_or_not_in_its_plain_encoding_is_no_key(string key) => Assert.False(Ed25519.IsPublicKey(Convert.FromHexString(key)));

    [Fact]
    public async Task Node_and_we_agree_on_good_and_on_broken_signatures()
    {
        Assert.SkipUnless(Tool.Has("node"), "node is not installed");
        using var folder = new Folder();
        const string Script = """
            const crypto = require('crypto'), rows = [];
            for (let i = 0; i < 40; i++) {
              const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
              const message = crypto.randomBytes(i * 3), signature = crypto.sign(null, message, privateKey);
              if (i % 4 === 1) signature[crypto.randomInt(64)] ^= 1 << crypto.randomInt(8);
              if (i % 4 === 2 && i > 2) message[crypto.randomInt(message.length)] ^= 1 << crypto.randomInt(8);
              rows.push([publicKey.export({ format: 'der', type: 'spki' }).subarray(-32), message, signature].map(b => b.toString('hex')).concat(crypto.verify(null, message, publicKey, signature) ? 'good' : 'bad'));
            }
            console.log(JSON.stringify(rows));
            """;
        var rows = JsonSerializer.Deserialize<string[][]>(await Tool.OutputAsync(folder.Path, "node", "-e", Script))!;
        Assert.All(rows, row => Assert.Equal(row[3] == "good", Ed25519.Verify(Convert.FromHexString(row[0]), Convert.FromHexString(row[1]), Convert.FromHexString(row[2]))));
        Assert.Contains(rows, row => row[3] == "good");
        Assert.Contains(rows, row => row[3] == "bad");
    }
}
