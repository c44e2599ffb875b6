using System.Buffers.Binary;
using EventSourcedTrading.Parquet.Metadata;
using EventSourcedTrading.Parquet.Reading;

namespace EventSourcedTrading.Parquet;

/// <summary>
/// Reads flat Parquet files, a column of a row group at a time: only what is asked for is read from the stream. The file may be hostile;
/// what it can ask for is bounded by <see cref="ParquetLimits"/>. Not for use by several threads at once.
/// </summary>
public sealed class ParquetReader
{
    internal static readonly ReadOnlyMemory<byte> Magic = "PAR1"u8.ToArray();

    private readonly FileMetaData file;
    private readonly PageSource source;
    private readonly ParquetLimits limits;

    private ParquetReader(FileMetaData file, PageSource source, ParquetLimits limits)
    {
        (this.file, this.source, this.limits) = (file, source, limits);
        Schema = ParquetSchema.From(file.Schema);
        var sum = 0L;
        for (var i = 0; i < file.RowGroups.Count; i++)
        {
            if (file.RowGroups[i].Columns.Count != Schema.Fields.Count) throw new ParquetException($"Row group {i} has {file.RowGroups[i].Columns.Count} columns; the schema has {Schema.Fields.Count}.");
            if (file.RowGroups[i].Rows > long.MaxValue - sum) throw new ParquetException("The row groups speak of more rows than can be counted.");
            sum += file.RowGroups[i].Rows;
        }

        if (sum != file.Rows) throw new ParquetException($"The file speaks of {file.Rows} rows; its row groups have {sum}.");
    }

    /// <param name="stream">Must be able to seek; it stays open.</param>
    /// <exception cref="ParquetException">The stream is no Parquet file, or a nested or encrypted one, or goes beyond the limits.</exception>
    public static async Task<ParquetReader> OpenAsync(Stream stream, ParquetLimits? limits = null, CancellationToken ct = default)
    {
        if (!stream.CanSeek) throw new ArgumentException("A Parquet file is read from its end; give a stream that can seek, such as a file.", nameof(stream));
        limits ??= new ParquetLimits();
        var (source, length) = (new PageSource(stream, limits), stream.Length);
        var frame = 2 * Magic.Length + sizeof(int);
        if (length < frame) throw new ParquetException($"The file has {length} bytes; a Parquet file has at least {frame}.");
        var head = (await source.ReadAsync(0, Magic.Length, ct)).ToArray();
        var tail = (await source.ReadAsync(length - Magic.Length - sizeof(int), Magic.Length + sizeof(int), ct)).ToArray();
        if (tail.AsSpan(sizeof(int)).SequenceEqual("PARE"u8)) throw new ParquetException("The file is encrypted; write it without encryption.");
        if (!head.AsSpan().SequenceEqual(Magic.Span) || !tail.AsSpan(sizeof(int)).SequenceEqual(Magic.Span)) throw new ParquetException("The file does not begin and end with PAR1: it is no Parquet file, or was not written to its end.");
        var size = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (size > length - frame || size > limits.FooterBytes) throw new ParquetException($"The metadata take {size} bytes; the file has {length - frame} for them, and at most {limits.FooterBytes} are read.");
        source.End = length - Magic.Length - sizeof(int) - size;
        return new ParquetReader(FileMetaData.Read(await source.ReadAsync(source.End, (int)size, ct), limits), source, limits);
    }

    public ParquetSchema Schema { get; }

    public long Rows => file.Rows;

    public int RowGroups => file.RowGroups.Count;

    /// <summary>Pairs that the writer stored with the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => file.Pairs;

    /// <summary>The program that wrote the file, if it says so.</summary>
    public string? CreatedBy => file.CreatedBy;

    public long RowsOf(int rowGroup) => file.RowGroups[rowGroup].Rows;

    /// <inheritdoc cref="ReadAsync{T}(int, ParquetField{T}, CancellationToken)"/>
    public Task<ParquetColumn<T>> ReadAsync<T>(int rowGroup, string column, CancellationToken ct = default) => ReadAsync(rowGroup, Schema.Field<T>(column), ct);

    /// <summary>All values of one column in one row group. Values that the file stores once may be the same object here; do not change them.</summary>
    /// <param name="rowGroup">From 0.</param>
    /// <param name="field">Of this reader's schema.</param>
    /// <exception cref="ParquetException">The file is damaged, goes beyond the limits, or uses an encoding or codec that is not read here.</exception>
    public async Task<ParquetColumn<T>> ReadAsync<T>(int rowGroup, ParquetField<T> field, CancellationToken ct = default)
    {
        var place = Schema.PlaceOf(field);
        if (place < 0 || field.Plain is null) throw new ArgumentException($"The field '{field.Name}' is not one of this reader's schema, or of a type that is not read; take it from there by its name.", nameof(field));
        var (chunk, rows) = (file.RowGroups[rowGroup].Columns[place], file.RowGroups[rowGroup].Rows);
        try
        {
            if (rows > limits.RowsPerGroup) throw new ParquetException($"The row group has {rows} rows; at most {limits.RowsPerGroup} are read. Write smaller row groups.");
            if (chunk.Values != rows) throw new ParquetException($"The column has {chunk.Values} values; its row group has {rows} rows.");
            if (chunk.Path != field.Name || chunk.Type != field.Element.Type) throw new ParquetException($"The column is '{chunk.Path}' of type {chunk.Type}; the schema says '{field.Name}' of type {field.Element.Type}.");
            if (chunk.Start < Magic.Length || chunk.CompressedBytes < 0 || chunk.CompressedBytes > source.End - chunk.Start)
                throw new ParquetException($"The column's {chunk.CompressedBytes} bytes at byte {chunk.Start} lie outside the file's data, which end at byte {source.End}.");
        }
        catch (ParquetException e)
        {
            throw e.At(field.Name, rowGroup, page: null, offset: null);
        }

        return await new ColumnChunkReader<T>(field, field.Plain, chunk, source, (int)rows, rowGroup).ReadAsync(ct);
    }
}
