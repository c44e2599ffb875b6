using System.Text.Json;
using static EventSourcedTrading.Verify.Strict;

namespace EventSourcedTrading.Verify;

/// <summary>An event as the bundle has it: nothing of it is proven yet.</summary>
public sealed record BundledEvent(long Position, string Leaf, byte[][] Proof);

/// <summary>The file, format est-proof-1. Every member must be there, once, and no other.</summary>
public sealed record Bundle(string Subject, string Checkpoint, string PublicKey, byte[]? Timestamp, BundledEvent[] Events)
{
    public const int MaxBytes = 100_000_000, MaxEvents = 100_000, MaxHashes = 64;

    /// <exception cref="RefusedException">It is not such a file.</exception>
    public static Bundle Read(byte[] json)
    {
        That(json.Length <= MaxBytes, $"the bundle has {json.Length} bytes; the most is {MaxBytes}");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 5, AllowDuplicateProperties = false });
            var root = document.RootElement;
            Members(root, "the bundle", "format", "subject", "checkpoint", "publicKey", "timestamp", "events");
            That(Text(root, "format") == "est-proof-1", $"format is '{Short(Text(root, "format"))}' instead of 'est-proof-1'");
            var events = root.GetProperty("events");
            That(events.ValueKind == JsonValueKind.Array && events.GetArrayLength() is >= 1 and <= MaxEvents, $"events must be a list of 1 to {MaxEvents}");
            var timestamp = root.GetProperty("timestamp").ValueKind == JsonValueKind.Null ? null : Base64(Text(root, "timestamp"), "timestamp");
            return new Bundle(Text(root, "subject"), Text(root, "checkpoint"), Text(root, "publicKey"), timestamp, [.. events.EnumerateArray().Select(Event)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new RefusedException($"the bundle is not valid JSON: {e.Message}"); // InvalidOperation: half of a surrogate pair
        }
    }

    private static BundledEvent Event(JsonElement e)
    {
        Members(e, "an event", "position", "leaf", "proof");
        var (position, proof) = (Number(Text(e, "position"), "position"), e.GetProperty("proof"));
        That(position >= 1, "position 0: the log starts at 1");
        That(proof.ValueKind == JsonValueKind.Array && proof.GetArrayLength() <= MaxHashes, $"the proof at position {position} must be a list of at most {MaxHashes} hashes");
        return new BundledEvent(position, Text(e, "leaf"), [.. proof.EnumerateArray().Select(h => Hash(TextOf(h, "a hash"), $"a hash at position {position}"))]);
    }

    internal static void Members(JsonElement element, string what, params string[] names) =>
        That(element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)), $"{what} must have exactly the members {string.Join(", ", names)}");

    internal static string Text(JsonElement element, string name) => TextOf(element.GetProperty(name), name);

    private static string TextOf(JsonElement element, string what)
    {
        That(element.ValueKind == JsonValueKind.String, $"{what} must be a text");
        return element.GetString()!;
    }
}
