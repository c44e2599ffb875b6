namespace EventSourcedTrading.EventStore.Audit;

/// <summary>A row of events.mt_events in the server's binary format, without a copy; valid until the next row is read.</summary>
internal readonly ref struct EventFields
{
    public required long SeqId { get; init; }
    public required Guid Id { get; init; }
    public required ReadOnlySpan<byte> Stream { get; init; }
    public required long Version { get; init; }
    public required ReadOnlySpan<byte> Type { get; init; }

    /// <summary>JSON as the server prints it.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
    public required bool HasCorrelation { get; init; }
    public required ReadOnlySpan<byte> CorrelationId { get; init; }
    public required bool HasCausation { get; init; }
    public required ReadOnlySpan<byte> CausationId { get; init; }

    /// <summary>Empty if the row has none.</summary>
    public required ReadOnlySpan<byte> Headers { get; init; }
}
