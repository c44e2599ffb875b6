using System.Security.Cryptography.X509Certificates;
using System.Text;
using static EventSourcedTrading.Verify.Strict;

namespace EventSourcedTrading.Verify;

/// <summary>What was checked, what the order's story is, and whether it is proven.</summary>
/// <param name="Trusted">The key came from the reader, not from the bundle.</param>
/// <param name="Checks">What held, in order; after a refusal those before it.</param>
/// <param name="Refusal">Null if everything held.</param>
public sealed record Verification(string Subject, bool Trusted, IReadOnlyList<string> Checks, IReadOnlyList<(Event Event, string Cause)> Events, string? Refusal)
{
    public const int Proven = 0, Refused = 1, NotChecked = 2, Consistent = 3;

    public int ExitCode => Refusal is not null ? Refused : Trusted ? Proven : Consistent;

    /// <summary>Checks everything that can be checked.</summary>
    /// <param name="key">The log's key as the reader has it; null to take the bundle's own, which proves consistency only.</param>
    /// <param name="roots">Whom the reader trusts to stamp times; null to leave the time-stamp alone.</param>
    /// <param name="open">The reader knows that the order has not ended yet.</param>
    public static Verification Check(byte[] json, LogKey? key, X509Certificate2Collection? roots, bool open)
    {
        var (checks, subject) = (new List<string>(), "");
        try
        {
            var bundle = Bundle.Read(json);
            subject = bundle.Subject;
            checks.Add($"format: est-proof-1, {bundle.Events.Length} events");
            var named = LogKey.Parse(bundle.PublicKey);
            That(key is null || key.PublicKey.AsSpan().SequenceEqual(named.PublicKey), "the bundle names another key than the given one");
            // The bundle's spelling has the log's name; a PEM file has none.
            var checkpoint = Checkpoint.Open(bundle.Checkpoint, key is { Name: not null } ? key : named);
            That(key?.Name is null || key.Name == named.Name, $"the bundle calls the log '{Short(named.Name ?? "")}', the given key '{key?.Name}'");
            checks.Add($"checkpoint: {checkpoint.Origin}, {checkpoint.Size} events, signed with key {named.Id:x8}");

            var last = 0L;
            foreach (var e in bundle.Events)
            {
                That(e.Position > last, $"position {e.Position} comes after {last}; positions must ascend");
                var root = Tree.Root(e.Position - 1, checkpoint.Size, Tree.HashLeaf(e.Leaf), e.Proof); // the first position is leaf 0
                That(root is not null, $"the proof at position {e.Position} has {e.Proof.Length} hashes, not as many as that position in a tree of {checkpoint.Size} needs");
                That(root.AsSpan().SequenceEqual(checkpoint.Root), $"the event at position {e.Position} is not the one in the log: its proof leads to another root");
                last = e.Position;
            }

            checks.Add($"inclusion: each of {bundle.Events.Length} events is in the log at its position");
            var events = bundle.Events.Select(e => Event.Read(e.Position, e.Leaf)).ToList();
            checks.Add("leaves: canonical JSON of the log's nine members");
            var causes = Story.Check(subject, events, open);
            checks.Add(open ? "story: whole from version 1; whether the order has ended was not asked" : "story: whole from version 1 to an end, every cause before its effect");

            if (roots is not null)
            {
                That(bundle.Timestamp is not null, "an authority was given, but the bundle has no time-stamp");
                checks.Add($"time-stamp: {TimeStamp.Check(bundle.Timestamp!, Encoding.UTF8.GetBytes(bundle.Checkpoint), roots)}");
            }
            else
            {
                checks.Add(bundle.Timestamp is null ? "time-stamp: there is none" : "time-stamp: NOT CHECKED, give --timestamp-ca");
            }

            return new Verification(subject, key is not null, checks, [.. events.Zip(causes)], null);
        }
        catch (RefusedException e)
        {
            return new Verification(subject, key is not null, checks, [], e.Message);
        }
        catch (Exception e)
        {
            // Whatever a hostile file provokes in the libraries that parse its certificates is a refusal, never a crash.
            return new Verification(subject, key is not null, checks, [], $"the bundle cannot be read: {e.Message}");
        }
    }
}
