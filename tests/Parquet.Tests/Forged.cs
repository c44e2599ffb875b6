using System.Buffers;
using System.Buffers.Binary;
using EventSourcedTrading.Parquet.Compression;
using EventSourcedTrading.Parquet.Metadata;
using EventSourcedTrading.Parquet.Thrift;

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>Files that no honest writer makes.</summary>
internal static class Forged
{
    /// <summary>A file of one column, page by page.</summary>
    public static byte[] Pages(ParquetField field, int rows, params (PageHeader Header, byte[] Body)[] pages)
    {
        var file = new ArrayBufferWriter<byte>();
        file.Write("PAR1"u8);
        foreach (var (header, body) in pages)
        {
            (header with { Crc = header.Crc ?? Crc32.Of(body) }).Write(new CompactWriter(file));
            file.Write(body);
        }

        var chunk = new ColumnChunk(field.Name, field.Element.Type!.Value, Codec.Uncompressed, rows, file.WrittenCount - 4, 4);
        return WithFooter(file.WrittenSpan, new FileMetaData(new ParquetSchema(field).ToElements(), rows, [new RowGroup([chunk], rows)], new Dictionary<string, string>(), "forger"));
    }

    public static (PageHeader Header, byte[] Body) Page(int values, ValueEncoding encoding, byte[] body, PageType type = PageType.Data) => (new PageHeader(type, body.Length, body.Length, values, encoding), body);

    /// <summary>The same pages with other metadata.</summary>
    public static byte[] Footer(byte[] file, Func<FileMetaData, FileMetaData> change)
    {
        var start = file.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        return WithFooter(file.AsSpan(0, start), change(FileMetaData.Read(file.AsSpan(start, file.Length - 8 - start), new ParquetLimits())));
    }

    public static byte[] Chunk(byte[] file, Func<ColumnChunk, ColumnChunk> change) =>
        Footer(file, f => f with { RowGroups = [.. f.RowGroups.Select(g => g with { Columns = [change(g.Columns[0]), .. g.Columns.Skip(1)] })] });

    /// <summary>As if every row group had so many rows.</summary>
    public static byte[] Rows(byte[] file, long rows) =>
        Footer(file, f => f with { Rows = rows * f.RowGroups.Count, RowGroups = [.. f.RowGroups.Select(g => new RowGroup([.. g.Columns.Select(c => c with { Values = rows })], rows))] });

    private static byte[] WithFooter(ReadOnlySpan<byte> pages, FileMetaData footer)
    {
        var metadata = new ArrayBufferWriter<byte>();
        footer.Write(new CompactWriter(metadata));
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, metadata.WrittenCount);
        return [.. pages, .. metadata.WrittenSpan, .. length, .. "PAR1"u8];
    }
}
