using System.Globalization;
using EventSourcedTrading.Projections.Verifying;

namespace EventSourcedTrading.Projections.Storage;

/// <content>
/// How a fold is compared without holding a large table in memory. A row that is already what the table has, in its final form, is let
/// go of, and only its key is remembered. Should a later event touch it after all, it is read back from the table, in the same snapshot and
/// so as it was compared, and shows at the end as what it is. So the rows that are held are those that later events will still change.
/// </content>
internal sealed partial class Rows<TKey, TRow>
{
    /// <summary>Rows of one statement.</summary>
    private const int Chunk = 20_000;

    /// <summary>Far more than can be in flight at once in a log: so many only differ where the table was spoilt as a whole.</summary>
    private const int MaxHeld = 250_000;

    private readonly KeySet settled = new();
    private int held;

    public override async Task RecallAsync(Comparison comparison, CancellationToken ct)
    {
        // What the fold never had must not come from the table: it may be there from a later event.
        missing.RemoveWhere(key => !settled.Remove(Name(key)));
        if (wanted is not null) await LoadAsync(comparison.Connection, comparison.Side, ct);
    }

    public override async Task CompareAsync(Comparison comparison, bool last, CancellationToken ct)
    {
        changed.Clear();
        removed.Clear();
        if (wanted is not null)
        {
            if (last || known.Count > held + comparison.Hold) await SettleAsync(comparison, ct);
            if (held > MaxHeld) throw new TooManyDifferencesException(Table, held);
        }

        if (!last) return;
        var rows = known.Values.ToList();
        comparison.Rows += settled.Count + rows.Count;
        // A small table is compared as a whole; of a large one only what is not settled is left.
        if (wanted is null) await comparison.DifferAsync(Table, keyColumns, RowMap<TRow>.Columns, rows, "true", ct);
        if (wanted is null || (rows.Count == 0 && await comparison.CountAsync(Table, ct) == settled.Count)) return;
        foreach (var some in rows.Chunk(Chunk)) await comparison.DifferAsync(Table, keyColumns, RowMap<TRow>.Columns, some, null, ct);
        foreach (var key in known.Keys) settled.Add(Name(key));
        await comparison.AddedAsync(Table, RowMap<TRow>.Columns[0].Name, settled.Contains, ct);
    }

    private async Task SettleAsync(Comparison comparison, CancellationToken ct)
    {
        foreach (var some in known.Values.ToList().Chunk(Chunk))
        {
            var unequal = await comparison.UnequalAsync<TKey, TRow>(Table, RowMap<TRow>.Columns, some, ct);
            foreach (var key in some.Select(keyOf))
            {
                if (unequal.Contains(key)) continue;
                known.Remove(key);
                settled.Add(Name(key));
            }
        }

        held = known.Count;
    }

    private static string Name(TKey key) => Convert.ToString(key, CultureInfo.InvariantCulture)!;
}

/// <summary>A table differs from the fold in so many rows that it is not worth naming them.</summary>
internal sealed class TooManyDifferencesException(string table, int rows) : Exception($"more than {rows} rows of read.{table} are not what the events say");
