namespace EventSourcedTrading.Parquet;

/// <summary>A file that is not Parquet, is damaged, or uses what is not read here; or a value that the schema has no room for.</summary>
/// <param name="rule">What is wrong and how to mend it.</param>
/// <param name="place">Where, if that is known.</param>
public sealed class ParquetException(string rule, Exception? inner = null, string? place = null) : Exception(place is null ? rule : $"{place}: {rule}", inner)
{
    /// <summary>What is wrong and how to mend it, without the place.</summary>
    public string Rule { get; } = rule;

    /// <summary>The column's name, where the fault lies in one.</summary>
    public string? Column { get; private init; }

    /// <summary>From 0; null where the fault lies in no row group.</summary>
    public int? RowGroup { get; private init; }

    /// <summary>From 0 within the column chunk, dictionary pages counted; null where the fault lies in no page.</summary>
    public int? Page { get; private init; }

    /// <summary>Where the page begins, in bytes from the beginning of the file.</summary>
    public long? Offset { get; private init; }

    internal ParquetException At(string column, int rowGroup, int? page, long? offset) =>
        new(Rule, this, $"Column '{column}', row group {rowGroup}{(page is null ? "" : $", page {page}")}{(offset is null ? "" : $", at byte {offset}")}")
        {
            Column = column, RowGroup = rowGroup, Page = page, Offset = offset,
        };
}
