using System.Buffers;

namespace EventSourcedTrading.EventStore;

/// <summary>What an event must satisfy before it may come near the log.</summary>
internal static class EventRules
{
    public const int MaxIdLength = 200;
    public const int MaxTypeLength = 100;

    private static readonly SearchValues<char> PlainId = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c)]);

    private static readonly SearchValues<char> TypeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    public static void Check(int index, in PendingEvent e, EventAppenderOptions bounds)
    {
        CheckId(index, "StreamId", e.StreamId);
        if (e.Version < 1) throw new InvalidEventException(index, "Version", $"is {e.Version}; versions start at 1.");
        if (!IsTypeAlias(e.Type))
            throw new InvalidEventException(index, "Type",
                $"is '{Shown(e.Type)}'; it must be snake_case (a-z, 0-9, single underscores between, a letter first) of at most {MaxTypeLength} characters.");
        if (e.Id == Guid.Empty)
            throw new InvalidEventException(index, "Id", "is empty; derive one with EventId.For(streamId, version).");
        if (e.CorrelationId is not null) CheckId(index, "CorrelationId", e.CorrelationId);
        if (e.CausationId is not null) CheckId(index, "CausationId", e.CausationId);
        CheckSize(index, "Data", e.Data.Length, bounds);
        CheckSize(index, "Headers", e.Headers.Length, bounds);
    }

    public static bool IsTypeAlias(string? type) =>
        type is { Length: > 0 and <= MaxTypeLength }
        && type[0] is >= 'a' and <= 'z'
        && !type.EndsWith('_')
        && !type.AsSpan().ContainsAnyExcept(TypeCharacters)
        && !type.Contains("__", StringComparison.Ordinal);

    private static void CheckId(int index, string field, string? id)
    {
        if (string.IsNullOrEmpty(id) || id.Length > MaxIdLength)
            throw new InvalidEventException(index, field,
                $"has {id?.Length ?? 0} characters; it must have 1 to {MaxIdLength}.");
        if (!id.AsSpan().ContainsAnyExcept(PlainId)) return;
        for (var i = 0; i < id.Length; i++)
        {
            if (char.IsControl(id[i]))
                throw new InvalidEventException(index, field, $"has the control character U+{(int)id[i]:X4}; remove it.");
            if (!char.IsSurrogate(id[i])) continue;
            if (!char.IsHighSurrogate(id[i]) || i + 1 == id.Length || !char.IsLowSurrogate(id[i + 1]))
                throw new InvalidEventException(index, field, "has half of a surrogate pair; it must be valid Unicode.");
            i++;
        }
    }

    private static void CheckSize(int index, string field, int bytes, EventAppenderOptions bounds)
    {
        if (bytes > bounds.MaxEventBytes)
            throw new InvalidEventException(index, field,
                $"has {bytes} bytes; the most is {bounds.MaxEventBytes}. Split the event, or keep the payload elsewhere and its hash here.");
    }

    private static string Shown(string? text) => text is { Length: > 120 } ? text[..120] + "…" : text ?? "null";
}
