using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>A value that differs; null where a side has none.</summary>
public sealed record MemberDifference(string Path, string? Left, string? Right);

/// <summary>An event that differs: its version, its type on each side, and the members.</summary>
public sealed record EventDifference(long Version, string? LeftType, string? RightType, IReadOnlyList<MemberDifference> Members);

/// <param name="Compared">Events that both sides have.</param>
/// <param name="Differing">How many differ, or are on one side only.</param>
/// <param name="First">The first of them.</param>
public sealed record StreamDifferences(string Left, string Right, long Compared, long Differing, IReadOnlyList<EventDifference> First);

/// <param name="From">Version before, <paramref name="To"/> after.</param>
public sealed record StateDifferences(string Stream, long From, long To, IReadOnlyList<MemberDifference> Members);

/// <summary>Compares streams event by event, or one with itself at two versions.</summary>
public static class StreamDiff
{
    /// <summary>How many differing events are told in full.</summary>
    public const int MaxTold = 50;

    /// <summary>What holds at one version and otherwise at another.</summary>
    public static StateDifferences States(StreamState before, StreamState after) =>
        new(before.Stream, before.Version, after.Version, Members(before.Members, after.Members));

    /// <summary>Two streams, of one log or of two, by version.</summary>
    public static async Task<StreamDifferences> EventsAsync(EventReader left, string leftStream, EventReader right, string rightStream, CancellationToken ct)
    {
        await using var ours = left.ReadStreamAsync(leftStream, maxCount: StreamState.MaxEvents, ct: ct).GetAsyncEnumerator(ct);
        await using var theirs = right.ReadStreamAsync(rightStream, maxCount: StreamState.MaxEvents, ct: ct).GetAsyncEnumerator(ct);
        var (compared, differing, told) = (0L, 0L, new List<EventDifference>());
        for (var version = 1L; ; version++)
        {
            var (a, b) = (await ours.MoveNextAsync() ? ours.Current : null, await theirs.MoveNextAsync() ? theirs.Current : null);
            if (a is null && b is null) return new StreamDifferences(leftStream, rightStream, compared, differing, told);
            if (a is not null && b is not null) compared++;
            var members = Members(ValuesOf(a), ValuesOf(b));
            if (a?.Type == b?.Type && members.Count == 0) continue;
            differing++;
            if (told.Count < MaxTold) told.Add(new EventDifference(version, a?.Type, b?.Type, members));
        }
    }

    private static IReadOnlyDictionary<string, string> ValuesOf(RecordedEvent? e) =>
        e is null ? new Dictionary<string, string>() : JsonLines.Read(e.Data.Span).ToDictionary(m => m.Key, m => m.Value.Value, StringComparer.Ordinal);

    private static List<MemberDifference> Members(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
    [
        .. left.Keys.Union(right.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(k => new MemberDifference(k, left.GetValueOrDefault(k), right.GetValueOrDefault(k))).Where(d => d.Left != d.Right),
    ];
}
