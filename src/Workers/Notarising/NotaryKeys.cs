using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.TransparencyLog;

namespace EventSourcedTrading.Workers.Notarising;

/// <summary>The keys that a log's checkpoints were signed with, as the log tells; each handed on to the next by its signature.</summary>
public static class NotaryKeys
{
    public const string Stream = "notary";

    /// <summary>All keys, the present one last; none before the notary has started for the first time.</summary>
    /// <exception cref="InvalidProofException">A key was not handed on by the one before it.</exception>
    public static async Task<IReadOnlyList<NoteKey>> ReadAsync(EventReader reader, CancellationToken ct)
    {
        var keys = new List<NoteKey>();
        await foreach (var e in reader.ReadStreamAsync(Stream, ct: ct))
        {
            switch (EventJson.Deserialize(e.Type, e.Data.Span))
            {
                case NotaryKeyIntroduced first when keys.Count == 0: keys.Add(NoteKey.Parse(first.Key)); break;
                case NotaryKeyRotated next: keys.Add(Follow(keys, next)); break;
                default: throw new InvalidProofException($"Version {e.Version} of stream {Stream} introduces a key that no earlier key has signed for.");
            }
        }

        return keys;
    }

    public static NotaryKeyIntroduced Introduce(string origin, ECDsa key, string actor, Timestamp at) =>
        new(origin, NoteKey.Of(origin, key).ToString(), actor, "the first key", at);

    /// <summary>The old key's word for the new one.</summary>
    public static NotaryKeyRotated Rotate(string origin, ECDsa old, ECDsa next, string actor, string reason, Timestamp at)
    {
        var (from, to) = (NoteKey.Of(origin, old).ToString(), NoteKey.Of(origin, next).ToString());
        return new(origin, to, from, SignedNote.Of(Statement(from, to)).Sign(origin, old).ToString(), actor, reason, at);
    }

    private static NoteKey Follow(List<NoteKey> keys, NotaryKeyRotated next)
    {
        if (keys.Count == 0 || keys[^1].ToString() != next.PreviousKey) throw new InvalidProofException($"The notary's key {next.Key} replaces {next.PreviousKey}, which was not the one in use.");
        var note = SignedNote.Parse(next.Signature);
        if (note.Text != Statement(next.PreviousKey, next.Key)) throw new InvalidProofException($"What the notary's key {next.PreviousKey} signed does not hand over to {next.Key}.");
        note.Verify(keys[^1]);
        return NoteKey.Parse(next.Key);
    }

    private static string Statement(string from, string to) => new StringBuilder("notary key handed over\n").Append(from).Append('\n').Append(to).Append('\n').ToString();
}
