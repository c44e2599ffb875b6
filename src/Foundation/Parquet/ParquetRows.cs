namespace EventSourcedTrading.Parquet;

/// <summary>Writes objects as rows: for each column the field and how its value is taken from a row.</summary>
public sealed class ParquetRows<TRow>
{
    private readonly List<ParquetField> fields = [];
    private readonly List<Func<IReadOnlyList<TRow>, ParquetColumn>> columns = [];

    public ParquetRows<TRow> Column<T>(ParquetField<T> field, Func<TRow, T> value)
    {
        fields.Add(field);
        columns.Add(rows =>
        {
            var values = new T[rows.Count];
            for (var i = 0; i < values.Length; i++) values[i] = value(rows[i]);
            return field.Column(values);
        });
        return this;
    }

    /// <summary>A column whose values may be missing. Texts and bytes need no such: there null is missing.</summary>
    public ParquetRows<TRow> Column<T>(ParquetField<T> field, Func<TRow, T?> value) where T : struct
    {
        fields.Add(field);
        columns.Add(rows =>
        {
            var (values, present) = (new T[rows.Count], new bool[rows.Count]);
            for (var i = 0; i < values.Length; i++)
            {
                var one = value(rows[i]);
                (values[i], present[i]) = (one.GetValueOrDefault(), one.HasValue);
            }

            return field.Column(values, present);
        });
        return this;
    }

    /// <summary>Writes a whole file; no more rows than one row group has are held at a time.</summary>
    /// <param name="rows">Read once, to its end.</param>
    /// <param name="metadata">Stored with the file.</param>
    /// <returns>How many rows were written.</returns>
    public async Task<long> WriteAsync(Stream stream, IAsyncEnumerable<TRow> rows, ParquetOptions? options = null, IEnumerable<KeyValuePair<string, string>>? metadata = null, CancellationToken ct = default)
    {
        options ??= new ParquetOptions();
        var writer = ParquetWriter.Create(stream, new ParquetSchema(fields), options);
        foreach (var (name, text) in metadata ?? []) writer.Metadata[name] = text;
        var group = new List<TRow>();
        await foreach (var row in rows.WithCancellation(ct))
        {
            group.Add(row);
            if (group.Count == options.RowsPerGroup) await FlushAsync();
        }

        await FlushAsync();
        await writer.CompleteAsync(ct);
        return writer.Rows;

        async Task FlushAsync()
        {
            await writer.WriteRowGroupAsync(columns.ConvertAll(c => c(group)), ct);
            group.Clear();
        }
    }
}
