using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.TransparencyLog.Tests;

public sealed class NoteTests
{
    private const string Text = "log.example/trading\n3\nR0000000000000000000000000000000000000000000=\n";

    /// <summary>From the documentation of Go's golang.org/x/mod/sumdb/note.</summary>
    [Fact]
    public void A_note_that_Go_signed_holds()
    {
        var note = SignedNote.Parse("If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
        var key = NoteKey.Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        Assert.Equal("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", key.ToString());
        Assert.Equal(key, Assert.Single(note.Verify(key)).Key);
        Assert.Throws<InvalidProofException>(() => SignedNote.Parse(note.ToString().Replace("you don't", "you do", StringComparison.Ordinal)).Verify(key));
    }

    [Fact]
    public void The_note_of_the_specification_is_read_and_written_letter_by_letter()
    {
        const string Example = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(Example));
        Assert.EndsWith("\n\ned è subito sera.\n", note.Text, StringComparison.Ordinal);
        Assert.Equal(("quasimodo.example/salvatore", 0x367ba04bu, 64), (note.Signatures[0].KeyName, note.Signatures[0].KeyId, note.Signatures[0].Signature.Length));
        Assert.Equal(Example, note.ToString());
    }

    [Fact]
    public async Task OpenSSL_accepts_what_we_sign()
    {
        using var folder = new Folder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var note = SignedNote.Of(Text).Sign("log.example/trading", key);
        folder.Write("text", note.Text);
        folder.Write("signature", note.Signatures[0].Signature);
        folder.Write("key.pem", key.ExportSubjectPublicKeyInfoPem());
        Assert.Equal("Verified OK\n", await Tool.OutputAsync(folder.Path, "openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "text"));
    }

    [Fact]
    public async Task We_accept_what_OpenSSL_signs_and_have_its_key_id()
    {
        using var folder = new Folder();
        await Tool.OutputAsync(folder.Path, "openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "private.pem");
        await Tool.OutputAsync(folder.Path, "openssl", "pkey", "-in", "private.pem", "-pubout", "-outform", "DER", "-out", "public.der");
        folder.Write("text", Text);
        await Tool.OutputAsync(folder.Path, "openssl", "dgst", "-sha256", "-sign", "private.pem", "-out", "signature", "text");
        var id = (await Tool.OutputAsync(folder.Path, "openssl", "dgst", "-sha256", "-r", "public.der"))[..8];
        var key = NoteKey.Parse($"log.example/trading+{id}+{Convert.ToBase64String([2, .. folder.Read("public.der")])}");
        var line = Convert.ToBase64String([.. Convert.FromHexString(id), .. folder.Read("signature")]);
        Assert.Equal(key, Assert.Single(SignedNote.Parse($"{Text}\n— log.example/trading {line}\n").Verify(key)).Key);
        Assert.Throws<InvalidProofException>(() => SignedNote.Parse($"{Text}x\n\n— log.example/trading {line}\n").Verify(key));
    }

    [Fact]
    public async Task A_witness_of_Node_is_kept_and_checked()
    {
        Assert.SkipUnless(Tool.Has("node"), "node is not installed");
        using var folder = new Folder();
        using var log = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("text", Text);
        const string Script = """
            const crypto = require('crypto'), fs = require('fs');
            const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
            const message = Buffer.concat([Buffer.from('cosignature/v1\ntime 1679315147\n'), fs.readFileSync('text')]);
            console.log(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex') + crypto.sign(null, message, privateKey).toString('hex'));
            """;
        var said = Convert.FromHexString((await Tool.OutputAsync(folder.Path, "node", "-e", Script)).Trim());
        var witness = NoteKey.OfEd25519("witness.example/w1", said[..32], witness: true);
        byte[] time = [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb];
        var note = SignedNote.Parse(SignedNote.Of(Text).Sign("log.example/trading", log).With(new NoteSignature(witness.Name, witness.Id, [.. time, .. said[32..]])).ToString());

        var verified = note.Verify(NoteKey.Of("log.example/trading", log), NoteKey.Parse(witness.ToString()));
        Assert.Equal([null, DateTimeOffset.FromUnixTimeSeconds(1679315147)], verified.Select(v => v.CosignedAt));
        Assert.Single(note.Verify(NoteKey.Of("log.example/trading", log))); // an unknown witness is passed over
        var later = SignedNote.Of(Text).With(new NoteSignature(witness.Name, witness.Id, [.. time[..7], 0xcc, .. said[32..]]));
        Assert.Throws<InvalidProofException>(() => later.Verify(witness));
        Assert.Throws<InvalidProofException>(() => SignedNote.Of(Text).With(new NoteSignature(witness.Name, witness.Id, said[32..])).Verify(witness));
    }

    [Fact]
    public void One_bad_signature_by_a_known_key_spoils_the_note()
    {
        using var log = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (key, note) = (NoteKey.Of("log", log), SignedNote.Of(Text).Sign("log", log));
        Assert.Throws<InvalidProofException>(() => note.With(new NoteSignature("log", key.Id, new byte[70])).Verify(key));
        Assert.Throws<InvalidProofException>(() => note.Verify(NoteKey.Of("log", other)));
        Assert.Throws<InvalidProofException>(() => note.Verify(NoteKey.Of("log2", log))); // the same key under another name is another key
        Assert.Throws<InvalidProofException>(() => note.Verify());
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name AAAAAAE=")] // no newline at the end
    [InlineData("text\n— name AAAAAAE=\n")] // no empty line
    [InlineData("text\r\n\n— name AAAAAAE=\n")]
    [InlineData("te\txt\n\n— name AAAAAAE=\n")]
    [InlineData("te\0xt\n\n— name AAAAAAE=\n")]
    [InlineData("text\n\n- name AAAAAAE=\n")]
    [InlineData("text\n\n—name AAAAAAE=\n")]
    [InlineData("text\n\n— AAAAAAE=\n")]
    [InlineData("text\n\n—  AAAAAAE=\n")]
    [InlineData("text\n\n— na+me AAAAAAE=\n")]
    [InlineData("text\n\n— na me AAAAAAE=\n")]
    [InlineData("text\n\n— na\u00a0me AAAAAAE=\n")]
    [InlineData("text\n\n— name  AAAAAAE=\n")]
    [InlineData("text\n\n— name AAAAAA==\n")] // a key id and nothing else
    [InlineData("text\n\n— name AAAAAAE\n")]
    [InlineData("text\n\n— name AAAAAAF=\n")] // idle bits
    [InlineData("text\n\n— name AAAA AAE=\n")]
    [InlineData("text\n\n— name AAAAAAE=\nmore\n")]
    public void A_malformed_note_is_refused(string note) => Assert.Throws<InvalidProofException>(() => SignedNote.Parse(note));

    [Fact]
    public void A_note_has_bounds_and_is_UTF_8()
    {
        const string Line = "— name AAAAAAE=\n";
        Assert.Equal(100, SignedNote.Parse("text\n\n" + string.Concat(Enumerable.Repeat(Line, 100))).Signatures.Count);
        Assert.Throws<InvalidProofException>(() => SignedNote.Parse("text\n\n" + string.Concat(Enumerable.Repeat(Line, 101))));
        var most = new string('x', SignedNote.MaxLength - Encoding.UTF8.GetByteCount("\n\n" + Line));
        Assert.Single(SignedNote.Parse($"{most}\n\n{Line}").Signatures);
        Assert.Throws<InvalidProofException>(() => SignedNote.Parse($"{most}x\n\n{Line}"));
        Assert.Throws<InvalidProofException>(() => SignedNote.Parse([.. "te"u8, 0xff, .. Encoding.UTF8.GetBytes("xt\n\n" + Line)]));
        Assert.Throws<InvalidProofException>(() => SignedNote.Parse("te\ud800xt\n\n" + Line));
        Assert.Throws<InvalidProofException>(() => SignedNote.Of("no newline"));
        Assert.Throws<InvalidProofException>(() => SignedNote.Of(Text).With(new NoteSignature("a+b", 1, [1])));
    }

    [Theory]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // another id
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+AxpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // an unknown type
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=")] // 31 bytes
    [InlineData("PeterNeumann+c74f20a3+")]
    [InlineData("PeterNeumann+c74f20a3")]
    [InlineData("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    public void A_malformed_key_is_refused(string key) => Assert.Throws<InvalidProofException>(() => NoteKey.Parse(key));

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<InvalidProofException>(() => NoteKey.Of("log", key));
    }

    [Fact]
    public void A_checkpoint_is_read_and_written_strictly()
    {
        const string Good = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        Assert.Equal(Good, Checkpoint.Parse(Good).ToString());
        Assert.Equal(Good + "extension\n", Checkpoint.Parse(Good + "extension\n").ToString());
        Assert.Equal(20852163, Checkpoint.Parse(Good).Size);
        string[] bad =
        [
            Good[..^1], Good + "\n", "\n" + Good, Good.Replace("20852163", "020852163", StringComparison.Ordinal), Good.Replace("20852163", "+20852163", StringComparison.Ordinal),
            Good.Replace("20852163", "-1", StringComparison.Ordinal), Good.Replace("20852163", "9223372036854775808", StringComparison.Ordinal), Good.Replace("20852163", "1 ", StringComparison.Ordinal),
            Good.Replace("20852163", "0", StringComparison.Ordinal), Good.Replace("q2I=", "q2J=", StringComparison.Ordinal), Good.Replace("q2I=", "q2I", StringComparison.Ordinal),
            Good.Replace("CsUY", "", StringComparison.Ordinal), "origin\n1\n", "",
        ];
        Assert.All(bad, text => Assert.Throws<InvalidProofException>(() => Checkpoint.Parse(text)));
        Assert.Equal(0, Checkpoint.Parse($"origin\n0\n{Convert.ToBase64String(SHA256.HashData([]))}\n").Size);
        Assert.Throws<InvalidProofException>(() => new Checkpoint("two\nlines", 1, new byte[32]).ToString());
    }

    [Fact]
    public void A_checkpoint_must_be_signed_by_its_own_log()
    {
        using var log = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = new Checkpoint("log.example/trading", 1, new byte[32]).ToString();
        Assert.Equal(1, Checkpoint.Open(SignedNote.Of(text).Sign("log.example/trading", log), NoteKey.Of("log.example/trading", log), out _).Size);
        Assert.Throws<InvalidProofException>(() => Checkpoint.Open(SignedNote.Of(text).Sign("log.example/other", log), NoteKey.Of("log.example/other", log), out _));
        using var witness = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var witnessed = SignedNote.Of(text).Sign("w", witness);
        Assert.Throws<InvalidProofException>(() => Checkpoint.Open(witnessed, NoteKey.Of("log.example/trading", log), out _, NoteKey.Of("w", witness)));
    }
}
