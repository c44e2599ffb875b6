namespace EventSourcedTrading.EventStore;

/// <summary>An event that is about to be written.</summary>
/// <param name="StreamId">1 to 200 characters, none of them a control character.</param>
/// <param name="Version">The version that this event gets: 1 for a stream's first, then without gaps.</param>
/// <param name="Type">The alias, snake_case, at most 100 characters.</param>
/// <param name="Id">Unique and not empty; <see cref="EventId.For"/> derives one from stream and version.</param>
/// <param name="Data">A JSON object as UTF-8, at most <see cref="EventAppenderOptions.MaxEventBytes"/>.</param>
/// <param name="CorrelationId">The decision it belongs to; null or 1 to 200 characters.</param>
/// <param name="CausationId">The event or input that caused it; null or 1 to 200 characters.</param>
/// <param name="Headers">Empty, or a JSON object as UTF-8 within the same bound as the data.</param>
public readonly record struct PendingEvent(
    string StreamId,
    long Version,
    string Type,
    Guid Id,
    ReadOnlyMemory<byte> Data,
    string? CorrelationId,
    string? CausationId,
    ReadOnlyMemory<byte> Headers = default);

/// <summary>Events that are written together or not at all, in the order of their future seq_id.</summary>
/// <param name="Events">At least one; streams may be mixed.</param>
/// <param name="RecordedAt">The time that all of them get, cut to whole microseconds.</param>
public sealed record AppendBatch(IReadOnlyList<PendingEvent> Events, DateTimeOffset RecordedAt);

/// <summary>Where a batch came to lie in the log: FirstSeq … FirstSeq + Count - 1.</summary>
/// <param name="FirstSeq">The seq_id of its first event; the log starts at 1.</param>
/// <param name="Count">How many events.</param>
/// <param name="RecordedAt">The time as stored: UTC, whole microseconds.</param>
public sealed record AppendResult(long FirstSeq, int Count, DateTimeOffset RecordedAt)
{
    public long LastSeq => FirstSeq + Count - 1;
}

/// <summary>The bounds of an appender.</summary>
public sealed record EventAppenderOptions
{
    /// <summary>Largest data or headers of one event, in bytes of UTF-8 as given.</summary>
    public int MaxEventBytes { get; init; } = 1 << 20;

    /// <summary>Most events in one batch.</summary>
    public int MaxBatchEvents { get; init; } = 10_000;

    /// <summary>Largest batch, in encoded bytes; a transaction takes no further batch once it has as many.</summary>
    public int MaxBatchBytes { get; init; } = 32 << 20;

    /// <summary>Batches that may wait; further callers wait for a place.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>A transaction takes no further batch once it has this many events.</summary>
    public int GroupEvents { get; init; } = 2_000;

    /// <summary>How long an append goes on trying to reach a database that is away.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(5);
}
