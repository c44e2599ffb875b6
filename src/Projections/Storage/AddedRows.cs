using EventSourcedTrading.Projections.Verifying;
using Npgsql;

namespace EventSourcedTrading.Projections.Storage;

/// <summary>
/// Rows that are final when they are made: added once for each event, never read by a fold, not kept in memory after their batch. The
/// checkpoint, which moves in the same transaction, keeps any from coming twice.
/// </summary>
/// <param name="keyColumns">How many of the row's first columns make its key; the column <c>seq</c>, the place of the event, is one of them.</param>
internal sealed class AddedRows<TKey, TRow>(string table, int keyColumns, Func<TRow, TKey> keyOf) : Rows(table)
    where TKey : notnull where TRow : class
{
    private readonly Dictionary<TKey, TRow> added = [];
    private long reached;
    private long compared;

    public IEnumerable<TRow> Values => added.Values;

    /// <summary>Adds the row of an event, or sets it anew should the event say more of the same.</summary>
    /// <param name="seq">The place of the event; never before that of the row added last.</param>
    public void Add(long seq, TRow row)
    {
        added[keyOf(row)] = row;
        reached = seq;
    }

    public override Task LoadAsync(NpgsqlConnection connection, int side, CancellationToken ct) => Task.CompletedTask;

    public override void Forget() => added.Clear();

    public override async Task SaveAsync(NpgsqlConnection connection, int side, CancellationToken ct)
    {
        if (added.Count == 0) return;
        var columns = RowMap<TRow>.Columns;
        await using var command = new NpgsqlCommand(
            $"insert into read.{Table}_{side} (side, {RowMap<TRow>.ColumnList}) select {side}, * from unnest({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.SqlType}[]"))})", connection);
        var rows = added.Values.ToList();
        foreach (var column in columns) command.Parameters.Add(column.Collect(rows));
        await command.ExecuteNonQueryAsync(ct);
        added.Clear();
    }

    public override Task RecallAsync(Comparison comparison, CancellationToken ct) => Task.CompletedTask;

    /// <remarks>They lie in the order of the log, so they are compared stretch by stretch of it.</remarks>
    public override async Task CompareAsync(Comparison comparison, bool last, CancellationToken ct)
    {
        if (added.Count > 0) await DifferAsync([.. added.Values], FormattableString.Invariant($"t.seq > {compared} and t.seq <= {reached}"));
        comparison.Rows += added.Count;
        compared = reached;
        added.Clear();
        if (last) await DifferAsync([], FormattableString.Invariant($"t.seq > {compared} or t.seq < 1"));

        Task DifferAsync(TRow[] rows, string slice) => comparison.DifferAsync(Table, keyColumns, RowMap<TRow>.Columns, rows, slice, ct);
    }
}
