using System.Runtime.CompilerServices;
using Npgsql;

namespace EventSourcedTrading.EventStore;

/// <summary>Which end of a stream to start from.</summary>
public enum ReadDirection
{
    Forwards,
    Backwards,
}

/// <summary>How far the log has come.</summary>
/// <param name="Size">How many events; also the last event's seq_id. 0 for an empty log.</param>
/// <param name="Root">The Merkle root over all of them, 32 bytes.</param>
/// <param name="UpdatedAt">The last batch's time.</param>
public sealed record LogHead(long Size, ReadOnlyMemory<byte> Root, DateTimeOffset UpdatedAt);

/// <summary>Reads the log. Thread-safe; every call takes a connection from the pool for as long as it reads.</summary>
/// <remarks>
/// seq_id has no gaps and grows in commit order, so a page is a range of numbers, and whoever has read up to n has
/// read everything that was ever committed up to n.
/// </remarks>
public sealed class EventReader(NpgsqlDataSource source, Upcasters? upcasters = null)
{
    /// <summary>How far before an event its cause in another stream, or its tape, may lie: a batch has at most so many events.</summary>
    public const long BatchReach = 50_000;

    private readonly Upcasters _upcasters = upcasters ?? Upcasters.None;

    /// <summary>The head of the log as committed.</summary>
    public async Task<LogHead> HeadAsync(CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("select size, root, updated_at from audit.log_head");
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new LogHead(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<DateTimeOffset>(2));
    }

    /// <summary>A stream's last version; 0 if it does not exist.</summary>
    public async Task<long> StreamVersionAsync(string streamId, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("select version from events.mt_streams where id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = streamId });
        return await command.ExecuteScalarAsync(ct) is long version ? version : 0;
    }

    /// <summary>The event at a place of the log; null if there is none.</summary>
    public async Task<RecordedEvent?> FindAsync(long seqId, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand($"{EventRow.Select} where seq_id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = seqId });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? _upcasters.Apply(EventRow.Read(row)) : null;
    }

    /// <summary>The events at places of the log, in its order; those that there are.</summary>
    /// <param name="seqIds">At most 1,000.</param>
    public async Task<IReadOnlyList<RecordedEvent>> FindAsync(IReadOnlyList<long> seqIds, CancellationToken ct = default)
    {
        if (seqIds.Count > 1_000) throw new ArgumentException($"{seqIds.Count} places are too many; 1,000 are allowed.", nameof(seqIds));
        await using var command = source.CreateCommand($"{EventRow.Select} where seq_id = any ($1) order by seq_id");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. seqIds] });
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<RecordedEvent>(seqIds.Count);
        while (await row.ReadAsync(ct)) found.Add(_upcasters.Apply(EventRow.Read(row)));
        return found;
    }

    /// <summary>
    /// The place of an event's cause: the event before it in its stream, or one of another stream that lies in the same batch and so
    /// near before it. Ids have no index of their own.
    /// </summary>
    /// <param name="streamId">Stream, version and place of the event whose cause is asked for.</param>
    /// <returns>Null if it is neither.</returns>
    public async Task<long?> FindCauseAsync(string streamId, long version, long seqId, Guid cause, CancellationToken ct = default)
    {
        var before = version > 1 && EventId.For(streamId, version - 1) == cause;
        await using var command = source.CreateCommand(before
            ? "select seq_id from events.mt_events where stream_id = $1 and version = $2"
            : "select seq_id from events.mt_events where seq_id between $1 and $2 and id = $3 order by seq_id desc limit 1");
        foreach (var value in before ? (object[])[streamId, version - 1] : [seqId - BatchReach, seqId - 1, cause]) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    /// <summary>Reads one stream. A stream that does not exist has no events.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="fromVersion">The first version to read, inclusive; null for the first, or backwards the last.</param>
    /// <param name="direction">Forwards or backwards.</param>
    /// <param name="maxCount">At most so many events, from 1.</param>
    /// <param name="ct">Ends the reading.</param>
    public async IAsyncEnumerable<RecordedEvent> ReadStreamAsync(
        string streamId, long? fromVersion = null, ReadDirection direction = ReadDirection.Forwards,
        int maxCount = int.MaxValue, [EnumeratorCancellation] CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCount, 1);
        var forwards = direction == ReadDirection.Forwards;
        await using var command = source.CreateCommand(
            $"{EventRow.Select} where stream_id = $1 and version {(forwards ? ">=" : "<=")} $2 order by version {(forwards ? "asc" : "desc")} limit $3");
        command.Parameters.Add(new NpgsqlParameter { Value = streamId });
        command.Parameters.Add(new NpgsqlParameter { Value = fromVersion ?? (forwards ? 1 : long.MaxValue) });
        command.Parameters.Add(new NpgsqlParameter { Value = (long)maxCount });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return _upcasters.Apply(EventRow.Read(rows));
    }

    /// <summary>Reads the log up to where its head is when the reading starts.</summary>
    /// <param name="fromSeq">The first seq_id to read, inclusive, from 1.</param>
    /// <param name="types">Only these types, if given; older aliases that are upcast to one of them are found too.</param>
    /// <param name="pageSize">Sequence numbers a round trip; no more events than that are held at a time.</param>
    /// <param name="ct">Ends the reading.</param>
    public async IAsyncEnumerable<RecordedEvent> ReadAllAsync(
        long fromSeq = 1, IReadOnlyCollection<string>? types = null, int pageSize = 2000,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromSeq, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        var head = await HeadAsync(ct);
        await using var connection = await source.OpenConnectionAsync(ct);
        var page = new LogPage(connection, _upcasters, types);
        for (var after = fromSeq - 1; after < head.Size;)
        {
            var events = await page.ReadAsync(after, Math.Min(head.Size, after + pageSize), ct);
            foreach (var e in events.Events) yield return e;
            after = events.UpTo;
        }
    }

    /// <summary>Reads one stretch of the log that is known to be there.</summary>
    /// <param name="after">The last seq_id that is not wanted.</param>
    /// <param name="upTo">The last that is; not beyond the head, or what is committed later would be missed.</param>
    /// <param name="types">Only these types, if given; older aliases that are upcast to one of them are found too.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>The events, and how far the reading came: less than asked for where they are large.</returns>
    public async Task<(IReadOnlyList<RecordedEvent> Events, long UpTo)> ReadPageAsync(
        long after, long upTo, IReadOnlyCollection<string>? types = null, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await new LogPage(connection, _upcasters, types).ReadAsync(after, upTo, ct);
    }
}
