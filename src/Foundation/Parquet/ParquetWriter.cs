using System.Buffers;
using System.Buffers.Binary;
using EventSourcedTrading.Parquet.Metadata;
using EventSourcedTrading.Parquet.Thrift;
using EventSourcedTrading.Parquet.Writing;

namespace EventSourcedTrading.Parquet;

/// <summary>
/// Writes a Parquet file (github.com/apache/parquet-format) row group by row group; what is written is not kept in memory.
/// Until <see cref="CompleteAsync"/> the bytes are no Parquet file: one that broke off can never be taken for a whole one.
/// Not for use by several threads at once.
/// </summary>
public sealed class ParquetWriter
{
    /// <summary>In the form by which readers know whose statistics to believe.</summary>
    private const string CreatedBy = "EventSourcedTrading version 0.1.0 (build 0)";

    private const int MaxRowGroups = short.MaxValue, MaxRowsPerGroup = 1 << 24;

    private readonly PageSink sink;
    private readonly List<RowGroup> groups = [];
    private State state;

    private enum State
    {
        Open,
        Broken,
        Complete,
    }

    private ParquetWriter(Stream stream, ParquetSchema schema, ParquetOptions options) => (sink, Schema) = (new PageSink(stream, options), schema);

    /// <param name="stream">Is only written to, from where it stands; it stays open.</param>
    /// <param name="schema">Of fields that were made by <see cref="ParquetField"/>'s methods; those of a reader may be of forms that are not written.</param>
    public static ParquetWriter Create(Stream stream, ParquetSchema schema, ParquetOptions? options = null) =>
        schema.Fields.FirstOrDefault(f => !f.Element.IsOurs) is { } read
            ? throw new ArgumentException($"Column '{read.Name}' is of a file that was read; make a field for it with one of the methods of {nameof(ParquetField)}.", nameof(schema))
            : new ParquetWriter(stream, schema, options ?? new ParquetOptions());

    public ParquetSchema Schema { get; }

    /// <summary>Pairs that are stored with the file, such as a hash of the data or the checkpoint that they were read at; may be set until the end.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Rows written so far.</summary>
    public long Rows => groups.Sum(g => g.Rows);

    /// <param name="columns">One for each field of the schema, in its order, all of the same number of rows: at most 2²⁴. No rows, no row group.</param>
    /// <exception cref="ArgumentException">The columns are not those of the schema, or differ in length; nothing is written.</exception>
    /// <exception cref="ParquetException">A value does not fit its column. The file cannot be completed then.</exception>
    public async Task WriteRowGroupAsync(IReadOnlyList<ParquetColumn> columns, CancellationToken ct = default)
    {
        Check(columns);
        if (columns[0].Rows == 0) return;
        await BeginAsync(ct);
        var chunks = new List<ColumnChunk>(columns.Count);
        foreach (var column in columns)
        {
            try
            {
                chunks.Add(await column.WriteAsync(sink, ct));
            }
            catch (ParquetException e)
            {
                throw e.At(column.Field.Name, groups.Count, page: null, offset: null);
            }
        }

        groups.Add(new RowGroup(chunks, columns[0].Rows));
        state = State.Open;
    }

    /// <summary>Writes what makes the bytes a file, even one without rows.</summary>
    public async Task CompleteAsync(CancellationToken ct = default)
    {
        await BeginAsync(ct);
        var footer = new ArrayBufferWriter<byte>();
        new FileMetaData(Schema.ToElements(), Rows, groups, Metadata, CreatedBy).Write(new CompactWriter(footer));
        BinaryPrimitives.WriteInt32LittleEndian(footer.GetSpan(sizeof(int)), footer.WrittenCount);
        footer.Advance(sizeof(int));
        footer.Write(ParquetReader.Magic.Span);
        await sink.WriteAsync(footer.WrittenMemory, ct);
        state = State.Complete;
    }

    /// <summary>Whatever throws from here on leaves the file broken.</summary>
    private async Task BeginAsync(CancellationToken ct)
    {
        if (state != State.Open) throw new InvalidOperationException(state == State.Complete ? "The file is complete; nothing can be added." : "Writing has failed before; begin a new file.");
        state = State.Broken;
        if (sink.Position == 0) await sink.WriteAsync(ParquetReader.Magic, ct);
    }

    private void Check(IReadOnlyList<ParquetColumn> columns)
    {
        if (columns.Count != Schema.Fields.Count) throw new ArgumentException($"{columns.Count} columns are given; the schema has {Schema.Fields.Count}.", nameof(columns));
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Field != Schema.Fields[i]) throw new ArgumentException($"Column {i} is '{columns[i].Field.Name}'; it must be made by the schema's field '{Schema.Fields[i].Name}'.", nameof(columns));
            if (columns[i].Rows != columns[0].Rows) throw new ArgumentException($"Column '{columns[i].Field.Name}' has {columns[i].Rows} rows, '{columns[0].Field.Name}' has {columns[0].Rows}; all must have the same.", nameof(columns));
        }

        if (columns[0].Rows > MaxRowsPerGroup) throw new ArgumentException($"The row group has {columns[0].Rows} rows; at most {MaxRowsPerGroup} fit. Write several.", nameof(columns));
        if (groups.Count == MaxRowGroups) throw new InvalidOperationException($"The file has {MaxRowGroups} row groups; none can be added. Write larger ones, or another file.");
    }
}
