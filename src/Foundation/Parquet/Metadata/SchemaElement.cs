using EventSourcedTrading.Parquet.Thrift;

namespace EventSourcedTrading.Parquet.Metadata;

/// <summary>A node of the schema's tree: the root, a column, or what makes a schema nested.</summary>
internal sealed record SchemaElement(string Name, PhysicalType? Type)
{
    private const int Required = 0, OptionalRepetition = 1;

    /// <summary>Bytes, of <see cref="PhysicalType.FixedLenByteArray"/>.</summary>
    public int TypeLength { get; init; }

    public bool IsOptional { get; init; }
    public bool IsRepeated { get; private init; }
    public int Children { get; init; }
    public ConvertedType? Converted { get; init; }
    public int Precision { get; init; }
    public int Scale { get; init; }

    /// <summary>Of a timestamp: an instant, not a local time of unknown zone. The old notation always means an instant.</summary>
    public bool IsUtc { get; init; } = true;

    /// <summary>Made here, and not read from a file: so it is of a form that is written too.</summary>
    public bool IsOurs { get; init; }

    public void Write(CompactWriter w)
    {
        if (Type is { } type)
        {
            w.Field(1, (int)type);
            if (TypeLength > 0) w.Field(2, TypeLength);
            w.Field(3, IsOptional ? OptionalRepetition : Required);
        }

        w.Field(4, Name);
        if (Type is null) w.Field(5, Children);
        if (Converted is not { } converted) return;
        w.Field(6, (int)converted);
        if (converted == ConvertedType.Decimal) w.Field(7, Scale).Field(8, Precision);
        w.Struct(10, l => _ = converted switch
        {
            ConvertedType.Utf8 => l.Struct(1, _ => { }),
            ConvertedType.Decimal => l.Struct(5, d => d.Field(1, Scale).Field(2, Precision)),
            ConvertedType.Date => l.Struct(6, _ => { }),
            ConvertedType.TimestampMicros => l.Struct(8, t => t.Field(1, value: true).Struct(2, u => u.Struct(2, _ => { }))),
            _ => throw new InvalidOperationException($"{converted} is never written."),
        });
    }

    public static SchemaElement Read(ref CompactReader r)
    {
        var (name, repetition, element) = ((string?)null, 0, new SchemaElement("", Type: null));
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: element = element with { Type = (PhysicalType)r.Int32(type) }; break;
                case 2: element = element with { TypeLength = r.Int32(type) }; break;
                case 3: repetition = r.Int32(type); break;
                case 4: name = r.String(type); break;
                case 5: element = element with { Children = r.Int32(type) }; break;
                case 6: element = element with { Converted = element.Converted ?? (ConvertedType)r.Int32(type) }; break;
                case 7: element = element with { Scale = r.Int32(type) }; break;
                case 8: element = element with { Precision = r.Int32(type) }; break;
                case 10: element = ReadLogicalType(ref r, type, element); break;
                default: r.Skip(type); break;
            }
        }

        return element with
        {
            Name = name ?? throw new ParquetException("An element of the schema has no name."),
            IsOptional = repetition == OptionalRepetition,
            IsRepeated = repetition is not (Required or OptionalRepetition),
        };
    }

    /// <summary>A union: the one field that is there says which type it is. Types that are not known leave the old notation's word.</summary>
    private static SchemaElement ReadLogicalType(ref CompactReader r, CompactType type, SchemaElement element)
    {
        if (type != CompactType.Struct) throw new ParquetException($"The logical type of a column is of type {type}; the format says Struct.");
        short id = 0;
        while (r.NextField(ref id, out var member))
        {
            element = id switch
            {
                1 => Marked(ref r, member, element, ConvertedType.Utf8),
                4 => Marked(ref r, member, element, ConvertedType.Enum),
                5 => ReadDecimal(ref r, member, element),
                6 => Marked(ref r, member, element, ConvertedType.Date),
                7 => ReadTime(ref r, member, element, ConvertedType.TimeMillis, ConvertedType.TimeMicros, ConvertedType.TimeNanos),
                8 => ReadTime(ref r, member, element, ConvertedType.TimestampMillis, ConvertedType.TimestampMicros, ConvertedType.TimestampNanos),
                10 => ReadInteger(ref r, member, element),
                12 => Marked(ref r, member, element, ConvertedType.Json),
                _ => Marked(ref r, member, element, element.Converted),
            };
        }

        return element;
    }

    private static SchemaElement Marked(ref CompactReader r, CompactType type, SchemaElement element, ConvertedType? converted)
    {
        r.Skip(type);
        return element with { Converted = converted };
    }

    private static SchemaElement ReadDecimal(ref CompactReader r, CompactType outer, SchemaElement element)
    {
        if (outer != CompactType.Struct) throw new ParquetException("A decimal type is not a structure.");
        element = element with { Converted = ConvertedType.Decimal };
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: element = element with { Scale = r.Int32(type) }; break;
                case 2: element = element with { Precision = r.Int32(type) }; break;
                default: r.Skip(type); break;
            }
        }

        return element;
    }

    private static SchemaElement ReadTime(ref CompactReader r, CompactType outer, SchemaElement element, ConvertedType millis, ConvertedType micros, ConvertedType nanos)
    {
        if (outer != CompactType.Struct) throw new ParquetException("A time type is not a structure.");
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: element = element with { IsUtc = r.Boolean(type) }; break;
                case 2 when type == CompactType.Struct:
                    short unit = 0;
                    while (r.NextField(ref unit, out var member))
                    {
                        r.Skip(member);
                        element = element with { Converted = unit switch { 1 => millis, 2 => micros, 3 => nanos, _ => ConvertedType.Other } };
                    }

                    break;
                default: r.Skip(type); break;
            }
        }

        return element;
    }

    private static SchemaElement ReadInteger(ref CompactReader r, CompactType outer, SchemaElement element)
    {
        if (outer != CompactType.Struct) throw new ParquetException("An integer type is not a structure.");
        var signed = true;
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            if (id == 2) signed = r.Boolean(type);
            else r.Skip(type); // the width is an i8, and the physical type bounds it
        }

        // Writers of the new notation give the old one too, which knows the width.
        return element.Converted is not null || signed ? element
            : element with { Converted = element.Type == PhysicalType.Int64 ? ConvertedType.UInt64 : ConvertedType.UInt32 };
    }
}
