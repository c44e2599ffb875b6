using System.Buffers;
using System.Buffers.Binary;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Encodings;

/// <summary>
/// value · 10^scale as a whole number (LogicalTypes.md, DECIMAL): little endian in 32 or 64 bits, or big endian in two's complement.
/// Exact both ways, or an error: no digit is rounded off.
/// </summary>
/// <param name="physical">Int32, Int64, FixedLenByteArray or ByteArray.</param>
/// <param name="width">Bytes of one value, at most 16; 0 for ByteArray.</param>
/// <param name="precision">1 to 38 digits.</param>
/// <param name="scale">0 to precision, of them behind the point.</param>
internal sealed class PlainDecimals(PhysicalType physical, int width, int precision, int scale) : Plain<decimal>
{
    public const int MaxPrecision = 38;

    private const int MaxBytes = 16, DecimalScale = 28;

    private static readonly Int128[] Powers = [.. Enumerable.Range(0, MaxPrecision + 1).Select(Power)];

    public override int Width => width;

    /// <summary>The fewest bytes that hold every number of so many digits, and its sign.</summary>
    public static int BytesFor(int precision)
    {
        var bytes = 1;
        while (bytes < MaxBytes && (Int128.One << (8 * bytes - 1)) - 1 < Powers[precision] - 1) bytes++;
        return bytes;
    }

    public override void Encode(ReadOnlySpan<decimal> values, ArrayBufferWriter<byte> output)
    {
        var target = output.GetSpan(values.Length * width);
        Span<byte> wide = stackalloc byte[MaxBytes];
        for (var i = 0; i < values.Length; i++)
        {
            var unscaled = Unscaled(values[i]);
            if (physical == PhysicalType.Int64)
            {
                BinaryPrimitives.WriteInt64LittleEndian(target[(i * sizeof(long))..], (long)unscaled);
                continue;
            }

            BinaryPrimitives.WriteInt128BigEndian(wide, unscaled);
            wide[^width..].CopyTo(target[(i * width)..]);
        }

        output.Advance(values.Length * width);
    }

    public override void Decode(ReadOnlySpan<byte> data, Span<decimal> values)
    {
        if (width > 0) data = Need(data, (long)values.Length * width);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Scaled(physical switch
            {
                PhysicalType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(data[(i * sizeof(int))..]),
                PhysicalType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(data[(i * sizeof(long))..]),
                PhysicalType.FixedLenByteArray => BigEndian(data.Slice(i * width, width)),
                _ => BigEndian(PlainBytes.Next(ref data)),
            });
        }
    }

    private Int128 Unscaled(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var (number, more) = ((Int128)new UInt128((uint)bits[2], (ulong)(uint)bits[1] << 32 | (uint)bits[0]), scale - (bits[3] >> 16 & 0x7f));
        for (; more < 0 && number != 0; more++)
        {
            var (tenth, digit) = Int128.DivRem(number, 10);
            number = digit == 0 ? tenth : throw new ParquetException($"The value {value} has more than {scale} decimals; round it, or give the column a larger scale.");
        }

        // number · 10^more < 10^precision, without forming what may overflow.
        if (number != 0 && (more > precision || number >= Powers[precision - more])) throw new ParquetException($"The value {value} does not fit in DECIMAL({precision},{scale}); give the column a larger precision.");
        if (more > 0 && number != 0) number *= Powers[more];
        return bits[3] < 0 ? -number : number;
    }

    private decimal Scaled(Int128 number)
    {
        if (number <= -Powers[MaxPrecision] || number >= Powers[MaxPrecision]) throw new ParquetException($"A decimal has more than {MaxPrecision} digits.");
        var (digits, places) = (Int128.Abs(number), scale);
        for (; places > DecimalScale || (digits >> 96) != 0; places--)
        {
            var (tenth, digit) = Int128.DivRem(digits, 10);
            digits = digit == 0 && places > 0 ? tenth : throw new ParquetException($"The value {number}E-{scale} has more digits than a decimal of .NET (28); read a column of smaller precision.");
        }

        return new decimal((int)(uint)(ulong)digits, (int)(uint)((ulong)digits >> 32), (int)(uint)(digits >> 64), number < 0, (byte)places);
    }

    private static Int128 BigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxBytes) throw new ParquetException($"A decimal is {bytes.Length} bytes long; 1 to {MaxBytes} are read.");
        Span<byte> wide = stackalloc byte[MaxBytes];
        wide.Fill((byte)(bytes[0] >= 0x80 ? 0xff : 0));
        bytes.CopyTo(wide[^bytes.Length..]);
        return BinaryPrimitives.ReadInt128BigEndian(wide);
    }

    private static Int128 Power(int exponent)
    {
        var power = Int128.One;
        for (; exponent > 0; exponent--) power *= 10;
        return power;
    }
}
