using System.Buffers.Binary;
using System.Text;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>
/// What the appender would be without an audit log: the same check of the JSON, the same rows by the same COPY, the same streams and the
/// same lock for the numbers in the same three round trips; but no leaf is written, hashed or kept, and there is no tree.
/// </summary>
public sealed class BareLog : IAsyncDisposable
{
    private const string HeadSql =
        """
        create schema bare;
        create table bare.head (only_row bool primary key default true check (only_row), size bigint not null, updated_at timestamptz not null) with (fillfactor = 10);
        insert into bare.head (size, updated_at) values (0, now());
        create function bare.append_head(p_size bigint, p_count int, p_at timestamptz, p_new_streams text[], p_new_versions bigint[], p_streams text[], p_expected bigint[], p_versions bigint[])
        returns void language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
        declare moved bigint;
        begin
            update bare.head set size = p_size + p_count, updated_at = p_at where only_row and size = p_size;
            if not found then raise exception 'the head is not at %', p_size; end if;
            if cardinality(p_new_streams) > 0 then
                insert into events.mt_streams (id, version, timestamp, created) select id, version, p_at, p_at from unnest(p_new_streams, p_new_versions) as s (id, version) on conflict do nothing;
                get diagnostics moved = row_count;
                if moved <> cardinality(p_new_streams) then raise exception 'a new stream exists already'; end if;
            end if;
            if cardinality(p_streams) > 0 then
                update events.mt_streams t set version = s.version, timestamp = p_at from unnest(p_streams, p_expected, p_versions) as s (id, expected, version) where t.id = s.id and t.version = s.expected;
                get diagnostics moved = row_count;
                if moved <> cardinality(p_streams) then raise exception 'a stream is not at the expected version'; end if;
            end if;
        end $$
        """;

    private static readonly byte[] CopyHeader = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] CopyTrailer = [0xFF, 0xFF];

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlBatch begin, commit;
    private long size;

    private BareLog(NpgsqlConnection connection)
    {
        this.connection = connection;
        NpgsqlDbType[] types =
        [
            NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.TimestampTz, NpgsqlDbType.Array | NpgsqlDbType.Text, NpgsqlDbType.Array | NpgsqlDbType.Bigint,
            NpgsqlDbType.Array | NpgsqlDbType.Text, NpgsqlDbType.Array | NpgsqlDbType.Bigint, NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        ];
        var head = new NpgsqlBatchCommand("select bare.append_head($1, $2, $3, $4, $5, $6, $7, $8)");
        foreach (var type in types) head.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
        begin = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("begin"), head } };
        commit = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select setval('events.mt_events_sequence', $1), pg_notify('est_events', $1::text)") { Parameters = { new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint } } },
                new NpgsqlBatchCommand("commit"),
            },
        };
    }

    public static async Task<BareLog> OpenAsync(BenchDatabase database, CancellationToken ct)
    {
        await database.ExecuteAsync(HeadSql, ct);
        var log = new BareLog(await database.Owner.OpenConnectionAsync(ct));
        await log.begin.PrepareAsync(ct);
        await log.commit.PrepareAsync(ct);
        return log;
    }

    /// <summary>Checked and encoded; on the caller's thread, like the appender's.</summary>
    public static BareBatch Prepare(AppendBatch batch)
    {
        using var json = new ByteWriter(1_024);
        var prepared = new BareBatch(batch);
        var rows = prepared.Rows;
        var micros = (batch.RecordedAt.UtcTicks - DateTime.Parse("2000-01-01", System.Globalization.CultureInfo.InvariantCulture).Ticks) / TimeSpan.TicksPerMicrosecond;
        foreach (var e in batch.Events)
        {
            json.Clear();
            CanonicalJson.Write(e.Data.Span, json);
            prepared.Starts.Add(rows.Length);
            BinaryPrimitives.WriteInt16BigEndian(rows.Append(2), 10);
            Int64(rows, 0);
            BinaryPrimitives.WriteInt32BigEndian(rows.Append(4), 16);
            e.Id.TryWriteBytes(rows.Append(16), bigEndian: true, out _);
            Text(rows, e.StreamId);
            Int64(rows, e.Version);
            BinaryPrimitives.WriteInt32BigEndian(rows.Append(4), json.Length + 1);
            rows.Write(1);
            rows.Write(json.Written);
            Text(rows, e.Type);
            Int64(rows, micros);
            Text(rows, e.CorrelationId!);
            Text(rows, e.CausationId!);
            BinaryPrimitives.WriteInt32BigEndian(rows.Append(4), -1);
            if (!prepared.Moves.TryAdd(e.StreamId, (e.Version - 1, e.Version))) prepared.Moves[e.StreamId] = (prepared.Moves[e.StreamId].From, e.Version);
        }

        return prepared;
    }

    public async Task WriteAsync(BareBatch batch, CancellationToken ct)
    {
        var seq = size + 1;
        foreach (var start in batch.Starts) BinaryPrimitives.WriteInt64BigEndian(batch.Rows.Written[(start + 6)..], seq++);
        var made = batch.Moves.Where(m => m.Value.From == 0).ToArray();
        var moved = batch.Moves.Where(m => m.Value.From > 0).ToArray();
        object[] values =
        [
            size, batch.Starts.Count, batch.At, made.Select(m => m.Key).ToArray(), made.Select(m => m.Value.To).ToArray(),
            moved.Select(m => m.Key).ToArray(), moved.Select(m => m.Value.From).ToArray(), moved.Select(m => m.Value.To).ToArray(),
        ];
        for (var i = 0; i < values.Length; i++) begin.BatchCommands[1].Parameters[i].Value = values[i];
        await begin.ExecuteNonQueryAsync(ct);
        await using (var copy = await connection.BeginRawBinaryCopyAsync("copy events.mt_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers) from stdin (format binary)", ct))
        {
            await copy.WriteAsync(CopyHeader, ct);
            await copy.WriteAsync(batch.Rows.WrittenMemory, ct);
            await copy.WriteAsync(CopyTrailer, ct);
        }

        size += batch.Starts.Count;
        commit.BatchCommands[0].Parameters[0].Value = size;
        await commit.ExecuteNonQueryAsync(ct);
        batch.Rows.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await begin.DisposeAsync();
        await commit.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static void Int64(ByteWriter rows, long value)
    {
        BinaryPrimitives.WriteInt32BigEndian(rows.Append(4), 8);
        BinaryPrimitives.WriteInt64BigEndian(rows.Append(8), value);
    }

    private static void Text(ByteWriter rows, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32BigEndian(rows.Append(4), length);
        Encoding.UTF8.GetBytes(text, rows.Append(length));
    }
}

/// <summary>Rows in COPY's format, and where the streams go.</summary>
public sealed class BareBatch(AppendBatch batch)
{
    internal ByteWriter Rows { get; } = new(batch.Events.Count * 512);
    internal List<int> Starts { get; } = new(batch.Events.Count);
    internal Dictionary<string, (long From, long To)> Moves { get; } = new(StringComparer.Ordinal);
    internal DateTimeOffset At => batch.RecordedAt;
}
