using System.IO.Compression;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Compression;

internal static class Decompression
{
    /// <summary>Fills the whole of <paramref name="output"/>, whose length the page's header gives.</summary>
    /// <exception cref="ParquetException">The data are damaged, or of another length; or the codec is not read here.</exception>
    public static void Decompress(Codec codec, ArraySegment<byte> input, Span<byte> output)
    {
        switch (codec)
        {
            case Codec.Snappy: Snappy.Decompress(input, output); break;
            case Codec.Gzip: Gunzip(input, output); break;
            case Codec.Brotli:
                if (!BrotliDecoder.TryDecompress(input, output, out var written) || written != output.Length)
                    throw new ParquetException($"Brotli's data are damaged, or do not give the {output.Length} bytes that the page's header says.");
                break;
            default: throw new ParquetException($"The codec {codec} is not read here; write the file with snappy, gzip, brotli or without compression.");
        }
    }

    private static void Gunzip(ArraySegment<byte> input, Span<byte> output)
    {
        using var gzip = new GZipStream(new MemoryStream(input.Array!, input.Offset, input.Count, writable: false), CompressionMode.Decompress);
        try
        {
            var read = gzip.ReadAtLeast(output, output.Length, throwOnEndOfStream: false);
            if (read < output.Length || gzip.ReadByte() >= 0) throw new ParquetException($"Gzip gives {(read < output.Length ? $"{read}" : "more")} bytes; the page's header says {output.Length}.");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ParquetException("Gzip's data are damaged.", e);
        }
    }
}
