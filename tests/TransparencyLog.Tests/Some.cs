using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.TransparencyLog.Tests;

internal static class Some
{
    public static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => MerkleProofs.HashLeaf(Encoding.UTF8.GetBytes($"leaf {i}")))];

    /// <summary>A subtree's hash the way a prover finds it: from perfect subtrees.</summary>
    public static byte[] HashOf(MerkleRange range, byte[][] leaves) => MerkleProofs.Fold(range.Split().ConvertAll(p => Definition.Root(leaves[(int)p.Start..(int)p.End])));
}

/// <summary>A log of a few events, kept in memory, with the story of order main-1 among others.</summary>
internal sealed class SmallLog
{
    public const string Origin = "log.example/trading";

    private readonly List<byte[]> leaves = [];
    private readonly Dictionary<string, long> versions = [];

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public NoteKey PublicKey => NoteKey.Of(Origin, Key);

    /// <summary>An order that was filled, after two intents and a decision; an order that is still open; events of others between them.</summary>
    public static SmallLog Create()
    {
        var log = new SmallLog();
        log.Add("portfolio-main", "portfolio_opened", null, "command:open");
        log.Add("round-r1", "intent_received", "r1", "signal:s7");
        log.Add("round-r0", "intent_received", "r0", "signal:s6");
        log.Add("round-r1", "intent_received", "r1", "signal:s7");
        log.Add("round-r1", "decision_made", "r1", Id("round-r1", 2));
        log.Add("order-main-1", "order_approved", "r1", Id("round-r1", 3));
        log.Add("order-main-1", "order_submitted", "r1", Id("order-main-1", 1));
        log.Add("tape-main", "inputs_recorded", null, null);
        log.Add("order-main-1", "order_acknowledged", "r1", Id("order-main-1", 2));
        log.Add("order-main-2", "order_approved", "r0", "intent:i9");
        log.Add("order-main-1", "order_filled", "r1", Id("order-main-1", 3));
        log.Add("tape-main", "inputs_recorded", null, null);
        return log;
    }

    /// <summary>The positions of the story of order main-1.</summary>
    public static int[] Story => [2, 4, 5, 6, 7, 9, 11];

    public static string Id(string stream, long version) => EventId.For(stream, version).ToString();

    public void Add(string stream, string type, string? correlation, string? cause)
    {
        var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
        var at = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(leaves.Count * 1234);
        var data = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"quantity":"10","price":"{{100 + leaves.Count}}.25","confidence":0.75,"note":"größer < \"two\" & \\ \u0007 🙂"}"""));
        leaves.Add(LeafFormat.Json(new RecordedEvent(leaves.Count + 1, EventId.For(stream, version), stream, version, type, data, at, correlation, cause, default)));
    }

    public SignedNote Checkpoint() => SignedNote.Of(new Checkpoint(Origin, leaves.Count, Definition.Root(Hashed)).ToString()).Sign(Origin, Key);

    public ProofBundle Bundle(string subject = "order main-1", params int[] positions) => new(
        ProofBundle.CurrentFormat, subject, Checkpoint().ToString(), PublicKey.ToString(), null, [.. (positions.Length > 0 ? positions : Story).Select(Prove)]);

    public ProvenEvent Prove(int position) => new(
        position.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetString(leaves[position - 1]),
        MerkleProofs.Inclusion(position - 1, leaves.Count).ConvertAll(r => Convert.ToBase64String(Some.HashOf(r, Hashed))));

    public byte[] Leaf(int position) => leaves[position - 1];

    public void Replace(int position, string leaf) => leaves[position - 1] = Encoding.UTF8.GetBytes(leaf);

    private byte[][] Hashed => [.. leaves.Select(l => MerkleProofs.HashLeaf(l))];
}
