using System.Buffers;
using System.IO.Compression;
using EventSourcedTrading.Parquet.Compression;
using EventSourcedTrading.Parquet.Metadata;
using EventSourcedTrading.Parquet.Thrift;

namespace EventSourcedTrading.Parquet.Writing;

/// <summary>Compresses pages and puts them behind one another. It counts bytes itself, so the stream need not know its position.</summary>
internal sealed class PageSink(Stream stream, ParquetOptions options)
{
    private readonly ArrayBufferWriter<byte> header = new();
    private readonly MemoryStream compressed = new();

    /// <summary>Bytes written so far.</summary>
    public long Position { get; private set; }

    public ParquetOptions Options { get; } = options;

    /// <summary>What the next page holds; emptied when it is written.</summary>
    public ArrayBufferWriter<byte> Page { get; } = new();

    /// <summary>Room to encode the levels of a page before their length is known.</summary>
    public ArrayBufferWriter<byte> Levels { get; } = new();

    public Codec Codec { get; } = options.Compression switch { CompressionMethod.Gzip => Codec.Gzip, CompressionMethod.Brotli => Codec.Brotli, _ => Codec.Uncompressed };

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await stream.WriteAsync(bytes, ct);
        Position += bytes.Length;
    }

    /// <returns>Bytes of the page and its header before compression.</returns>
    public async Task<long> WritePageAsync(PageType type, int values, ValueEncoding encoding, CancellationToken ct)
    {
        var stored = Compressed();
        header.ResetWrittenCount();
        new PageHeader(type, Page.WrittenCount, stored.Length, values, encoding) { Crc = Crc32.Of(stored.Span) }.Write(new CompactWriter(header));
        await WriteAsync(header.WrittenMemory, ct);
        await WriteAsync(stored, ct);
        var bytes = header.WrittenCount + Page.WrittenCount;
        Page.ResetWrittenCount();
        return bytes;
    }

    private ReadOnlyMemory<byte> Compressed()
    {
        if (Codec == Codec.Uncompressed) return Page.WrittenMemory;
        compressed.SetLength(0);
        using (Stream coder = Codec == Codec.Gzip ? new GZipStream(compressed, Options.Level, leaveOpen: true) : new BrotliStream(compressed, Options.Level, leaveOpen: true)) coder.Write(Page.WrittenSpan);
        return compressed.GetBuffer().AsMemory(0, (int)compressed.Length);
    }
}
