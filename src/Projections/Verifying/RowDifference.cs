namespace EventSourcedTrading.Projections.Verifying;

/// <summary>One row of a read model that is not what the events make of it.</summary>
/// <param name="Table">With its schema, without its side: <c>read.position_rows</c>.</param>
/// <param name="Key">Its key columns, in the order of the table.</param>
/// <param name="Column">The first column that differs; null where the whole row is missing or was added.</param>
/// <param name="There">What the table has there, as PostgreSQL writes it; null for NULL.</param>
/// <param name="Expected">What the events say; null for NULL.</param>
public sealed record RowDifference(string Table, IReadOnlyList<string> Key, RowDifferenceKind Kind, string? Column, string? There, string? Expected)
{
    /// <summary>Longer values are cut in <see cref="ToString"/>: characters.</summary>
    private const int MaxShown = 200;

    private string Row => $"row ({string.Join(", ", Key)}) of {Table}";

    public override string ToString() => Kind switch
    {
        RowDifferenceKind.Missing => $"{Row} is missing",
        RowDifferenceKind.Added => $"{Row} was made by no event",
        _ => $"{Row} has {Shown(There)} in column {Column}, but the events say {Shown(Expected)}",
    };

    private static string Shown(string? value) => value is null ? "nothing" : value.Length <= MaxShown ? $"'{value}'" : $"'{value[..MaxShown]}…'";
}

/// <summary>In the table: with another value; not at all, though the events say so; or there, though they do not.</summary>
public enum RowDifferenceKind { Changed, Missing, Added }
