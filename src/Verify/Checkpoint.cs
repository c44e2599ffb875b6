using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static EventSourcedTrading.Verify.Strict;

namespace EventSourcedTrading.Verify;

/// <summary>The key of a log: ECDSA P-256, from a note verifier key <c>name+id+base64(0x02 ‖ SubjectPublicKeyInfo)</c> or from PEM.</summary>
/// <param name="Name">The log's name; null from PEM, which has none.</param>
public sealed record LogKey(string? Name, byte[] PublicKey)
{
    /// <summary>C2SP signed-note, type 0x02: the first four bytes of the SHA-256 of the DER.</summary>
    public uint Id => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(PublicKey));

    /// <exception cref="RefusedException">It is neither, or not a key on P-256.</exception>
    public static LogKey Parse(string text)
    {
        text = text.Trim();
        try
        {
            using var key = ECDsa.Create();
            string? name = null;
            if (text.StartsWith("-----BEGIN PUBLIC KEY-----", StringComparison.Ordinal))
            {
                key.ImportFromPem(text);
            }
            else
            {
                var parts = text.Split('+', 3);
                That(parts.Length == 3 && parts[0].Length > 0, $"the key '{Short(text)}' is neither name+id+base64 nor PEM of a public key");
                var bytes = Base64(parts[2], "the key");
                That(bytes.Length > 1 && bytes[0] == 2, "the key is not of type 0x02, ECDSA");
                key.ImportSubjectPublicKeyInfo(bytes.AsSpan(1), out _);
                name = parts[0];
                That($"{name}+{new LogKey(name, bytes[1..]).Id:x8}+{parts[2]}" == text, $"the key's id is '{Short(parts[1])}', which is not that of its bytes");
                That(key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(bytes.AsSpan(1)), "the key is not in its plain encoding");
            }

            That(key.ExportParameters(false).Curve.Oid.Value == "1.2.840.10045.3.1.7", "the key is not on the curve P-256");
            return new LogKey(name, key.ExportSubjectPublicKeyInfo());
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException) // the last: a curve that nobody knows
        {
            throw new RefusedException($"the key cannot be read: {e.Message}");
        }
    }
}

/// <summary>C2SP tlog-checkpoint in a C2SP signed-note.</summary>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    private const string Dash = "\u2014 "; // em dash and space begin a signature line

    /// <exception cref="RefusedException">The note is malformed, or not signed by this key.</exception>
    public static Checkpoint Open(string note, LogKey key)
    {
        That(note.Length <= 1 << 20 && !note.Any(c => c < ' ' && c != '\n'), "the checkpoint is longer than 1 MB or holds control characters");
        var gap = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        That(gap > 0 && note.EndsWith('\n') && gap + 2 < note.Length, "the checkpoint is not a text, an empty line and signature lines");
        var lines = note[..gap].Split('\n');
        That(lines.Length >= 3 && !lines.Contains(""), "the checkpoint must have the lines origin, size and root");
        That(key.Name is null || key.Name == lines[0], $"the checkpoint is of the log '{Short(lines[0])}', the key is that of '{key.Name}'");

        var (signed, holds) = (Encoding.UTF8.GetBytes(note[..(gap + 1)]), false);
        var signatures = note[(gap + 2)..^1].Split('\n');
        That(signatures.Length <= 100, "the checkpoint has more than 100 signatures");
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key.PublicKey, out _);
        foreach (var line in signatures)
        {
            var parts = line.Split(' ');
            That(line.StartsWith(Dash, StringComparison.Ordinal) && parts.Length == 3 && parts[1].Length > 0, $"'{Short(line)}' is not a signature line");
            var bytes = Base64(parts[2], "a signature");
            That(bytes.Length > 4, "a signature is too short");
            if (parts[1] != lines[0] || BinaryPrimitives.ReadUInt32BigEndian(bytes) != key.Id) continue; // a witness, or another key
            holds = ecdsa.VerifyData(signed, bytes.AsSpan(4), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            That(holds, "the log's signature does not hold: checkpoint, signature or key has been altered");
        }

        That(holds, "the checkpoint is not signed with the given key");
        return new Checkpoint(lines[0], Number(lines[1], "the tree's size"), Hash(lines[2], "the tree's root"));
    }
}

/// <summary>RFC 6962 §2.1: leaves are hashed with 0x00 before them, nodes with 0x01.</summary>
public static class Tree
{
    public static byte[] HashLeaf(string leaf) => SHA256.HashData([0, .. new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(leaf)]);

    /// <summary>The root that follows from a leaf and its proof; null if the proof has too few or too many hashes.</summary>
    /// <param name="proof">§2.1.1: the leaf's sibling first. So the last hash is the half of the tree in which the leaf is not.</param>
    public static byte[]? Root(long index, long size, byte[] leaf, ReadOnlySpan<byte[]> proof)
    {
        if (index < 0 || index >= size) return null;
        if (size == 1) return proof.IsEmpty ? leaf : null;
        if (proof.IsEmpty) return null;
        var left = 1L;
        while (left < size - left) left *= 2; // the largest power of two below size
        var inner = index < left ? Root(index, left, leaf, proof[..^1]) : Root(index - left, size - left, leaf, proof[..^1]);
        if (inner is null) return null;
        return index < left ? SHA256.HashData([1, .. inner, .. proof[^1]]) : SHA256.HashData([1, .. proof[^1], .. inner]);
    }
}
