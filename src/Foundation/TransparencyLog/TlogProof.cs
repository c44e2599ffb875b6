using System.Text;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>A proof of one leaf that stands alone, C2SP tlog-proof (c2sp.org/tlog-proof@v1); files end in <c>.tlog-proof</c>.</summary>
/// <param name="Index">Of the leaf, from 0.</param>
/// <param name="Hashes">From the leaf's sibling up, 32 bytes each, at most 64.</param>
/// <param name="Checkpoint">Of a tree that holds the leaf; kept letter by letter.</param>
/// <param name="Extra">For the application; nothing vouches for it.</param>
public sealed record TlogProof(long Index, IReadOnlyList<byte[]> Hashes, SignedNote Checkpoint, byte[]? Extra = null)
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";

    /// <summary>In bytes of UTF-8: a note and as much again.</summary>
    public const int MaxLength = 2 * SignedNote.MaxLength;

    /// <exception cref="InvalidProofException">It is malformed or too large.</exception>
    public static TlogProof Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxLength) throw new InvalidProofException($"The proof has {utf8.Length} bytes; the most is {MaxLength}.");
        var text = StrictText.FromUtf8(utf8, "The proof");
        var gap = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0) throw new InvalidProofException("The proof has no empty line before its checkpoint.");
        var lines = text[..gap].Split('\n');
        if (lines[0] != FirstLine) throw new InvalidProofException($"The proof's first line is '{StrictText.Shown(lines[0])}'; it must be '{FirstLine}'.");
        var at = 1;
        var extra = at < lines.Length && lines[at].StartsWith("extra ", StringComparison.Ordinal) ? StrictText.Base64(lines[at++]["extra ".Length..], "The proof's extra data") : null;
        if (at == lines.Length || !lines[at].StartsWith("index ", StringComparison.Ordinal)) throw new InvalidProofException("The proof has no line 'index <number>' where it must be.");
        var index = StrictText.Number(lines[at++]["index ".Length..], "The proof's index");
        if (lines.Length - at > MerkleProofs.MaxHashes) throw new InvalidProofException($"The proof has {lines.Length - at} hashes; the most is {MerkleProofs.MaxHashes}.");
        var hashes = lines[at..].Select((line, i) => StrictText.Hash(line, $"Hash {i} of the proof"));
        var note = SignedNote.Parse(text[(gap + 2)..]);
        TransparencyLog.Checkpoint.Parse(note.Text);
        return new TlogProof(index, [.. hashes], note, extra);
    }

    /// <summary>Checks that the leaf is in the log.</summary>
    /// <param name="leafHash">As <see cref="MerkleProofs.HashLeaf"/> gives it: the caller hashes the entry, the proof does not say what it is.</param>
    /// <exception cref="InvalidProofException">It is not proven; says why.</exception>
    public Checkpoint Verify(ReadOnlySpan<byte> leafHash, NoteKey logKey, params IReadOnlyCollection<NoteKey> witnesses)
    {
        var checkpoint = TransparencyLog.Checkpoint.Open(Checkpoint, logKey, out _, witnesses);
        return MerkleProofs.VerifyInclusion(Index, checkpoint.Size, leafHash, Hashes, checkpoint.Root, out var refusal)
            ? checkpoint
            : throw new InvalidProofException($"The leaf is not proven to be in the log: {refusal}.");
    }

    public override string ToString()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (Extra is not null) text.Append("extra ").Append(Convert.ToBase64String(Extra)).Append('\n');
        text.Append("index ").Append(Index).Append('\n');
        foreach (var hash in Hashes) text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(Checkpoint).ToString();
    }
}
