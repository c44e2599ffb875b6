using System.Text;

namespace EventSourcedTrading.Parquet.Thrift;

/// <summary>Reads Thrift's compact protocol from bytes that may be hostile: every length is checked against what is left.</summary>
/// <exception cref="ParquetException">From every method: the bytes end too early, or a field has another type than the format says.</exception>
internal ref struct CompactReader(ReadOnlySpan<byte> data)
{
    /// <summary>parquet.thrift nests seven deep; what is skipped may nest deeper, but not without end.</summary>
    private const int MaxDepth = 32;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> data = data;

    public int Position { get; private set; }

    /// <summary>The next field of a structure; false at its end.</summary>
    /// <param name="id">In: the field before, 0 at first. Out: this one.</param>
    public bool NextField(ref short id, out CompactType type)
    {
        var head = Byte();
        type = (CompactType)(head & 15);
        if (type == CompactType.Stop) return false;
        id = head >> 4 is var step and not 0 ? (short)(id + step) : Id(ZigZag());
        return true;

        static short Id(long value) => value is >= short.MinValue and <= short.MaxValue ? (short)value : throw new ParquetException($"A field has the id {value}; ids have 16 bits.");
    }

    public readonly bool Boolean(CompactType type) => type switch
    {
        CompactType.True => true,
        CompactType.False => false,
        _ => throw Unexpected(type, CompactType.True),
    };

    public int Int32(CompactType type)
    {
        Expect(type, CompactType.I32);
        var value = ZigZag();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new ParquetException($"A number of 32 bits is {value}.");
    }

    public long Int64(CompactType type)
    {
        Expect(type, CompactType.I64);
        return ZigZag();
    }

    public string String(CompactType type)
    {
        try
        {
            return Utf8.GetString(Binary(type));
        }
        catch (DecoderFallbackException e)
        {
            throw new ParquetException("A text in the metadata is not UTF-8.", e);
        }
    }

    /// <returns>How many elements follow: never more than bytes are left, as each takes at least one.</returns>
    public int List(CompactType type, CompactType element)
    {
        Expect(type, CompactType.List);
        var (found, count) = ListHead();
        if (count > 0) Expect(found, element);
        return count;
    }

    public void Skip(CompactType type) => Skip(type, 0);

    private void Skip(CompactType type, int depth)
    {
        if (depth > MaxDepth) throw new ParquetException($"The metadata nest deeper than {MaxDepth} structures.");
        switch (type)
        {
            case CompactType.True or CompactType.False: break;
            case CompactType.Byte: Byte(); break;
            case CompactType.I16 or CompactType.I32 or CompactType.I64: ZigZag(); break;
            case CompactType.Double: Take(sizeof(double)); break;
            case CompactType.Binary: Binary(type); break;
            case CompactType.List or CompactType.Set:
                var (element, count) = ListHead();
                for (; count > 0; count--) SkipElement(element, depth);
                break;
            case CompactType.Map:
                var pairs = Count(VarInt());
                if (pairs == 0) break;
                var types = Byte();
                for (; pairs > 0; pairs--)
                {
                    SkipElement((CompactType)(types >> 4), depth);
                    SkipElement((CompactType)(types & 15), depth);
                }

                break;
            case CompactType.Struct:
                short id = 0;
                while (NextField(ref id, out var field)) Skip(field, depth + 1);
                break;
            default: throw new ParquetException($"The metadata hold a field of the unknown type {(int)type}.");
        }
    }

    /// <summary>In a list a truth value has a byte of its own; in a field it is in the type.</summary>
    private void SkipElement(CompactType type, int depth)
    {
        if (type is CompactType.True or CompactType.False) Byte();
        else Skip(type, depth + 1);
    }

    private (CompactType Element, int Count) ListHead()
    {
        var head = Byte();
        return ((CompactType)(head & 15), Count(head >> 4 is var few and < 15 ? (ulong)few : VarInt()));
    }

    private readonly int Count(ulong count) =>
        count <= (ulong)(data.Length - Position) ? (int)count : throw new ParquetException($"The metadata speak of {count} elements where {data.Length - Position} bytes are left.");

    public ReadOnlySpan<byte> Binary(CompactType type)
    {
        Expect(type, CompactType.Binary);
        return Take(Count(VarInt()));
    }

    private long ZigZag()
    {
        var value = VarInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong VarInt()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw new ParquetException("A number in the metadata is longer than ten bytes.");
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > data.Length - Position) throw new ParquetException("The metadata end within a field.");
        Position += count;
        return data.Slice(Position - count, count);
    }

    private static void Expect(CompactType type, CompactType expected)
    {
        if (type != expected) throw Unexpected(type, expected);
    }

    private static ParquetException Unexpected(CompactType type, CompactType expected) => new($"A field in the metadata is of type {type}; the format says {expected}.");
}
