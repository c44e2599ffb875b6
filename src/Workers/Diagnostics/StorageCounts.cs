using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Following;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <param name="Category">The first word of the streams' ids.</param>
public sealed record CategoryCount(string Category, long Streams, long Events, Timestamp First, Timestamp Last);

/// <param name="Bytes">Of the data as it is stored.</param>
public sealed record TypeCount(string Type, long Events, long Bytes);

/// <param name="Position">The last event of the log that is in it.</param>
public sealed record SnapshotCount(string Key, long Position, long Bytes, Timestamp Created);

/// <param name="Rows">Of the live side.</param>
/// <param name="Bytes">Of both sides, with indexes.</param>
public sealed record ReadCount(string Projection, string Table, long Rows, long Bytes);

public sealed record TableSize(string Table, long Bytes);

/// <summary>What the database holds, and how much room it takes.</summary>
public sealed record StorageCounts(
    IReadOnlyList<CategoryCount> Categories, IReadOnlyList<TypeCount> Types, IReadOnlyList<SnapshotCount> Snapshots, IReadOnlyList<ReadCount> ReadModels, IReadOnlyList<TableSize> Tables)
{
    public static readonly IReadOnlyList<string> Parts = ["streams", "types", "snapshots", "read", "tables"];

    /// <summary>Counting the types reads the whole log: so long it may take.</summary>
    private const int Seconds = 300;

    /// <param name="part">One of <see cref="Parts"/>; null for all.</param>
    public static async Task<StorageCounts> CountAsync(NpgsqlDataSource reader, string? part, CancellationToken ct) => new(
        part is null or "streams" ? await RowsAsync(reader, "select split_part(id, '-', 1), count(*), sum(version)::bigint, min(created), max(timestamp) from events.mt_streams group by 1 order by 3 desc, 1",
            r => new CategoryCount(r.GetString(0), r.GetInt64(1), r.GetInt64(2), At(r, 3), At(r, 4)), ct) : [],
        part is null or "types" ? await RowsAsync(reader, "select type, count(*), sum(pg_column_size(data))::bigint from events.mt_events group by 1 order by 2 desc, 1",
            r => new TypeCount(r.GetString(0), r.GetInt64(1), r.GetInt64(2)), ct) : [],
        part is null or "snapshots" ? await RowsAsync(reader, "select key, position, octet_length(data)::bigint, created from est.snapshots order by key limit 1000",
            r => new SnapshotCount(r.GetString(0), r.GetInt64(1), r.GetInt64(2), At(r, 3)), ct) : [],
        part is null or "read" ? await ReadModelsAsync(reader, ct) : [],
        part is null or "tables" ? await RowsAsync(reader, """
            select n.nspname || '.' || c.relname, pg_total_relation_size(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('events', 'audit', 'est', 'control') and c.relkind = 'r' order by 2 desc, 1
            """, r => new TableSize(r.GetString(0), r.GetInt64(1)), ct) : []);

    private static async Task<IReadOnlyList<ReadCount>> ReadModelsAsync(NpgsqlDataSource reader, CancellationToken ct)
    {
        var counts = new List<ReadCount>();
        foreach (var projection in ProjectionHost.Catalog)
        {
            foreach (var table in projection.Tables)
                counts.AddRange(await RowsAsync(reader, $"""
                    select (select count(*) from {table} where side = (select live from read.projections where name = '{projection.Name}')),
                           pg_total_relation_size('{table}_0') + pg_total_relation_size('{table}_1')
                    """, r => new ReadCount(projection.Name, table, r.GetInt64(0), r.GetInt64(1)), ct));
        }

        return counts;
    }

    private static async Task<List<T>> RowsAsync<T>(NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = Seconds;
        await using var rows = await command.ExecuteReaderAsync(ct);
        var all = new List<T>();
        while (await rows.ReadAsync(ct)) all.Add(read(rows));
        return all;
    }

    private static Timestamp At(NpgsqlDataReader row, int column) => Timestamp.FromDateTime(row.GetDateTime(column));
}
