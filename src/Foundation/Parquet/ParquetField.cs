using EventSourcedTrading.Parquet.Encodings;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet;

/// <summary>What the values of a column are, and the type that holds them here.</summary>
public enum ParquetType
{
    /// <summary><see cref="bool"/>.</summary>
    Boolean,

    /// <summary><see cref="int"/>; integers of 8 and 16 bits too.</summary>
    Int32,

    /// <summary><see cref="long"/>.</summary>
    Int64,

    /// <summary><see cref="float"/>.</summary>
    Float,

    /// <summary><see cref="double"/>.</summary>
    Double,

    /// <summary><see cref="byte"/>[]; of fixed length too.</summary>
    ByteArray,

    /// <summary><see cref="string"/>.</summary>
    String,

    /// <summary><see cref="decimal"/>, exact or refused.</summary>
    Decimal,

    /// <summary><see cref="DateTimeOffset"/> in UTC; written in microseconds.</summary>
    Timestamp,

    /// <summary><see cref="DateOnly"/>.</summary>
    Date,

    /// <summary>None of these; the column can be left out, but not read.</summary>
    Unsupported,
}

/// <summary>A column of a schema.</summary>
public abstract class ParquetField
{
    private protected ParquetField(SchemaElement element, ParquetType type) => (Element, Type) = (element, type);

    public string Name => Element.Name;

    public ParquetType Type { get; }

    /// <summary>Whether values may be missing.</summary>
    public bool IsOptional => Element.IsOptional;

    /// <summary>Digits of a decimal; 0 for other types.</summary>
    public int Precision => Type == ParquetType.Decimal ? Element.Precision : 0;

    /// <summary>Of them, behind the point.</summary>
    public int Scale => Type == ParquetType.Decimal ? Element.Scale : 0;

    /// <summary>Of a timestamp: an instant. If false it is a local time of a zone that the file does not tell, handed out as if it were UTC.</summary>
    public bool IsUtc => Element.IsUtc;

    internal SchemaElement Element { get; }

    public override string ToString() => $"{Name} {Type}{(Type == ParquetType.Decimal ? $"({Precision},{Scale})" : "")}{(IsOptional ? "?" : "")}";

    public static ParquetField<bool> Boolean(string name, bool optional = false) => new(New(name, PhysicalType.Boolean, optional), ParquetType.Boolean, new PlainBooleans());

    public static ParquetField<int> Int32(string name, bool optional = false) => new(New(name, PhysicalType.Int32, optional), ParquetType.Int32, new PlainNumbers<int>());

    public static ParquetField<long> Int64(string name, bool optional = false) => new(New(name, PhysicalType.Int64, optional), ParquetType.Int64, new PlainNumbers<long>());

    public static ParquetField<double> Double(string name, bool optional = false) => new(New(name, PhysicalType.Double, optional), ParquetType.Double, new PlainNumbers<double>());

    public static ParquetField<byte[]> ByteArray(string name, bool optional = false) => new(New(name, PhysicalType.ByteArray, optional), ParquetType.ByteArray, new PlainBytes());

    public static ParquetField<string> String(string name, bool optional = false) =>
        new(New(name, PhysicalType.ByteArray, optional, ConvertedType.Utf8), ParquetType.String, new PlainTexts());

    /// <param name="precision">1 to 38 digits; up to 18 take eight bytes, more take nine to sixteen.</param>
    /// <param name="scale">0 to <paramref name="precision"/>, of them behind the point. A value with more is refused, not rounded.</param>
    public static ParquetField<decimal> Decimal(string name, int precision, int scale, bool optional = false)
    {
        ParquetOptions.Within(precision, 1, PlainDecimals.MaxPrecision, nameof(precision));
        ParquetOptions.Within(scale, 0, precision, nameof(scale));
        var (physical, width) = precision <= 18 ? (PhysicalType.Int64, sizeof(long)) : (PhysicalType.FixedLenByteArray, PlainDecimals.BytesFor(precision));
        var element = New(name, physical, optional, ConvertedType.Decimal) with { Precision = precision, Scale = scale, TypeLength = physical == PhysicalType.Int64 ? 0 : width };
        return new ParquetField<decimal>(element, ParquetType.Decimal, new PlainDecimals(physical, width, precision, scale));
    }

    /// <summary>An instant to the microsecond; a finer one is refused, not cut.</summary>
    public static ParquetField<DateTimeOffset> Timestamp(string name, bool optional = false) =>
        new(New(name, PhysicalType.Int64, optional, ConvertedType.TimestampMicros), ParquetType.Timestamp, new PlainTimes(PlainTimes.Micros));

    public static ParquetField<DateOnly> Date(string name, bool optional = false) =>
        new(New(name, PhysicalType.Int32, optional, ConvertedType.Date), ParquetType.Date, new PlainDates());

    private static SchemaElement New(string name, PhysicalType type, bool optional, ConvertedType? converted = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SchemaElement(name, type) { IsOptional = optional, Converted = converted, IsOurs = true };
    }
}

/// <summary>A column whose values are held as <typeparamref name="T"/>.</summary>
public sealed class ParquetField<T> : ParquetField
{
    internal ParquetField(SchemaElement element, ParquetType type, Plain<T>? plain) : base(element, type) => Plain = plain;

    /// <summary>Null if the column's type is not supported.</summary>
    internal Plain<T>? Plain { get; }

    /// <summary>Values for this column, one for each row of a row group.</summary>
    /// <param name="present">Which values are there, for an optional column of values that have no null of their own; empty means all.</param>
    public ParquetColumn<T> Column(T[] values, bool[]? present = null) => new(this, values, present);
}
