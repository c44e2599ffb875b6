using EventSourcedTrading.Parquet.Encodings;

namespace EventSourcedTrading.Parquet.Metadata;

/// <summary>What a column of a file that others wrote is read as (LogicalTypes.md).</summary>
internal static class FieldOf
{
    public static ParquetField Element(SchemaElement e) => (e.Type, e.Converted) switch
    {
        (PhysicalType.Boolean, null) => new ParquetField<bool>(e, ParquetType.Boolean, new PlainBooleans()),
        (PhysicalType.Int32, null or ConvertedType.Int8 or ConvertedType.Int16 or ConvertedType.Int32 or ConvertedType.UInt8 or ConvertedType.UInt16) =>
            new ParquetField<int>(e, ParquetType.Int32, new PlainNumbers<int>()),
        (PhysicalType.Int32, ConvertedType.Date) => new ParquetField<DateOnly>(e, ParquetType.Date, new PlainDates()),
        (PhysicalType.Int32, ConvertedType.Decimal) => Decimal(e, sizeof(int)),
        (PhysicalType.Int64, null or ConvertedType.Int64) => new ParquetField<long>(e, ParquetType.Int64, new PlainNumbers<long>()),
        (PhysicalType.Int64, ConvertedType.TimestampMillis) => Timestamp(e, new PlainTimes(PlainTimes.Millis)),
        (PhysicalType.Int64, ConvertedType.TimestampMicros) => Timestamp(e, new PlainTimes(PlainTimes.Micros)),
        (PhysicalType.Int64, ConvertedType.TimestampNanos) => Timestamp(e, new PlainTimes(PlainTimes.Nanos)),
        (PhysicalType.Int64, ConvertedType.Decimal) => Decimal(e, sizeof(long)),
        (PhysicalType.Int96, null) => Timestamp(e, new PlainInt96Times()),
        (PhysicalType.Float, null) => new ParquetField<float>(e, ParquetType.Float, new PlainNumbers<float>()),
        (PhysicalType.Double, null) => new ParquetField<double>(e, ParquetType.Double, new PlainNumbers<double>()),
        (PhysicalType.ByteArray, ConvertedType.Utf8 or ConvertedType.Enum or ConvertedType.Json) => new ParquetField<string>(e, ParquetType.String, new PlainTexts()),
        (PhysicalType.ByteArray, ConvertedType.Decimal) => Decimal(e, 0),
        (PhysicalType.ByteArray, null or ConvertedType.Bson) => new ParquetField<byte[]>(e, ParquetType.ByteArray, new PlainBytes()),
        (PhysicalType.FixedLenByteArray, ConvertedType.Decimal) when e.TypeLength is > 0 and <= 16 => Decimal(e, e.TypeLength),
        (PhysicalType.FixedLenByteArray, null or ConvertedType.Interval) when e.TypeLength > 0 => new ParquetField<byte[]>(e, ParquetType.ByteArray, new PlainBytes(e.TypeLength)),
        _ => new ParquetField<byte[]>(e, ParquetType.Unsupported, plain: null),
    };

    private static ParquetField<DateTimeOffset> Timestamp(SchemaElement e, Plain<DateTimeOffset> plain) => new(e, ParquetType.Timestamp, plain);

    private static ParquetField Decimal(SchemaElement e, int width) =>
        e.Precision is < 1 or > PlainDecimals.MaxPrecision || e.Scale < 0 || e.Scale > e.Precision
            ? new ParquetField<byte[]>(e, ParquetType.Unsupported, plain: null)
            : new ParquetField<decimal>(e, ParquetType.Decimal, new PlainDecimals(e.Type!.Value, width, e.Precision, e.Scale));
}
