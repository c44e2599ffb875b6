using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventSourcedTrading.Parquet.Encodings;

/// <summary>How values of one column stand in the PLAIN encoding (Encodings.md): a value after the other, little endian.</summary>
internal abstract class Plain<T>
{
    /// <summary>Bytes that one value takes, at most; 0 if that depends on the value.</summary>
    public abstract int Width { get; }

    /// <summary>Bytes that this value takes.</summary>
    public virtual int Size(T value) => Width;

    /// <exception cref="ParquetException">The column's type has no room for a value.</exception>
    public abstract void Encode(ReadOnlySpan<T> values, ArrayBufferWriter<byte> output);

    /// <summary>Fills the whole span.</summary>
    /// <exception cref="ParquetException">The data end before that, or hold what <typeparamref name="T"/> has no room for.</exception>
    public abstract void Decode(ReadOnlySpan<byte> data, Span<T> values);

    /// <summary>The order of the column's type (parquet.thrift, ColumnOrder).</summary>
    public virtual int Compare(T x, T y) => Comparer<T>.Default.Compare(x, y);

    protected static ReadOnlySpan<byte> Need(ReadOnlySpan<byte> data, long bytes) =>
        bytes <= data.Length ? data[..(int)bytes] : throw new ParquetException($"The values take {bytes} bytes; the page has {data.Length} left for them.");
}

/// <summary>Numbers that look in a file as they do in memory.</summary>
internal sealed class PlainNumbers<T> : Plain<T> where T : unmanaged
{
    public PlainNumbers()
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Parquet is little endian; this processor is not.");
    }

    public override int Width => Marshal.SizeOf<T>();

    public override void Encode(ReadOnlySpan<T> values, ArrayBufferWriter<byte> output) => output.Write(MemoryMarshal.AsBytes(values));

    public override void Decode(ReadOnlySpan<byte> data, Span<T> values) => Need(data, (long)values.Length * Width).CopyTo(MemoryMarshal.AsBytes(values));
}

/// <summary>A bit for each, least significant first.</summary>
internal sealed class PlainBooleans : Plain<bool>
{
    public override int Width => 1;

    public override void Encode(ReadOnlySpan<bool> values, ArrayBufferWriter<byte> output)
    {
        var bytes = (values.Length + 7) / 8;
        var target = output.GetSpan(bytes)[..bytes];
        target.Clear();
        for (var i = 0; i < values.Length; i++)
            if (values[i]) target[i >> 3] |= (byte)(1 << (i & 7));
        output.Advance(bytes);
    }

    public override void Decode(ReadOnlySpan<byte> data, Span<bool> values)
    {
        data = Need(data, ((long)values.Length + 7) / 8);
        for (var i = 0; i < values.Length; i++) values[i] = (data[i >> 3] >> (i & 7) & 1) != 0;
    }
}

/// <summary>Days since 1970-01-01, in 32 bits (LogicalTypes.md, DATE).</summary>
internal sealed class PlainDates : Plain<DateOnly>
{
    private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    public override int Width => sizeof(int);

    public override void Encode(ReadOnlySpan<DateOnly> values, ArrayBufferWriter<byte> output)
    {
        var target = output.GetSpan(values.Length * Width);
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(target[(i * sizeof(int))..], values[i].DayNumber - Epoch);
        output.Advance(values.Length * Width);
    }

    public override void Decode(ReadOnlySpan<byte> data, Span<DateOnly> values)
    {
        data = Need(data, (long)values.Length * Width);
        for (var i = 0; i < values.Length; i++)
        {
            var day = (long)BinaryPrimitives.ReadInt32LittleEndian(data[(i * sizeof(int))..]) + Epoch;
            values[i] = day >= 0 && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)day)
                : throw new ParquetException($"A date lies {day - Epoch} days from 1970-01-01; dates from 0001-01-01 to 9999-12-31 are read.");
        }
    }
}
