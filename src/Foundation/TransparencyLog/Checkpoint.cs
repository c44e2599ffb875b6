using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>The size and root of a log at one moment, C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint): what the log's key signs.</summary>
/// <param name="Origin">Which log: by convention a URL without its scheme, and the name of its key.</param>
/// <param name="Size">How many leaves.</param>
/// <param name="Root">32 bytes; of an empty tree the SHA-256 of nothing.</param>
/// <param name="Extensions">Further lines, none of them empty; the specification advises against any.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root, params IReadOnlyList<string> Extensions)
{
    /// <exception cref="InvalidProofException">The text is not that of a checkpoint.</exception>
    public static Checkpoint Parse(string noteText)
    {
        var lines = noteText.Split('\n');
        if (lines.Length < 4 || lines[^1].Length > 0)
            throw new InvalidProofException($"The checkpoint has {lines.Length - 1} lines; it must have at least three (origin, size, root), each ending in a newline.");
        if (Array.FindIndex(lines, 0, lines.Length - 1, l => l.Length == 0) is var empty and >= 0) throw new InvalidProofException($"Line {empty + 1} of the checkpoint is empty.");
        return new Checkpoint(lines[0], StrictText.Number(lines[1], "The checkpoint's size"), StrictText.Hash(lines[2], "The checkpoint's root"), lines[3..^1]).Checked();
    }

    /// <summary>Checks the signatures of a note and reads the checkpoint in it.</summary>
    /// <param name="logKey">Named like the log: a key that signs for another log proves nothing about this one.</param>
    /// <param name="witnesses">Their cosignatures are checked too where there are any; none need be there.</param>
    /// <exception cref="InvalidProofException">The log's signature is missing, one of a given key does not hold, or the text is malformed.</exception>
    public static Checkpoint Open(SignedNote note, NoteKey logKey, out IReadOnlyList<VerifiedSignature> signatures, params IReadOnlyCollection<NoteKey> witnesses)
    {
        signatures = note.Verify([logKey, .. witnesses]);
        if (!signatures.Any(s => s.Key == logKey)) throw new InvalidProofException($"Witnesses have signed the checkpoint, but not the log's key {StrictText.Shown(logKey.Name)}+{logKey.Id:x8}.");
        var checkpoint = Parse(note.Text);
        return checkpoint.Origin == logKey.Name ? checkpoint
            : throw new InvalidProofException($"The checkpoint is of the log '{StrictText.Shown(checkpoint.Origin)}'; the key is that of '{StrictText.Shown(logKey.Name)}'.");
    }

    /// <summary>The text of the note, as it is signed.</summary>
    public override string ToString()
    {
        Checked();
        var text = new StringBuilder().Append(Origin).Append('\n').Append(Size).Append('\n').Append(Convert.ToBase64String(Root)).Append('\n');
        foreach (var line in Extensions) text.Append(line).Append('\n');
        return text.ToString();
    }

    private Checkpoint Checked()
    {
        if (Origin.Length == 0 || Origin.Contains('\n')) throw new InvalidProofException("The checkpoint's origin must be one line that is not empty.");
        if (Size < 0) throw new InvalidProofException($"The checkpoint's size is {Size}; it must not be negative.");
        if (Root.Length != MerkleProofs.HashSize) throw new InvalidProofException($"The checkpoint's root has {Root.Length} bytes; it must have {MerkleProofs.HashSize}.");
        if (Size == 0 && !Root.AsSpan().SequenceEqual(SHA256.HashData([]))) throw new InvalidProofException("The checkpoint's size is 0, and its root is not that of an empty tree (SHA-256 of nothing).");
        foreach (var line in Extensions)
            if (line.Length == 0 || line.Contains('\n')) throw new InvalidProofException("An extension line of the checkpoint must be one line that is not empty.");
        return this;
    }
}
