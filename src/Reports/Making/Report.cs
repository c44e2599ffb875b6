namespace EventSourcedTrading.Reports;

/// <summary>A report with all that it takes to check it.</summary>
/// <param name="Asks">What the regulation asks, in our words, with the article.</param>
/// <param name="Events">How many events of the period it rests on.</param>
/// <param name="First">The first of them; null if there are none.</param>
/// <param name="RowsSha256">See <see cref="RowHash"/>.</param>
public sealed record Report(
    string Name, string Title, string Asks, ReportScope Scope, IReadOnlyList<ReportTable> Tables, IReadOnlyList<Gap> NotCovered,
    long Events, RestsOn? First, RestsOn? Last, string RowsSha256)
{
    /// <summary>Rows of one report; a longer one is refused, so that a narrower period is asked for.</summary>
    public const int MaxRows = 2_000_000;

    public long Rows => Tables.Sum(t => (long)t.Rows.Count);
}

/// <summary>An event that a report rests on.</summary>
/// <param name="LeafHash">Its leaf in the Merkle tree, hexadecimal.</param>
/// <param name="Proof">C2SP tlog-proof that the leaf is under the checkpoint's root; null where nobody has made one.</param>
public sealed record RestsOn(long Seq, string Type, string LeafHash, string? Proof);

/// <summary>Something that the regulation speaks of and the report does not have.</summary>
public sealed record Gap(string What, string Why);

/// <param name="Rows">One cell for each column; null where there is no value. Decimals, times and words as in the log.</param>
public sealed record ReportTable(string Name, string Caption, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<string?[]> Rows)
{
    public static ReportTable Of<T>(string name, string caption, IReadOnlyCollection<T> rows, params Column<T>[] columns) => new(
        name, caption, [.. columns.Select(c => new ReportColumn(c.Name, c.Source, c.Numeric))], [.. rows.Select(r => Array.ConvertAll(columns, c => c.Cell(r)))]);
}

/// <param name="Source">Event type and member that it came from, or how it was worked out.</param>
/// <param name="Numeric">Set to the right, and never a spreadsheet formula.</param>
public sealed record ReportColumn(string Name, string Source, bool Numeric);

/// <summary>A column of a table: what it is called, where it comes from, and its text in a row.</summary>
public sealed record Column<T>(string Name, string Source, Func<T, string?> Cell, bool Numeric = false);

public sealed class ReportTooLargeException(string report)
    : Exception($"report {report} has more than {Report.MaxRows} rows in one table; give a shorter period with --from and --to, or one --portfolio");
