using EventSourcedTrading.Parquet.Thrift;

namespace EventSourcedTrading.Parquet.Metadata;

/// <summary>What stands before each page.</summary>
/// <param name="Bytes">Without the header, before compression.</param>
/// <param name="CompressedBytes">Without the header, as stored.</param>
/// <param name="Values">Nulls included.</param>
internal sealed record PageHeader(PageType Type, int Bytes, int CompressedBytes, int Values, ValueEncoding Encoding)
{
    /// <summary>CRC-32 (that of gzip) of the page as stored.</summary>
    public uint? Crc { get; init; }

    public ValueEncoding LevelEncoding { get; init; } = ValueEncoding.Rle;

    // Of pages of version 2: levels are not compressed, and stand before the values.
    public int RepetitionBytes { get; init; }
    public int DefinitionBytes { get; init; }
    public bool IsCompressed { get; init; } = true;

    public void Write(CompactWriter output) => output.Struct(w =>
    {
        w.Field(1, (int)Type).Field(2, Bytes).Field(3, CompressedBytes);
        if (Crc is { } crc) w.Field(4, (int)crc);
        if (Type == PageType.Dictionary) w.Struct(7, d => d.Field(1, Values).Field(2, (int)Encoding));
        else w.Struct(5, d => d.Field(1, Values).Field(2, (int)Encoding).Field(3, (int)ValueEncoding.Rle).Field(4, (int)ValueEncoding.Rle));
    });

    /// <param name="length">How many bytes the header has.</param>
    public static PageHeader Read(ReadOnlySpan<byte> data, out int length)
    {
        var r = new CompactReader(data);
        PageType? kind = null;
        int? bytes = null, compressed = null;
        var page = new PageHeader(default, 0, 0, -1, default);
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: kind = (PageType)r.Int32(type); break;
                case 2: bytes = r.Int32(type); break;
                case 3: compressed = r.Int32(type); break;
                case 4: page = page with { Crc = (uint)r.Int32(type) }; break;
                case 5 or 7 when type == CompactType.Struct: page = ReadFirst(ref r, page); break;
                case 8 when type == CompactType.Struct: page = ReadSecond(ref r, page); break;
                default: r.Skip(type); break;
            }
        }

        length = r.Position;
        if (kind is null || bytes is null or < 0 || compressed is null or < 0) throw new ParquetException("The page's header lacks its type or sizes, or a size is negative.");
        if (kind != PageType.Index && page.Values < 0) throw new ParquetException("The page's header does not say how many values it has, or a negative number.");
        return page with { Type = kind.Value, Bytes = bytes.Value, CompressedBytes = compressed.Value };
    }

    /// <summary>Of a data page of version 1 or a dictionary page: the fields that both have are numbered alike.</summary>
    private static PageHeader ReadFirst(ref CompactReader r, PageHeader page)
    {
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: page = page with { Values = r.Int32(type) }; break;
                case 2: page = page with { Encoding = (ValueEncoding)r.Int32(type) }; break;
                case 3 when type == CompactType.I32: page = page with { LevelEncoding = (ValueEncoding)r.Int32(type) }; break;
                default: r.Skip(type); break;
            }
        }

        return page;
    }

    private static PageHeader ReadSecond(ref CompactReader r, PageHeader page)
    {
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: page = page with { Values = r.Int32(type) }; break;
                case 4: page = page with { Encoding = (ValueEncoding)r.Int32(type) }; break;
                case 5: page = page with { DefinitionBytes = r.Int32(type) }; break;
                case 6: page = page with { RepetitionBytes = r.Int32(type) }; break;
                case 7: page = page with { IsCompressed = r.Boolean(type) }; break;
                default: r.Skip(type); break;
            }
        }

        return page;
    }
}
