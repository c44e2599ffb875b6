using System.Buffers.Binary;

namespace EventSourcedTrading.Parquet.Compression;

/// <summary>Snappy's raw format (google/snappy, format_description.txt), reading only.</summary>
internal static class Snappy
{
    /// <summary>Fills the whole of <paramref name="output"/>, or throws.</summary>
    public static void Decompress(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var (at, to) = (0, 0);
        if (ReadLength(input, ref at) is var length && length != (uint)output.Length) throw new ParquetException($"The page's header says {output.Length} bytes, snappy says {length}.");
        while (at < input.Length)
        {
            var tag = input[at++];
            var kind = tag & 3;
            if (kind == 0)
            {
                var count = (long)(tag >> 2) + 1;
                if (count > 60)
                {
                    var bytes = (int)count - 60;
                    count = ReadNumber(input, ref at, bytes) + 1;
                }

                if (count > input.Length - at || count > output.Length - to) throw new ParquetException("A literal of snappy is longer than the page.");
                input.Slice(at, (int)count).CopyTo(output[to..]);
                (at, to) = (at + (int)count, to + (int)count);
                continue;
            }

            var copied = kind == 1 ? (tag >> 2 & 7) + 4 : (tag >> 2) + 1;
            var offset = kind == 1 ? (uint)(tag >> 5) << 8 | (uint)ReadNumber(input, ref at, 1) : (ulong)ReadNumber(input, ref at, kind == 2 ? 2 : 4);
            if (offset == 0 || offset > (ulong)to || copied > output.Length - to) throw new ParquetException("A copy of snappy reaches outside the page.");
            Copy(output, to, (int)offset, copied);
            to += copied;
        }

        if (to != output.Length) throw new ParquetException($"Snappy gives {to} bytes; the page's header says {output.Length}.");
    }

    /// <summary>Where source and target overlap, what was just written is read again: so a short pattern repeats.</summary>
    private static void Copy(Span<byte> output, int to, int offset, int count)
    {
        if (offset >= count) output.Slice(to - offset, count).CopyTo(output[to..]);
        else for (var i = 0; i < count; i++) output[to + i] = output[to - offset + i];
    }

    private static long ReadNumber(ReadOnlySpan<byte> input, ref int at, int bytes)
    {
        if (bytes > input.Length - at) throw new ParquetException("Snappy's data end too early.");
        Span<byte> number = stackalloc byte[sizeof(uint)];
        number.Clear();
        input.Slice(at, bytes).CopyTo(number);
        at += bytes;
        return BinaryPrimitives.ReadUInt32LittleEndian(number);
    }

    private static ulong ReadLength(ReadOnlySpan<byte> input, ref int at)
    {
        var length = 0UL;
        for (var shift = 0; shift <= 28; shift += 7)
        {
            if (at == input.Length) break;
            var next = input[at++];
            length |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return length;
        }

        throw new ParquetException("Snappy's data do not begin with a length.");
    }
}
