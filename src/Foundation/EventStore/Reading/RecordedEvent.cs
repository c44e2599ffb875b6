namespace EventSourcedTrading.EventStore;

/// <summary>An event as the log has it.</summary>
/// <param name="SeqId">Its place in the log, from 1, without gaps, in commit order.</param>
/// <param name="Id">Its id.</param>
/// <param name="StreamId">The stream it belongs to.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Type">The alias: as stored, or what upcasters made of it.</param>
/// <param name="Data">JSON as UTF-8. The text is jsonb's: same values as written, other spacing and order of members.</param>
/// <param name="Timestamp">When it was recorded: UTC, whole microseconds.</param>
/// <param name="CorrelationId">The decision it belongs to.</param>
/// <param name="CausationId">The event or input that caused it.</param>
/// <param name="Headers">JSON as UTF-8, or empty.</param>
public sealed record RecordedEvent(
    long SeqId,
    Guid Id,
    string StreamId,
    long Version,
    string Type,
    ReadOnlyMemory<byte> Data,
    DateTimeOffset Timestamp,
    string? CorrelationId,
    string? CausationId,
    ReadOnlyMemory<byte> Headers);
