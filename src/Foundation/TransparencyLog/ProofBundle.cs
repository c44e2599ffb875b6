using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>An event and the proof that it is in the log.</summary>
/// <param name="Position">Its place in the log as a decimal, from 1 (<c>seq_id</c>): one more than the index of its leaf.</param>
/// <param name="Leaf">The canonical JSON of the event; the leaf's hash is SHA-256(0x00 ‖ its UTF-8). See docs/adr/0003.</param>
/// <param name="Proof">The hashes of the inclusion proof in base64, from the leaf's sibling up.</param>
public sealed record ProvenEvent(string Position, string Leaf, IReadOnlyList<string> Proof);

/// <summary>One JSON file that tells the story of one order with a proof of every word; <c>est-verify</c> and docs/verify-a-proof.md check it.</summary>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Subject">What it is about: <c>order main-1</c>.</param>
/// <param name="Checkpoint">A signed note of a tree that holds every event.</param>
/// <param name="PublicKey">The log's key as a note verifier key. A reader who has not got the key elsewhere learns nothing from it but consistency.</param>
/// <param name="Timestamp">An RFC 3161 token, base64, over the UTF-8 of <paramref name="Checkpoint"/>; null if there is none.</param>
/// <param name="Events">In ascending order of position.</param>
public sealed record ProofBundle(
    string Format, string Subject, string Checkpoint, string PublicKey, string? Timestamp, IReadOnlyList<ProvenEvent> Events)
{
    public const string CurrentFormat = "est-proof-1";

    /// <summary>In bytes.</summary>
    public const int MaxLength = 100_000_000;
    public const int MaxEvents = 100_000;

    /// <exception cref="InvalidProofException">It is not such a file, is too large, has members that are unknown, missing or double.</exception>
    public static ProofBundle Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxLength) throw new InvalidProofException($"The bundle has {json.Length} bytes; the most is {MaxLength}.");
        try
        {
            return (JsonSerializer.Deserialize(json, BundleJson.Default.ProofBundle) ?? throw new InvalidProofException("The bundle is null.")).Checked();
        }
        catch (JsonException e)
        {
            throw new InvalidProofException($"The bundle is not valid: {e.Message}", e);
        }
    }

    /// <summary>As UTF-8, indented for people.</summary>
    /// <exception cref="InvalidProofException">It breaks a rule that a reader would refuse it for.</exception>
    public byte[] Write()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(Checked(), BundleJson.Default.ProofBundle);
        return json.Length <= MaxLength ? json : throw new InvalidProofException($"The bundle has {json.Length} bytes; the most is {MaxLength}. Prove fewer events.");
    }

    /// <summary>
    /// Checks checkpoint and inclusion of every event: what a writer checks before it hands a bundle out. What the story must hold
    /// is checked by <c>est-verify</c>, which shares no code with this.
    /// </summary>
    /// <exception cref="InvalidProofException">Something is not proven; says what.</exception>
    public Checkpoint Verify(NoteKey logKey, params IReadOnlyCollection<NoteKey> witnesses)
    {
        var checkpoint = TransparencyLog.Checkpoint.Open(SignedNote.Parse(Checkpoint), logKey, out _, witnesses);
        foreach (var e in Events)
        {
            var index = StrictText.Number(e.Position, "The event's position") - 1;
            var hashes = e.Proof.Select((hash, i) => StrictText.Hash(hash, $"Hash {i} of the event at {e.Position}")).ToList();
            var leaf = MerkleProofs.HashLeaf(StrictText.ToUtf8(e.Leaf, $"The leaf at {e.Position}"));
            if (!MerkleProofs.VerifyInclusion(index, checkpoint.Size, leaf, hashes, checkpoint.Root, out var refusal))
                throw new InvalidProofException($"The event at {e.Position} is not proven to be in the log: {refusal}.");
        }

        return checkpoint;
    }

    private ProofBundle Checked()
    {
        if (Format != CurrentFormat) throw new InvalidProofException($"format is '{StrictText.Shown(Format)}'; it must be '{CurrentFormat}'.");
        if (Events.Count is 0 or > MaxEvents) throw new InvalidProofException($"events has {Events.Count} entries; it must have 1 to {MaxEvents}.");
        if (Encoding.UTF8.GetByteCount(Checkpoint) > SignedNote.MaxLength) throw new InvalidProofException($"checkpoint is too long; the most is {SignedNote.MaxLength} bytes.");
        var last = 0L;
        foreach (var e in Events)
        {
            if (e is null) throw new InvalidProofException("events holds null.");
            var position = StrictText.Number(e.Position, "events.position");
            if (position <= last) throw new InvalidProofException($"events.position is {position} after {last}; positions start at 1 and ascend.");
            if (e.Proof.Count > MerkleProofs.MaxHashes) throw new InvalidProofException($"events.proof at position {position} has {e.Proof.Count} hashes; the most is {MerkleProofs.MaxHashes}.");
            last = position;
        }

        return this;
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", MaxDepth = 5)]
[JsonSerializable(typeof(ProofBundle))]
internal sealed partial class BundleJson : JsonSerializerContext;
