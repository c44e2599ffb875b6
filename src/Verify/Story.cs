using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using static EventSourcedTrading.Verify.Strict;

namespace EventSourcedTrading.Verify;

/// <summary>An event that the log has, as its leaf tells it.</summary>
public sealed record Event(long Position, string Id, string Stream, long Version, string Type, string Time, string? Correlation, string? Cause)
{
    private static readonly Regex TypeAlias = new("^[a-z][a-z0-9_]{0,99}$", RegexOptions.NonBacktracking);

    /// <summary>Reads a leaf (docs/adr/0003) and refuses one that the log would have written differently.</summary>
    public static Event Read(long position, string leaf)
    {
        var where = $"the leaf at position {position}";
        try
        {
            using var document = JsonDocument.Parse(leaf, new JsonDocumentOptions { MaxDepth = 70, AllowDuplicateProperties = false });
            var root = document.RootElement;
            Bundle.Members(root, where, "causationId", "correlationId", "data", "headers", "id", "stream", "timestamp", "type", "version");
            That(Canonical.Of(root) == leaf, $"{where} is not canonical JSON (RFC 8785)");
            That(root.GetProperty("data").ValueKind == JsonValueKind.Object && root.GetProperty("headers").ValueKind is JsonValueKind.Object or JsonValueKind.Null, $"{where}: data must be an object, headers one or null");
            var (id, time, type) = (Bundle.Text(root, "id"), Bundle.Text(root, "timestamp"), Bundle.Text(root, "type"));
            That(Guid.TryParseExact(id, "D", out var guid) && guid.ToString() == id, $"{where}: id must be a UUID in lower case");
            That(DateTime.TryParseExact(time, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), $"{where}: timestamp must be UTC with six digits of fraction");
            That(TypeAlias.IsMatch(type), $"{where}: type must be snake_case");
            var (stream, version) = (Bundle.Text(root, "stream"), Number(Bundle.Text(root, "version"), "version"));
            That(version >= 1 && stream.Length is >= 1 and <= 200, $"{where}: versions start at 1, streams have 1 to 200 characters");
            return new Event(position, id, stream, version, type, time, Optional(root, "correlationId"), Optional(root, "causationId"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new RefusedException($"{where} is not valid JSON: {e.Message}");
        }
    }

    private static string? Optional(JsonElement root, string name) => root.GetProperty(name).ValueKind == JsonValueKind.Null ? null : Bundle.Text(root, name);
}

/// <summary>Whether proven events make up the whole story of one order. What nobody can prove with inclusion alone is that nothing followed.</summary>
public static class Story
{
    private static readonly string[] Ends = ["order_blocked", "order_filled", "order_cancelled", "order_rejected", "order_expired"];

    /// <summary>Where each event came from, in words; a line for each event.</summary>
    /// <param name="open">The reader knows that the order has not ended yet.</param>
    /// <exception cref="RefusedException">Something is missing or out of order.</exception>
    public static IReadOnlyList<string> Check(string subject, IReadOnlyList<Event> events, bool open)
    {
        That(subject.StartsWith("order ", StringComparison.Ordinal) && subject.Length > 6, $"subject is '{Short(subject)}' instead of 'order' and an order's id");
        var order = $"order-{subject[6..]}";
        var own = events.Where(e => e.Stream == order).ToList();
        That(own.Count > 0, $"the bundle has no event of the stream {Short(order)}");
        That(open || own.Any(e => Ends.Contains(e.Type)), $"the story stops at {own[^1].Type}, which does not end an order: what followed was cut off, or the order was still open. If you know that it was open, say --open");
        var decision = own[0].Correlation;
        Whole(own, order);
        Whole(events.Where(e => e.Stream == $"round-{decision}"), $"round-{decision}");

        var before = new Dictionary<string, Event>();
        var versions = new Dictionary<string, long>();
        var causes = new List<string>();
        foreach (var e in events)
        {
            var where = $"{e.Type} at position {e.Position}";
            That(e.Version > versions.GetValueOrDefault(e.Stream), $"{where} is version {e.Version} of {e.Stream}, after version {versions.GetValueOrDefault(e.Stream)}");
            versions[e.Stream] = e.Version;
            var isEvent = Guid.TryParseExact(e.Cause, "D", out _);
            if (isEvent && before.TryGetValue(e.Cause!, out var cause)) causes.Add($"position {cause.Position}, {cause.Type}");
            else if (isEvent) causes.Add(e.Stream != order && (decision is null || e.Correlation != decision) ? $"event {e.Cause}, not in this bundle" : throw new RefusedException($"{where} was caused by the event {e.Cause}, which is not in the bundle before it"));
            else causes.Add(e.Cause is null ? "none" : e.Cause.Contains(':') ? $"input {e.Cause}" : throw new RefusedException($"{where} has the cause '{Short(e.Cause)}', neither an event nor an input"));
            That(before.TryAdd(e.Id, e), $"{where} has the id of another event, {e.Id}");
        }

        return causes;
    }

    private static void Whole(IEnumerable<Event> events, string stream)
    {
        var version = 0L;
        foreach (var e in events) That(e.Version == ++version, $"stream {Short(stream)} has a hole: version {e.Version} at position {e.Position} where {version} must be");
    }
}
