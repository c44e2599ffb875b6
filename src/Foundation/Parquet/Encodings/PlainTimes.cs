using System.Buffers;
using System.Buffers.Binary;

namespace EventSourcedTrading.Parquet.Encodings;

/// <summary>Units since 1970-01-01T00:00Z, in 64 bits (LogicalTypes.md, TIMESTAMP). Read as UTC, to a tenth of a microsecond: of nanoseconds the last two digits are cut off.</summary>
/// <param name="ticks">Tenths of a microsecond in one unit: 10,000, 10, or 0 for nanoseconds.</param>
internal sealed class PlainTimes(int ticks) : Plain<DateTimeOffset>
{
    public const int Millis = 10_000, Micros = 10, Nanos = 0;

    private const int NanosInTick = 100;

    public override int Width => sizeof(long);

    public override void Encode(ReadOnlySpan<DateTimeOffset> values, ArrayBufferWriter<byte> output)
    {
        var target = output.GetSpan(values.Length * Width);
        for (var i = 0; i < values.Length; i++)
        {
            var (units, rest) = long.DivRem(values[i].UtcTicks - DateTime.UnixEpoch.Ticks, ticks);
            if (rest != 0) throw new ParquetException($"The time {values[i]:O} is finer than a microsecond; cut it to microseconds.");
            BinaryPrimitives.WriteInt64LittleEndian(target[(i * sizeof(long))..], units);
        }

        output.Advance(values.Length * Width);
    }

    public override void Decode(ReadOnlySpan<byte> data, Span<DateTimeOffset> values)
    {
        data = Need(data, (long)values.Length * Width);
        for (var i = 0; i < values.Length; i++)
        {
            var units = BinaryPrimitives.ReadInt64LittleEndian(data[(i * sizeof(long))..]);
            values[i] = FromTicks(ticks == Nanos ? Floor(units, NanosInTick) : (Int128)units * ticks);
        }
    }

    internal static DateTimeOffset FromTicks(Int128 sinceEpoch)
    {
        var ticks = sinceEpoch + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset((long)ticks, TimeSpan.Zero)
            : throw new ParquetException($"A time lies {sinceEpoch / TimeSpan.TicksPerSecond} s from 1970-01-01; times from year 1 to 9999 are read, and no infinite ones.");
    }

    private static long Floor(long value, long unit) => value / unit - (value % unit < 0 ? 1 : 0);
}

/// <summary>INT96: nanoseconds of the day, then the Julian day (1970-01-01 is 2,440,588). Reading only.</summary>
internal sealed class PlainInt96Times : Plain<DateTimeOffset>
{
    private const int Epoch = 2_440_588, NanosInTick = 100;

    public override int Width => 12;

    public override void Encode(ReadOnlySpan<DateTimeOffset> values, ArrayBufferWriter<byte> output) => throw new NotSupportedException("INT96 is never written.");

    public override void Decode(ReadOnlySpan<byte> data, Span<DateTimeOffset> values)
    {
        data = Need(data, (long)values.Length * Width);
        for (var i = 0; i < values.Length; i++)
        {
            var (nanos, day) = (BinaryPrimitives.ReadInt64LittleEndian(data[(i * Width)..]), BinaryPrimitives.ReadInt32LittleEndian(data[(i * Width + sizeof(long))..]));
            if (nanos < 0 || nanos >= TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerDay) throw new ParquetException($"A time stands {nanos} ns into its day; a day has 86,400 s.");
            values[i] = PlainTimes.FromTicks((Int128)(day - (long)Epoch) * TimeSpan.TicksPerDay + nanos / NanosInTick);
        }
    }
}
