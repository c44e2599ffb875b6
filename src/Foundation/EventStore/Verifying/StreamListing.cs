using Npgsql;

namespace EventSourcedTrading.EventStore.Verifying;

/// <summary>
/// What the tables have beside that which the leaves cover, and what it must be: a stream's version is that of its last event, its times are
/// those of the transactions that wrote its first and its last event, and the columns that are Marten's alone stand at their defaults.
/// </summary>
internal static class StreamListing
{
    private const int MaxRows = 20;

    /// <summary>Streams whose versions are not 1, 2, 3, …, or that are not listed as they are.</summary>
    /// <param name="after">Only streams with events behind this position, and their versions behind it; 0 for all.</param>
    /// <param name="size">Up to this position.</param>
    public static async Task<List<AuditFault>> BrokenAsync(NpgsqlConnection connection, long after, long size, CancellationToken ct)
    {
        var faults = new List<AuditFault>();
        // Most transactions have one time. Where a stream's is another than its events', the transaction is looked up: several batches may
        // go into one, and the listing has the last one's time.
        await using var command = new NpgsqlCommand(
            $"""
            with found as (
                select stream_id, count(*) as n, min(version) as first, max(version) as last, min(seq_id) as seq, max(seq_id) as last_seq,
                       min(timestamp) as since, max(timestamp) as until, bool_and(tenant_id is not distinct from '*DEFAULT*' and is_archived is false and bdata is null and mt_dotnet_type is null) as plain
                  from events.mt_events where seq_id > $1 and seq_id <= $2 group by stream_id),
            compared as (
                select coalesce(f.stream_id, s.id) as id, f.*, s.version, s.created, s.timestamp,
                       f.n is distinct from f.last - f.first + 1 or f.last is distinct from s.version or ($1 = 0 and f.first is distinct from 1) as broken,
                       coalesce(f.plain, false) and s.type is null and s.tenant_id is not distinct from '*DEFAULT*' and s.is_archived is false as untouched
                  from found f {(after == 0 ? "full" : "left")} join events.mt_streams s on s.id = f.stream_id)
            select id, n, first, last, version, seq, broken, untouched, created, c.timestamp
              from compared c
              left join lateral (
                  select l.first_seq, e.timestamp from audit.leaves l join events.mt_events e on e.seq_id = l.first_seq + l.count - 1
                   where l.first_seq <= c.last_seq and (c.timestamp <> until or (first = 1 and created <> since))
                   order by l.first_seq desc limit 1) t on true
             where broken or not untouched or c.timestamp is distinct from coalesce(t.timestamp, until)
                or (first = 1 and created is distinct from case when t.first_seq is null then since when t.first_seq <= seq then t.timestamp else (
                    select e.timestamp from audit.leaves l join events.mt_events e on e.seq_id = l.first_seq + l.count - 1
                     where l.first_seq <= c.seq order by l.first_seq desc limit 1) end)
             order by seq limit {MaxRows}
            """,
            connection)
        {
            Parameters = { new() { Value = after }, new() { Value = size } },
            CommandTimeout = 0,
        };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            faults.Add(new(AuditFaultKind.StreamBroken, rows.IsDBNull(5) ? null : rows.GetInt64(5), What(rows)));
        return faults;
    }

    private static string What(NpgsqlDataReader rows)
    {
        var stream = rows.GetString(0);
        if (!rows.GetBoolean(6))
        {
            return !rows.GetBoolean(7) ? $"stream {stream} or an event of it is archived, typed, of another tenant, or has data outside of its leaf: no appender writes that"
                : FormattableString.Invariant($"stream {stream} is listed as made at {rows.GetDateTime(8):O} and changed at {rows.GetDateTime(9):O}; its events say otherwise");
        }

        var has = rows.IsDBNull(1) ? "no events" : $"{rows.GetInt64(1)} events, versions {rows.GetInt64(2)} to {rows.GetInt64(3)}";
        var says = rows.IsDBNull(4) ? "is not listed" : $"should be at version {rows.GetInt64(4)}";
        return $"stream {stream} {says}, but has {has}";
    }
}
