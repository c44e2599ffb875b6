using System.Buffers.Binary;

namespace EventSourcedTrading.Parquet.Encodings;

/// <summary>The encodings that newer writers choose for whole numbers and texts (Encodings.md), turned into PLAIN, which the column's type can read.</summary>
internal static class Delta
{
    private const int MaxBlock = 1 << 16;

    /// <summary>DELTA_BINARY_PACKED to PLAIN numbers of <paramref name="width"/> bytes, 4 or 8.</summary>
    public static byte[] Numbers(ReadOnlySpan<byte> data, int count, int width)
    {
        var (numbers, plain) = (Numbers(ref data, count), new byte[(long)count * width]);
        for (var i = 0; i < count; i++)
        {
            if (width == sizeof(int)) BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(i * sizeof(int)), (int)numbers[i]);
            else BinaryPrimitives.WriteInt64LittleEndian(plain.AsSpan(i * sizeof(long)), numbers[i]);
        }

        return plain;
    }

    /// <summary>DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY to PLAIN.</summary>
    /// <param name="width">Of values of a fixed length, which then is not written; else 0.</param>
    /// <param name="hasPrefixes">DELTA_BYTE_ARRAY: each value begins as the one before it does, so a short page may stand for a very long one.</param>
    /// <param name="maxBytes">Longer than this it must not become.</param>
    public static byte[] Bytes(ReadOnlySpan<byte> data, int count, int width, bool hasPrefixes, int maxBytes)
    {
        var prefixes = hasPrefixes ? Numbers(ref data, count) : new long[count];
        var lengths = Numbers(ref data, count);
        var (head, total) = (width > 0 ? 0 : sizeof(int), 0L);
        for (var i = 0; i < count; i++)
        {
            if (lengths[i] < 0 || lengths[i] > maxBytes || prefixes[i] < 0 || prefixes[i] > (i == 0 ? 0 : prefixes[i - 1] + lengths[i - 1])) throw new ParquetException($"Value {i} of the page has a length of {prefixes[i]} + {lengths[i]} bytes, which cannot be.");
            if (width > 0 && prefixes[i] + lengths[i] != width) throw new ParquetException($"Value {i} of the page has {prefixes[i] + lengths[i]} bytes; the column's have {width}.");
            total += head + prefixes[i] + lengths[i];
            if (total > maxBytes) throw new ParquetException($"The values take more than {maxBytes} bytes.");
        }

        var (plain, at, before) = (new byte[total], 0, 0);
        for (var i = 0; i < count; i++)
        {
            var (prefix, length) = ((int)prefixes[i], (int)lengths[i]);
            if (length > data.Length) throw new ParquetException($"The page ends within value {i}.");
            if (head > 0) BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(at), prefix + length);
            at += head;
            plain.AsSpan(before, prefix).CopyTo(plain.AsSpan(at));
            data[..length].CopyTo(plain.AsSpan(at + prefix));
            data = data[length..];
            (before, at) = (at, at + prefix + length);
        }

        return plain;
    }

    /// <summary>Takes numbers off the data: the first, then in blocks the least difference and what the others exceed it by, packed.</summary>
    private static long[] Numbers(ref ReadOnlySpan<byte> data, int count)
    {
        var (block, pieces, total, last) = (VarInt(ref data), VarInt(ref data), VarInt(ref data), ZigZag(VarInt(ref data)));
        if (block is 0 or > MaxBlock || pieces == 0 || pieces > block || block % pieces != 0 || block / pieces % 8 != 0) throw new ParquetException($"Numbers are packed in blocks of {block} in {pieces} parts; such do not exist.");
        if (total != (ulong)count) throw new ParquetException($"The page holds {total} packed numbers; its header says {count}.");
        var (numbers, size) = (new long[count], (int)(block / pieces));
        if (count > 0) numbers[0] = last;
        for (var i = 1; i < count;)
        {
            var least = ZigZag(VarInt(ref data));
            var widths = Take(ref data, (int)pieces);
            for (var p = 0; p < widths.Length && i < count; p++)
            {
                if (widths[p] > 64) throw new ParquetException($"A difference has {widths[p]} bits; at most 64 are allowed.");
                var packed = Take(ref data, size / 8 * widths[p]);
                for (var k = 0; k < size && i < count; k++, i++) numbers[i] = last = unchecked(last + least + (long)Unpack(packed, k, widths[p]));
            }
        }

        return numbers;
    }

    private static ulong Unpack(ReadOnlySpan<byte> packed, int place, int width)
    {
        if (width == 0) return 0;
        var (first, shift) = (place * width >> 3, place * width & 7);
        var value = 0UL;
        for (var bit = -shift; bit < width; bit += 8, first++) value |= bit < 0 ? (ulong)packed[first] >> shift : (ulong)packed[first] << bit;
        return width == 64 ? value : value & (1UL << width) - 1;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> data, int count)
    {
        if (count > data.Length) throw new ParquetException("The page ends within its packed numbers.");
        var taken = data[..count];
        data = data[count..];
        return taken;
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static ulong VarInt(ref ReadOnlySpan<byte> data)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(ref data, 1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw new ParquetException("A packed number is longer than ten bytes.");
    }
}

/// <summary>BYTE_STREAM_SPLIT: the first bytes of all values, then the second ones, and so on.</summary>
internal static class ByteStreamSplit
{
    /// <returns>The values in PLAIN.</returns>
    public static byte[] Join(ReadOnlySpan<byte> data, int count, int width)
    {
        if (data.Length != (long)count * width) throw new ParquetException($"The page has {data.Length} bytes for {count} values of {width} bytes.");
        var plain = new byte[data.Length];
        for (var b = 0; b < width; b++)
            for (var i = 0; i < count; i++) plain[i * width + b] = data[b * count + i];
        return plain;
    }
}
