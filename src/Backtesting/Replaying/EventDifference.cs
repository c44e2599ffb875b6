using System.Globalization;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Backtesting.Replaying;

/// <summary>An event that this code would not have written as the log has it.</summary>
/// <param name="Position">The event's place in the log, a seq_id; null where the log has no such event.</param>
/// <param name="Batch">Where in the log its batch begins: the tape's place.</param>
/// <param name="Input">The input that caused it, <c>kind[place in the batch]</c>; empty for an event outside every batch.</param>
/// <param name="What">In a few words.</param>
/// <param name="Log">Canonical JSON of the whole event, as its audit leaf has it, at most 4,000 characters; null if there is none.</param>
/// <param name="Replay">The same of what this code decided.</param>
public sealed record EventDifference(
    long? Position, long Batch, string Input, string What, IReadOnlyList<FieldDifference> Fields, string? Log, string? Replay)
{
    private const int MaxText = 4_000;

    internal static EventDifference Of(long batch, string input, RecordedEvent? log, RecordedEvent? replay)
    {
        var (left, right) = (log is null ? null : Leaf(log), replay is null ? null : Leaf(replay));
        return new EventDifference(log?.SeqId, batch, input, Say(log, replay), Between(left, right), Shorten(left), Shorten(right));
    }

    /// <summary>The bytes over which the audit log's hash of the event is made.</summary>
    internal static byte[] Leaf(RecordedEvent e)
    {
        try
        {
            return LeafFormat.Json(e);
        }
        catch (CanonicalJsonException wrong)
        {
            // No appender writes such a thing, so it equals nothing.
            return Encoding.UTF8.GetBytes($"\"not canonical: {JsonEncodedText.Encode(wrong.Message)}\"");
        }
    }

    private static string Say(RecordedEvent? log, RecordedEvent? replay) => (log, replay) switch
    {
        (null, null) => "an event is missing in the log",
        (null, { } decided) => $"{decided.Type} is missing in the log",
        ({ } logged, null) => $"{logged.Type} would not be written",
        ({ } logged, { } decided) when logged.Type != decided.Type => $"{logged.Type} would be {decided.Type}",
        ({ } logged, _) => string.Create(CultureInfo.InvariantCulture, $"{logged.Type} of {logged.StreamId} would be written otherwise"),
    };

    private static IReadOnlyList<FieldDifference> Between(byte[]? log, byte[]? replay)
    {
        if (log is null || replay is null) return [];
        using var left = JsonDocument.Parse(log);
        using var right = JsonDocument.Parse(replay);
        return JsonDifference.Between(left.RootElement, right.RootElement);
    }

    private static string? Shorten(byte[]? leaf)
    {
        if (leaf is null) return null;
        var text = Encoding.UTF8.GetString(leaf);
        return text.Length <= MaxText ? text : $"{text[..MaxText]}…";
    }
}
