using EventSourcedTrading.Projections.Verifying;
using Npgsql;

namespace EventSourcedTrading.Projections.Storage;

/// <summary>
/// The rows of one table that a fold works on, in memory. A fold reads and sets them as if nothing else existed; what it changed
/// is written once per batch, however often it was touched.
/// </summary>
internal abstract class Rows(string table)
{
    /// <summary>Name of the table in schema read, without its side.</summary>
    public string Table { get; } = table;

    public abstract Task LoadAsync(NpgsqlConnection connection, int side, CancellationToken ct);
    public abstract Task SaveAsync(NpgsqlConnection connection, int side, CancellationToken ct);

    /// <summary>Drops everything: the next load starts from what the database has.</summary>
    public abstract void Forget();

    /// <summary>In place of a load where the fold is only to be compared: what it has folded itself and let go of comes back.</summary>
    public abstract Task RecallAsync(Comparison comparison, CancellationToken ct);

    /// <summary>In place of a save: compares what was folded with the table.</summary>
    /// <param name="last">The fold is at its end: each row that is not the same is a difference, and so is each one that the fold does not have.</param>
    public abstract Task CompareAsync(Comparison comparison, bool last, CancellationToken ct);
}

/// <param name="keyColumns">How many of the row's first columns make its key.</param>
/// <param name="wanted">
/// Null for a small table, which stays in memory whole. Else the number of rows after which memory is emptied; such a table
/// has a key of a single column, and a fold must <see cref="Want"/> a row before it reads it.
/// </param>
internal sealed partial class Rows<TKey, TRow>(string table, int keyColumns, Func<TRow, TKey> keyOf, int? wanted = null) : Rows(table)
    where TKey : notnull where TRow : class
{
    private readonly Dictionary<TKey, TRow> known = [];
    private readonly HashSet<TKey> changed = [];
    private readonly Dictionary<TKey, TRow> removed = [];
    private readonly HashSet<TKey> missing = [];
    private bool loaded;

    public IEnumerable<TRow> Values => known.Values;

    public TRow? Find(TKey key) => known.GetValueOrDefault(key);

    public void Set(TRow row)
    {
        var key = keyOf(row);
        known[key] = row;
        removed.Remove(key);
        changed.Add(key);
    }

    public void Remove(TKey key)
    {
        if (!known.Remove(key, out var row)) return;
        changed.Remove(key);
        removed[key] = row;
    }

    /// <summary>Says that the coming batch will read this row.</summary>
    public void Want(TKey key)
    {
        if (!known.ContainsKey(key)) missing.Add(key);
    }

    public override void Forget()
    {
        known.Clear();
        changed.Clear();
        removed.Clear();
        missing.Clear();
        loaded = false;
    }

    public override async Task LoadAsync(NpgsqlConnection connection, int side, CancellationToken ct)
    {
        if (wanted is null ? loaded : missing.Count == 0) return;
        await using var command = connection.CreateCommand();
        command.CommandText = $"select {RowMap<TRow>.ColumnList} from read.{Table}_{side}";
        if (wanted is not null)
        {
            command.CommandText += $" where side = {side} and {RowMap<TRow>.Columns[0].Name} = any($1)";
            command.Parameters.Add(new NpgsqlParameter<TKey[]> { TypedValue = [.. missing] });
        }

        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var row = RowMap<TRow>.Read(reader);
            known[keyOf(row)] = row;
        }

        missing.Clear();
        loaded = true;
    }

    public override async Task SaveAsync(NpgsqlConnection connection, int side, CancellationToken ct)
    {
        var columns = RowMap<TRow>.Columns;
        if (removed.Count > 0)
        {
            var keys = columns.Take(keyColumns).ToArray();
            await ExecuteAsync(
                $"delete from read.{Table}_{side} t using {Unnest(keys)} k ({Names(keys)}) where {string.Join(" and ", keys.Select(c => $"t.{c.Name} = k.{c.Name}"))}",
                keys, [.. removed.Values]);
            removed.Clear();
        }

        if (changed.Count > 0)
        {
            var rest = columns.Skip(keyColumns).ToArray();
            await ExecuteAsync(
                $"""
                insert into read.{Table}_{side} (side, {Names(columns)}) select {side}, * from {Unnest(columns)}
                on conflict (side, {Names(columns.Take(keyColumns))}) do update set {string.Join(", ", rest.Select(c => $"{c.Name} = excluded.{c.Name}"))}
                """,
                columns, [.. changed.Select(key => known[key])]);
            changed.Clear();
        }

        if (known.Count > wanted) known.Clear();

        async Task ExecuteAsync(string sql, IReadOnlyList<Column<TRow>> parameters, List<TRow> rows)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var column in parameters) command.Parameters.Add(column.Collect(rows));
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private static string Names(IEnumerable<Column<TRow>> columns) => string.Join(", ", columns.Select(c => c.Name));

    private static string Unnest(IEnumerable<Column<TRow>> columns) =>
        $"unnest({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.SqlType}[]"))})";
}
