using EventSourcedTrading.Parquet.Compression;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Reading;

/// <summary>Reads headers and bodies of pages. Each answer is valid until the next call: the buffers are used again.</summary>
internal sealed class PageSource(Stream stream, ParquetLimits limits)
{
    /// <summary>Most headers have some thirty bytes; one with long statistics may have more.</summary>
    private const int UsualHeader = 1 << 12, MaxHeader = 1 << 22;

    private byte[] stored = [];
    private byte[] page = [];

    /// <summary>Bytes that the values of one page may take.</summary>
    public int MaxPage => limits.PageBytes;

    /// <summary>Where the pages end and the metadata begin.</summary>
    public long End { get; set; }

    /// <exception cref="ParquetException">The stream ends before that.</exception>
    public async Task<ArraySegment<byte>> ReadAsync(long position, int count, CancellationToken ct)
    {
        if (stored.Length < count) stored = GC.AllocateUninitializedArray<byte>(count);
        stream.Position = position;
        var read = await stream.ReadAtLeastAsync(stored.AsMemory(0, count), count, throwOnEndOfStream: false, ct);
        return read == count ? new ArraySegment<byte>(stored, 0, count) : throw new ParquetException($"The file ends at byte {position + read}, {count - read} bytes too early.");
    }

    /// <param name="left">Bytes from the position to the end of the column chunk.</param>
    /// <returns>The header and how many bytes it has.</returns>
    public async Task<(PageHeader Header, int Length)> ReadHeaderAsync(long position, long left, CancellationToken ct)
    {
        var usual = (int)Math.Min(left, UsualHeader);
        try
        {
            return (PageHeader.Read(await ReadAsync(position, usual, ct), out var length), length);
        }
        catch (ParquetException) when (usual < left)
        {
            return (PageHeader.Read(await ReadAsync(position, (int)Math.Min(left, MaxHeader), ct), out var length), length);
        }
    }

    /// <returns>The page before compression: levels, then values.</returns>
    public async Task<ArraySegment<byte>> ReadPageAsync(PageHeader header, long position, Codec codec, CancellationToken ct)
    {
        if (header.Bytes > limits.PageBytes) throw new ParquetException($"The page has {header.Bytes} bytes; at most {limits.PageBytes} are read. Write smaller pages.");
        var body = await ReadAsync(position, header.CompressedBytes, ct);
        if (header.Crc is { } crc && crc != Crc32.Of(body)) throw new ParquetException($"The page's CRC-32 is {Crc32.Of(body):x8}; its header says {crc:x8}. The file was damaged after it was written.");

        // Pages of version 2 keep their levels out of the compression.
        var levels = header.Type == PageType.DataV2 ? (long)header.DefinitionBytes + header.RepetitionBytes : 0;
        if (header.DefinitionBytes < 0 || header.RepetitionBytes < 0 || levels > Math.Min(header.Bytes, header.CompressedBytes)) throw new ParquetException($"The levels take {levels} bytes; the page has {header.Bytes}.");
        if (codec == Codec.Uncompressed || (header.Type == PageType.DataV2 && !header.IsCompressed))
            return header.Bytes == body.Count ? body : throw new ParquetException($"The page is not compressed, but has {body.Count} bytes stored and {header.Bytes} before compression.");
        if (page.Length < header.Bytes) page = GC.AllocateUninitializedArray<byte>(header.Bytes);
        body.AsSpan(0, (int)levels).CopyTo(page);
        if (header.Bytes > levels) Decompression.Decompress(codec, body[(int)levels..], page.AsSpan((int)levels, header.Bytes - (int)levels));
        return new ArraySegment<byte>(page, 0, header.Bytes);
    }
}
