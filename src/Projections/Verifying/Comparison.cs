using EventSourcedTrading.Projections.Storage;
using Npgsql;

namespace EventSourcedTrading.Projections.Verifying;

/// <summary>
/// Compares rows that were folded with those of one side of a projection's tables, all in one snapshot. PostgreSQL compares, so that a
/// value means what it means there: numbers whatever their scale, jsonb whatever its spaces, and also values that no projection could read.
/// </summary>
internal sealed class Comparison(NpgsqlConnection connection, int side)
{
    /// <summary>More are not collected: a rebuild mends any number.</summary>
    public const int MaxDifferences = 100;

    /// <summary>Rows of a large table that are held before those are let go of that are settled.</summary>
    public int Hold { get; init; } = 20_000;

    public NpgsqlConnection Connection => connection;
    public int Side => side;
    public List<RowDifference> Differences { get; } = [];

    /// <summary>Rows that were compared.</summary>
    public long Rows { get; set; }

    /// <summary>Notes what differs between the folded rows and the table; of a row that differs, the first column.</summary>
    /// <param name="keys">How many of the columns make the key.</param>
    /// <param name="slice">Which rows of the table there should be nothing else of: an SQL condition on <c>t</c>; null to ask after the folded rows alone.</param>
    public async Task DifferAsync<TRow>(string table, int keys, IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows, string? slice, CancellationToken ct)
    {
        if (Differences.Count >= MaxDifferences) return;
        var key = columns.Take(keys).ToArray();
        var all = string.Join(", ", columns.Select(c => $"t.{c.Name} is distinct from {Folded(c)}"));
        await using var command = Command(
            $"""
            select array[{string.Join(", ", key.Select(c => $"coalesce(t.{c.Name}::text, k.{c.Name}::text)"))}], t.side is null, k.{key[0].Name} is null,
                   array[{all}], array[{string.Join(", ", columns.Select(c => $"t.{c.Name}::text"))}], array[{string.Join(", ", columns.Select(c => $"{Folded(c)}::text"))}]
              from (select * from read.{table}_{side} t where side = {side} and ({slice ?? "true"})) t
              {(slice is null ? "right" : "full")} join {Unnest(columns)} on {On(key)}
             where {Unequal(columns, keys)} or k.{key[0].Name} is null
             order by 1 limit {MaxDifferences - Differences.Count}
            """,
            columns, rows);
        await using var found = await command.ExecuteReaderAsync(ct);
        while (await found.ReadAsync(ct))
        {
            var (names, missing, added) = (found.GetFieldValue<string[]>(0), found.GetBoolean(1), found.GetBoolean(2));
            var at = Array.IndexOf(found.GetFieldValue<bool[]>(3), true);
            var (there, said) = (found.GetFieldValue<string?[]>(4)[at], found.GetFieldValue<string?[]>(5)[at]);
            Differences.Add(missing || added ? new($"read.{table}", names, missing ? RowDifferenceKind.Missing : RowDifferenceKind.Added, null, null, null)
                : new($"read.{table}", names, RowDifferenceKind.Changed, columns[at].Name.Trim('"'), there, said));
        }
    }

    /// <summary>The keys of the folded rows that the table does not have just so. The key is the first column.</summary>
    public async Task<HashSet<TKey>> UnequalAsync<TKey, TRow>(string table, IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows, CancellationToken ct)
    {
        var unequal = new HashSet<TKey>();
        await using var command = Command(
            $"select k.{columns[0].Name} from {Unnest(columns)} left join read.{table}_{side} t on t.side = {side} and {On([columns[0]])} where {Unequal(columns, 1)}", columns, rows);
        await using var found = await command.ExecuteReaderAsync(ct);
        while (await found.ReadAsync(ct)) unequal.Add(found.GetFieldValue<TKey>(0));
        return unequal;
    }

    /// <summary>Notes rows of the table whose key was never folded. The key is the first column.</summary>
    public async Task AddedAsync(string table, string key, Func<string, bool> folded, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select {key}::text from read.{table}_{side} where side = {side}", connection) { CommandTimeout = 0 };
        await using var found = await command.ExecuteReaderAsync(ct);
        while (Differences.Count < MaxDifferences && await found.ReadAsync(ct))
        {
            var name = found.GetString(0);
            if (!folded(name)) Differences.Add(new($"read.{table}", [name], RowDifferenceKind.Added, null, null, null));
        }
    }

    public async Task<long> CountAsync(string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select count(*) from read.{table}_{side}", connection) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private NpgsqlCommand Command<TRow>(string sql, IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var column in columns) command.Parameters.Add(column.Collect(rows));
        return command;
    }

    private static string Unnest<TRow>(IReadOnlyList<Column<TRow>> columns) =>
        $"unnest({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.SqlType}[]"))}) k ({string.Join(", ", columns.Select(c => c.Name))})";

    private static string On<TRow>(IEnumerable<Column<TRow>> key) => string.Join(" and ", key.Select(c => $"t.{c.Name} = k.{c.Name}"));

    private static string Unequal<TRow>(IReadOnlyList<Column<TRow>> columns, int keys) =>
        $"t.side is null or row({string.Join(", ", columns.Skip(keys).Select(c => $"t.{c.Name}"))}) is distinct from row({string.Join(", ", columns.Skip(keys).Select(Folded))})";

    private static string Folded<TRow>(Column<TRow> column) => $"k.{column.Name}{(column.CastTo is { } type ? $"::{type}" : "")}";
}
