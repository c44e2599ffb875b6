using System.Collections;

namespace EventSourcedTrading.EventStore;

/// <summary>
/// The next stretch of the log: all events in it, or those of the wanted types. Go through it with foreach, so that
/// an error can name the event it happened at.
/// </summary>
/// <param name="events">In the order of the log; at least one when a handler sees it.</param>
/// <param name="after">All wanted events up to here were handled before.</param>
/// <param name="upTo">The checkpoint after this stretch.</param>
/// <param name="head">The size of the log when the stretch was read.</param>
public sealed class FollowedBatch(IReadOnlyList<RecordedEvent> events, long after, long upTo, long head)
    : IReadOnlyCollection<RecordedEvent>
{
    public IReadOnlyList<RecordedEvent> Events { get; } = events;

    public long After { get; } = after;

    public long UpTo { get; } = upTo;

    public long Head { get; } = head;

    /// <summary>True if there was no more to read at that moment.</summary>
    public bool IsCaughtUp => UpTo >= Head;

    public int Count => Events.Count;

    /// <summary>The event that is being handled: the last one that foreach gave out.</summary>
    internal RecordedEvent? Current { get; private set; }

    public IEnumerator<RecordedEvent> GetEnumerator()
    {
        foreach (var e in Events)
        {
            Current = e;
            yield return e;
        }
        Current = null;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
