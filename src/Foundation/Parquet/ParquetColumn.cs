using EventSourcedTrading.Parquet.Metadata;
using EventSourcedTrading.Parquet.Writing;

namespace EventSourcedTrading.Parquet;

/// <summary>The values of one column in one row group.</summary>
public abstract class ParquetColumn
{
    private protected ParquetColumn()
    {
    }

    public abstract ParquetField Field { get; }

    public abstract int Rows { get; }

    internal abstract Task<ColumnChunk> WriteAsync(PageSink sink, CancellationToken ct);
}

/// <summary>The values of one column in one row group, held as <typeparamref name="T"/>.</summary>
public sealed class ParquetColumn<T> : ParquetColumn
{
    private readonly ParquetField<T> owner;

    internal ParquetColumn(ParquetField<T> field, T[] values, bool[]? present)
    {
        (owner, Values) = (field, values);
        if (present is { Length: 0 }) present = null;
        if (present is not null && present.Length != values.Length) throw new ArgumentException($"Column '{field.Name}' has {values.Length} values, but {present.Length} marks of which are present; give one for each.", nameof(present));
        present = WithoutNulls(values, present);
        Present = present is not null && Array.IndexOf(present, false) is var missing and >= 0
            ? field.IsOptional ? present : throw new ArgumentException($"Column '{field.Name}' has no value in row {missing}; give one, or make the column optional.", nameof(values))
            : null;
    }

    public override ParquetField Field => owner;

    public override int Rows => Values.Length;

    /// <summary>One for each row; where a value is missing, <typeparamref name="T"/>'s default.</summary>
    public T[] Values { get; }

    /// <summary>For each row whether it has a value; null if all have.</summary>
    public bool[]? Present { get; }

    public bool IsNull(int row) => Present is not null && !Present[row];

    /// <summary>What is null is not present, whatever the marks say.</summary>
    private static bool[]? WithoutNulls(T[] values, bool[]? present)
    {
        var marks = present;
        for (var i = 0; default(T) is null && i < values.Length; i++)
        {
            if (values[i] is not null || marks?[i] == false) continue;
            if (marks == present)
            {
                marks = new bool[values.Length];
                if (present is null) Array.Fill(marks, true);
                else present.CopyTo(marks, 0);
            }

            marks![i] = false;
        }

        return marks;
    }

    internal override Task<ColumnChunk> WriteAsync(PageSink sink, CancellationToken ct) => ColumnChunkWriter.WriteAsync(owner, Values, Present, sink, ct);
}
