using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EventSourcedTrading.Parquet.Encodings;

/// <summary>A length of four bytes, then UTF-8.</summary>
internal sealed class PlainTexts : Plain<string>
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override int Width => 0;

    public override int Size(string value) => sizeof(int) + Encoding.UTF8.GetByteCount(value);

    public override void Encode(ReadOnlySpan<string> values, ArrayBufferWriter<byte> output)
    {
        foreach (var value in values)
        {
            try
            {
                var size = Utf8.GetByteCount(value);
                var target = output.GetSpan(sizeof(int) + size);
                BinaryPrimitives.WriteInt32LittleEndian(target, size);
                Utf8.GetBytes(value, target[sizeof(int)..]);
                output.Advance(sizeof(int) + size);
            }
            catch (EncoderFallbackException e)
            {
                throw new ParquetException($"A text holds half of a surrogate pair at character {e.Index}; it has no UTF-8.", e);
            }
        }
    }

    public override void Decode(ReadOnlySpan<byte> data, Span<string> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var bytes = PlainBytes.Next(ref data);
            try
            {
                values[i] = Utf8.GetString(bytes);
            }
            catch (DecoderFallbackException e)
            {
                throw new ParquetException($"A text is not UTF-8 at its byte {e.Index}.", e);
            }
        }
    }

    /// <summary>The order of the bytes in UTF-8, which is that of code points: in UTF-16 surrogates would stand before U+E000.</summary>
    public override int Compare(string x, string y)
    {
        var same = x.AsSpan().CommonPrefixLength(y);
        return same == x.Length || same == y.Length ? x.Length - y.Length : Rank(x[same]) - Rank(y[same]);

        static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
    }
}

/// <summary>A length of four bytes, then as many; or a fixed number of bytes without a length.</summary>
/// <param name="length">0 if each value has its own.</param>
internal sealed class PlainBytes(int length = 0) : Plain<byte[]>
{
    public override int Width => length;

    public override int Size(byte[] value) => sizeof(int) + value.Length;

    public override void Encode(ReadOnlySpan<byte[]> values, ArrayBufferWriter<byte> output)
    {
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), value.Length);
            output.Advance(sizeof(int));
            output.Write(value);
        }
    }

    public override void Decode(ReadOnlySpan<byte> data, Span<byte[]> values)
    {
        if (length > 0) data = Need(data, (long)values.Length * length);
        for (var i = 0; i < values.Length; i++) values[i] = (length > 0 ? data.Slice(i * length, length) : Next(ref data)).ToArray();
    }

    public override int Compare(byte[] x, byte[] y) => x.AsSpan().SequenceCompareTo(y);

    /// <summary>Takes the next value off the data.</summary>
    internal static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> data)
    {
        if (data.Length < sizeof(int)) throw new ParquetException("The page ends before its last value.");
        var size = BinaryPrimitives.ReadInt32LittleEndian(data);
        if (size < 0 || size > data.Length - sizeof(int)) throw new ParquetException($"A value is {size} bytes long; the page has {data.Length - sizeof(int)} left.");
        var value = data.Slice(sizeof(int), size);
        data = data[(sizeof(int) + size)..];
        return value;
    }
}
