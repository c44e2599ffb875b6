using System.Buffers;

namespace EventSourcedTrading.Parquet.Encodings;

/// <summary>Writes what <see cref="RleBitPackedDecoder"/> reads: eight equal values or more become a run, the rest is packed in eights.</summary>
internal static class RleBitPackedEncoder
{
    private const int Group = 8;

    /// <summary>How many bits the values 0 to <paramref name="max"/> take.</summary>
    public static int BitWidth(int max) => max == 0 ? 0 : int.Log2(max) + 1;

    /// <param name="bitWidth">0 to 31; every value must fit.</param>
    public static void Write(ReadOnlySpan<int> values, int bitWidth, ArrayBufferWriter<byte> output)
    {
        for (var i = 0; i < values.Length;)
        {
            var run = RunLength(values[i..]);
            if (run >= Group)
            {
                WriteVarInt((uint)run << 1, output);
                for (var (bits, value) = (bitWidth, values[i]); bits > 0; bits -= 8, value >>= 8) WriteByte((byte)value, output);
                i += run;
                continue;
            }

            var start = i;
            while (i < values.Length && !StartsRun(values[i..])) i = Math.Min(i + Group, values.Length);
            WritePacked(values[start..i], bitWidth, output);
        }
    }

    private static int RunLength(ReadOnlySpan<int> values) => values.IndexOfAnyExcept(values[0]) is var other and >= 0 ? other : values.Length;

    private static bool StartsRun(ReadOnlySpan<int> values) => values.Length >= Group && !values[..Group].ContainsAnyExcept(values[0]);

    private static void WritePacked(ReadOnlySpan<int> values, int bitWidth, ArrayBufferWriter<byte> output)
    {
        var groups = (values.Length + Group - 1) / Group;
        WriteVarInt((uint)groups << 1 | 1, output);
        var (window, bits) = (0UL, 0);
        for (var i = 0; i < groups * Group; i++)
        {
            window |= (ulong)(i < values.Length ? values[i] : 0) << bits;
            for (bits += bitWidth; bits >= 8; bits -= 8, window >>= 8) WriteByte((byte)window, output);
        }
    }

    private static void WriteVarInt(uint value, ArrayBufferWriter<byte> output)
    {
        for (; value >= 0x80; value >>= 7) WriteByte((byte)(value | 0x80), output);
        WriteByte((byte)value, output);
    }

    private static void WriteByte(byte value, ArrayBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
