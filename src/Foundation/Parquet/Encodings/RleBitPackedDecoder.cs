using System.Buffers.Binary;

namespace EventSourcedTrading.Parquet.Encodings;

/// <summary>
/// The hybrid of run lengths and bit packing in which levels, dictionary indices and some truth values are stored
/// (Encodings.md, "RLE / Bit-Packing Hybrid"). It hands the values out in pieces, so a run may claim to be as long as it likes.
/// </summary>
/// <param name="bitWidth">0 to 32.</param>
internal ref struct RleBitPackedDecoder(ReadOnlySpan<byte> data, int bitWidth)
{
    private readonly ReadOnlySpan<byte> data = data;
    private ReadOnlySpan<byte> packed;
    private int position;
    private int packedAt;
    private uint left;
    private uint repeated;
    private bool isPacked;

    /// <summary>Fills the whole span with the next values.</summary>
    /// <exception cref="ParquetException">The data end before that.</exception>
    public void Read(scoped Span<int> values)
    {
        while (!values.IsEmpty)
        {
            if (left == 0) NextRun();
            var count = (int)Math.Min(left, (uint)values.Length);
            if (isPacked) Unpack(values[..count]);
            else values[..count].Fill((int)repeated);
            left -= (uint)count;
            values = values[count..];
        }
    }

    private void NextRun()
    {
        var header = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            if (position == data.Length) throw new ParquetException("The runs of levels or indices end before the page's last value.");
            if (shift > 28) throw new ParquetException("The length of a run is longer than 32 bits.");
            var next = data[position++];
            header |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) break;
        }

        isPacked = (header & 1) != 0;
        var bytes = isPacked ? (long)(header >> 1) * bitWidth : (bitWidth + 7) / 8;
        if (bytes > data.Length - position) throw new ParquetException("A run of levels or indices is longer than its page.");
        var body = data.Slice(position, (int)bytes);
        position += (int)bytes;
        if (isPacked)
        {
            packed = body;
            (packedAt, left) = (0, (uint)Math.Min((header >> 1) * 8, uint.MaxValue));
            return;
        }

        (left, repeated) = ((uint)(header >> 1), 0);
        for (var i = body.Length - 1; i >= 0; i--) repeated = repeated << 8 | body[i];
        if (bitWidth < 32 && repeated >> bitWidth != 0) throw new ParquetException($"A run repeats {repeated}, which does not fit in {bitWidth} bits.");
    }

    /// <summary>Least significant bit first; eight values take as many bytes as one has bits.</summary>
    private void Unpack(scoped Span<int> values)
    {
        var mask = (1UL << bitWidth) - 1;
        var bit = (long)packedAt * bitWidth;
        for (var i = 0; i < values.Length; i++, bit += bitWidth)
        {
            var at = (int)(bit >> 3);
            ulong window;
            if (at + sizeof(ulong) <= packed.Length)
            {
                window = BinaryPrimitives.ReadUInt64LittleEndian(packed[at..]);
            }
            else
            {
                window = 0;
                for (var k = Math.Min(packed.Length - at, sizeof(ulong)) - 1; k >= 0; k--) window = window << 8 | packed[at + k];
            }

            values[i] = (int)(window >> (int)(bit & 7) & mask);
        }

        packedAt += values.Length;
    }
}
