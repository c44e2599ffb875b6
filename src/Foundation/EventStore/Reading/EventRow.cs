using Npgsql;

namespace EventSourcedTrading.EventStore;

/// <summary>A row of events.mt_events as we read it.</summary>
internal static class EventRow
{
    public const string Select =
        "select seq_id, id, stream_id, version, type, data, timestamp, correlation_id, causation_id, headers from events.mt_events";

    public static RecordedEvent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetString(4),
        row.GetFieldValue<byte[]>(5),
        new DateTimeOffset(row.GetDateTime(6), TimeSpan.Zero),
        row.IsDBNull(7) ? null : row.GetString(7),
        row.IsDBNull(8) ? null : row.GetString(8),
        row.IsDBNull(9) ? default(ReadOnlyMemory<byte>) : row.GetFieldValue<byte[]>(9));
}
