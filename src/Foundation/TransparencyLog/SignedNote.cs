using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>A signature line of a note, not checked.</summary>
/// <param name="KeyName">Not empty, without Unicode spaces or '+'.</param>
/// <param name="KeyId">With the name it says which key signed; too short to be trusted by itself.</param>
/// <param name="Signature">At least one byte; what it holds depends on the type of the key.</param>
public sealed record NoteSignature(string KeyName, uint KeyId, byte[] Signature);

/// <summary>A signature that holds.</summary>
/// <param name="CosignedAt">What a witness says its time was, in whole seconds; null for other signatures.</param>
public sealed record VerifiedSignature(NoteKey Key, DateTimeOffset? CosignedAt);

/// <summary>
/// A text with signatures under it, C2SP signed-note (c2sp.org/signed-note). <see cref="Parse"/> and <see cref="ToString"/> are exact
/// inverses. Nothing of it is proven before <see cref="Verify"/>.
/// </summary>
public sealed record SignedNote
{
    /// <summary>In bytes of UTF-8, signatures included.</summary>
    public const int MaxLength = 1 << 20;
    public const int MaxSignatures = 100;
    private const string Dash = "\u2014 ";

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures) => (Text, Signatures) = (text, signatures);

    /// <summary>What is signed: its last newline included, the blank line after it not.</summary>
    public string Text { get; }

    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>A note that nobody has signed yet.</summary>
    /// <param name="text">Ends in a newline; no other control characters.</param>
    public static SignedNote Of(string text)
    {
        CheckCharacters(text);
        if (!text.EndsWith('\n')) throw new InvalidProofException("The note's text must end in a newline; add one.");
        return new SignedNote(text, []);
    }

    /// <exception cref="InvalidProofException">It is malformed or too large.</exception>
    public static SignedNote Parse(string note)
    {
        CheckCharacters(note);
        // The text may have empty lines of its own: the last one parts it from the signatures.
        var gap = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0) throw new InvalidProofException("The note has no empty line between text and signatures.");
        if (!note.EndsWith('\n') || gap + 2 == note.Length) throw new InvalidProofException("The note must end in a signature line and a newline.");
        var lines = note[(gap + 2)..^1].Split('\n', MaxSignatures + 1);
        if (lines.Length > MaxSignatures) throw new InvalidProofException($"The note has more than {MaxSignatures} signatures.");
        return new SignedNote(note[..(gap + 1)], Array.ConvertAll(lines, ParseLine));
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static SignedNote Parse(ReadOnlySpan<byte> utf8) =>
        utf8.Length <= MaxLength ? Parse(StrictText.FromUtf8(utf8, "The note")) : throw TooLarge(utf8.Length);

    /// <summary>The same note with one more signature.</summary>
    public SignedNote With(NoteSignature signature)
    {
        if (Signatures.Count == MaxSignatures) throw new InvalidProofException($"The note has {MaxSignatures} signatures already, the most there may be.");
        NoteKey.CheckName(signature.KeyName);
        return new SignedNote(Text, [.. Signatures, signature]);
    }

    /// <summary>The same note signed with ECDSA on P-256: ASN.1 DER, over the SHA-256 of the text (type 0x02).</summary>
    public SignedNote Sign(string keyName, ECDsa key)
    {
        var signer = NoteKey.Of(keyName, key);
        return With(new NoteSignature(signer.Name, signer.Id, key.SignData(Encoding.UTF8.GetBytes(Text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
    }

    /// <summary>Checks every signature by one of the given keys; others are passed over, as the specification asks.</summary>
    /// <returns>The signatures that hold, in their order in the note; at least one.</returns>
    /// <exception cref="InvalidProofException">A signature by a given key does not hold, or none is by a given key.</exception>
    public IReadOnlyList<VerifiedSignature> Verify(params IReadOnlyCollection<NoteKey> keys)
    {
        List<VerifiedSignature> verified = [];
        foreach (var signature in Signatures)
        {
            if (keys.FirstOrDefault(k => k.Name == signature.KeyName && k.Id == signature.KeyId) is { } key) verified.Add(key.Verify(Text, signature));
        }

        return verified.Count > 0 ? verified : throw new InvalidProofException(
            $"The note is signed by {Names(Signatures.Select(s => (s.KeyName, s.KeyId)))}, not by {Names(keys.Select(k => (k.Name, k.Id)))}.");
    }

    public override string ToString()
    {
        var note = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
        {
            var bytes = new byte[4 + signature.Signature.Length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, signature.KeyId);
            signature.Signature.CopyTo(bytes, 4);
            note.Append(Dash).Append(signature.KeyName).Append(' ').Append(Convert.ToBase64String(bytes)).Append('\n');
        }

        return note.ToString();
    }

    private static NoteSignature ParseLine(string line)
    {
        var space = line.LastIndexOf(' ');
        if (!line.StartsWith(Dash, StringComparison.Ordinal) || space <= Dash.Length)
            throw new InvalidProofException($"The note's signature line '{StrictText.Shown(line)}' is not of the form '{Dash}<key name> <base64>'.");
        var name = line[Dash.Length..space];
        NoteKey.CheckName(name);
        var bytes = StrictText.Base64(line[(space + 1)..], $"The signature of '{StrictText.Shown(name)}'");
        return bytes.Length > 4
            ? new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..])
            : throw new InvalidProofException($"The signature of '{StrictText.Shown(name)}' has {bytes.Length} bytes; it must have a key id of 4 and a signature.");
    }

    private static void CheckCharacters(string text)
    {
        var length = StrictText.ToUtf8(text, "The note").Length;
        if (length > MaxLength) throw TooLarge(length);
        var control = text.AsSpan().IndexOfAnyInRange('\0', '\t') is var low and >= 0 ? low : text.AsSpan().IndexOfAnyInRange('\v', '\u001f');
        if (control >= 0)
            throw new InvalidProofException(string.Create(CultureInfo.InvariantCulture, $"The note holds U+{(int)text[control]:X4} at character {control}; newline is the only control character allowed."));
    }

    private static InvalidProofException TooLarge(int bytes) => new($"The note has {bytes} bytes; the most is {MaxLength}.");

    private static string Names(IEnumerable<(string Name, uint Id)> keys) => string.Join(", ", keys.Take(5).Select(k => $"{StrictText.Shown(k.Name)}+{k.Id:x8}")) is { Length: > 0 } names ? names : "nobody";
}
