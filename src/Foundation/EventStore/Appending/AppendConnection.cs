using EventSourcedTrading.EventStore.Audit;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.EventStore;

/// <summary>
/// The appender's connection, and what it knows of the log head. Two round trips for a small transaction: begin, move the head and the
/// streams, insert; commit. Four for a larger one, whose rows go by COPY.
/// </summary>
internal sealed class AppendConnection : IAsyncDisposable
{
    /// <summary>Raised by est.append_head: another process has appended meanwhile.</summary>
    public const string HeadMoved = "ES001";

    /// <summary>Raised by est.append_head: a stream is not where its batch expects it.</summary>
    public const string WrongVersion = "ES002";

    private static readonly byte[] CopyHeader =
        [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static readonly byte[] CopyTrailer = [0xFF, 0xFF];

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _begin;
    private readonly NpgsqlBatch _small;
    private readonly NpgsqlBatch _commit;
    private readonly MerkleFrontier _head = new();
    private readonly MerkleFrontier _next = new();

    private AppendConnection(NpgsqlConnection connection)
    {
        _connection = connection;
        _begin = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("begin"), MoveHead() } };
        _small = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("begin"), MoveHead(), RowArrays.Command() } };
        // The sequence is for Marten's daemon only. setval is not undone by a rollback, hence as late as can be.
        _commit = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select setval('events.mt_events_sequence', $1), pg_notify('est_events', $1::text)")
                {
                    Parameters = { Parameter(NpgsqlDbType.Bigint) },
                },
                new NpgsqlBatchCommand("commit"),
            },
        };
    }

    public static async Task<AppendConnection> OpenAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var opened = new AppendConnection(await source.OpenConnectionAsync(ct));
        try
        {
            await opened._begin.PrepareAsync(ct);
            await opened._small.PrepareAsync(ct);
            await opened._commit.PrepareAsync(ct);
            await opened.LoadHeadAsync(ct);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public async Task LoadHeadAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select size, frontier from audit.log_head", _connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        _head.CopyFrom(MerkleFrontier.Load(row.GetInt64(0), row.GetFieldValue<byte[]>(1)));
    }

    /// <summary>Writes everything but the commit. Until <see cref="CommitAsync"/> is called nothing has happened.</summary>
    /// <returns>The seq_id of the group's first event.</returns>
    public async Task<long> WriteAsync(AppendGroup group, CancellationToken ct)
    {
        var firstSeq = _head.Size + 1;
        var hashes = group.Hashes();
        _next.CopyFrom(_head);
        _next.AppendAll(hashes);
        var small = group.Count <= RowArrays.MaxEvents && group.Bytes <= RowArrays.MaxBytes;
        FillHead(small ? _small : _begin, group, hashes);
        var seq = firstSeq;
        foreach (var batch in group.Batches)
        {
            batch.Number(seq);
            seq += batch.Count;
        }

        if (small)
        {
            RowArrays.Fill(_small.BatchCommands[2].Parameters, group);
            await _small.ExecuteNonQueryAsync(ct);
            return firstSeq;
        }

        await _begin.ExecuteNonQueryAsync(ct);
        var copy = await _connection.BeginRawBinaryCopyAsync(PreparedBatch.CopyCommand, ct);
        await using (copy)
        {
            await copy.WriteAsync(CopyHeader, ct);
            foreach (var batch in group.Batches) await copy.WriteAsync(batch.Rows, ct);
            await copy.WriteAsync(CopyTrailer, ct);
        }
        return firstSeq;
    }

    public async Task CommitAsync(CancellationToken ct)
    {
        _commit.BatchCommands[0].Parameters[0].Value = _next.Size;
        await _commit.ExecuteNonQueryAsync(ct);
        _head.CopyFrom(_next);
    }

    public async Task RollbackAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("rollback", _connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Where the streams of a batch really are; streams that do not exist are left out.</summary>
    public async Task<Dictionary<string, long>> VersionsAsync(string[] streams, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select id, version from events.mt_streams where id = any($1)", _connection)
        {
            Parameters = { new NpgsqlParameter { Value = streams } },
        };
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) versions.Add(rows.GetString(0), rows.GetInt64(1));
        return versions;
    }

    public async ValueTask DisposeAsync()
    {
        await _begin.DisposeAsync();
        await _small.DisposeAsync();
        await _commit.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private void FillHead(NpgsqlBatch batch, AppendGroup group, byte[] hashes)
    {
        var created = 0;
        foreach (ref readonly var move in group.Streams)
            if (move.From == 0) created++;
        var newStreams = new string[created];
        var newVersions = new long[created];
        var streams = new string[group.Streams.Length - created];
        var expected = new long[streams.Length];
        var versions = new long[streams.Length];
        int n = 0, o = 0;
        foreach (ref readonly var move in group.Streams)
        {
            if (move.From == 0) (newStreams[n], newVersions[n++]) = (move.StreamId, move.To);
            else (streams[o], expected[o], versions[o++]) = (move.StreamId, move.From, move.To);
        }

        var p = batch.BatchCommands[1].Parameters;
        p[0].Value = _head.Size;
        p[1].Value = group.Count;
        p[2].Value = _next.Root();
        p[3].Value = _next.Save();
        p[4].Value = hashes;
        p[5].Value = group.RecordedAt;
        p[6].Value = newStreams;
        p[7].Value = newVersions;
        p[8].Value = streams;
        p[9].Value = expected;
        p[10].Value = versions;
    }

    private static NpgsqlBatchCommand MoveHead() => new("select est.append_head($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
    {
        Parameters =
        {
            Parameter(NpgsqlDbType.Bigint), Parameter(NpgsqlDbType.Integer), Parameter(NpgsqlDbType.Bytea),
            Parameter(NpgsqlDbType.Bytea), Parameter(NpgsqlDbType.Bytea), Parameter(NpgsqlDbType.TimestampTz),
            Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text), Parameter(NpgsqlDbType.Array | NpgsqlDbType.Bigint),
            Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text), Parameter(NpgsqlDbType.Array | NpgsqlDbType.Bigint),
            Parameter(NpgsqlDbType.Array | NpgsqlDbType.Bigint),
        },
    };

    private static NpgsqlParameter Parameter(NpgsqlDbType type) => new() { NpgsqlDbType = type };
}
