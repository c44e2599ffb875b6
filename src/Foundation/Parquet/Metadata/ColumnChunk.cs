using EventSourcedTrading.Parquet.Thrift;

namespace EventSourcedTrading.Parquet.Metadata;

/// <summary>Where the pages of one column in one row group are, and what is known of their values.</summary>
internal sealed record ColumnChunk(string Path, PhysicalType Type, Codec Codec, long Values, long CompressedBytes, long DataOffset)
{
    public long UncompressedBytes { get; init; }
    public long? DictionaryOffset { get; init; }
    public Statistics Statistics { get; init; } = new(0, null, null);

    /// <summary>Where the first page is. Some writers set a dictionary offset of 0 where there is none.</summary>
    public long Start => DictionaryOffset is > 0 and var dictionary && dictionary < DataOffset ? dictionary : DataOffset;

    public void Write(CompactWriter w) => w.Field(2, 0L).Struct(3, m =>
    {
        m.Field(1, (int)Type)
            .Numbers(2, DictionaryOffset is null ? [(int)ValueEncoding.Plain, (int)ValueEncoding.Rle] : [(int)ValueEncoding.Plain, (int)ValueEncoding.Rle, (int)ValueEncoding.RleDictionary])
            .Texts(3, Path).Field(4, (int)Codec).Field(5, Values).Field(6, UncompressedBytes).Field(7, CompressedBytes).Field(9, DataOffset);
        if (DictionaryOffset is { } offset) m.Field(11, offset);
        m.Struct(12, Statistics.Write);
    });

    public static ColumnChunk Read(ref CompactReader r)
    {
        var chunk = (ColumnChunk?)null;
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: throw new ParquetException($"A column lies in another file, '{r.String(type)}'; write the data set as one file.");
                case 3 when type == CompactType.Struct: chunk = ReadMetaData(ref r); break;
                case 8 or 9: throw new ParquetException("A column is encrypted; write the file without encryption.");
                default: r.Skip(type); break;
            }
        }

        return chunk ?? throw new ParquetException("A column has no metadata at the end of the file.");
    }

    private static ColumnChunk ReadMetaData(ref CompactReader r)
    {
        PhysicalType? physical = null;
        Codec? codec = null;
        string? path = null;
        long? values = null, compressed = null, data = null, dictionary = null;
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: physical = (PhysicalType)r.Int32(type); break;
                case 3:
                    for (var parts = r.List(type, CompactType.Binary); parts > 0; parts--) path = (path is null ? "" : path + '.') + r.String(CompactType.Binary);
                    break;
                case 4: codec = (Codec)r.Int32(type); break;
                case 5: values = r.Int64(type); break;
                case 7: compressed = r.Int64(type); break;
                case 9: data = r.Int64(type); break;
                case 11: dictionary = r.Int64(type); break;
                default: r.Skip(type); break;
            }
        }

        return physical is null || codec is null || path is null || values is null || compressed is null || data is null
            ? throw new ParquetException($"The metadata of column '{path}' lack its type, codec, path, count, size or offset.")
            : new ColumnChunk(path, physical.Value, codec.Value, values.Value, compressed.Value, data.Value) { DictionaryOffset = dictionary };
    }
}

/// <summary>Bounds in the PLAIN encoding (texts and bytes without a length); null where there is no value, or it is too long to be worth it.</summary>
internal sealed record Statistics(long Nulls, byte[]? Min, byte[]? Max)
{
    public void Write(CompactWriter w)
    {
        w.Field(3, Nulls);
        if (Max is not null && Min is not null) w.Field(5, Max).Field(6, Min);
    }
}
