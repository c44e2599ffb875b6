using System.Buffers;
using System.Text;

namespace EventSourcedTrading.Parquet.Thrift;

/// <summary>Writes Thrift's compact protocol. Fields must come in ascending order of their ids, which then take one byte each.</summary>
internal sealed class CompactWriter(ArrayBufferWriter<byte> output)
{
    private readonly Stack<short> outer = [];
    private short last;

    public CompactWriter Field(short id, bool value)
    {
        Head(id, value ? CompactType.True : CompactType.False);
        return this;
    }

    public CompactWriter Field(short id, int value) => Number(id, CompactType.I32, value);

    public CompactWriter Field(short id, long value) => Number(id, CompactType.I64, value);

    public CompactWriter Field(short id, short value) => Number(id, CompactType.I16, value);

    public CompactWriter Field(short id, ReadOnlySpan<byte> value)
    {
        Head(id, CompactType.Binary);
        Bytes(value);
        return this;
    }

    public CompactWriter Field(short id, string value) => Field(id, Encoding.UTF8.GetBytes(value));

    /// <param name="fields">Writes the structure's own fields.</param>
    public CompactWriter Struct(short id, Action<CompactWriter> fields)
    {
        Head(id, CompactType.Struct);
        Struct(fields);
        return this;
    }

    /// <summary>A structure that stands alone, or as an element of a list.</summary>
    public void Struct(Action<CompactWriter> fields)
    {
        outer.Push(last);
        last = 0;
        fields(this);
        last = outer.Pop();
        Byte((byte)CompactType.Stop);
    }

    public CompactWriter Structs<T>(short id, IReadOnlyCollection<T> elements, Action<CompactWriter, T> fields)
    {
        ListHead(id, CompactType.Struct, elements.Count);
        foreach (var element in elements) Struct(w => fields(w, element));
        return this;
    }

    public CompactWriter Numbers(short id, ReadOnlySpan<int> elements)
    {
        ListHead(id, CompactType.I32, elements.Length);
        foreach (var element in elements) VarInt(ZigZag(element));
        return this;
    }

    public CompactWriter Texts(short id, params ReadOnlySpan<string> elements)
    {
        ListHead(id, CompactType.Binary, elements.Length);
        foreach (var element in elements) Bytes(Encoding.UTF8.GetBytes(element));
        return this;
    }

    private CompactWriter Number(short id, CompactType type, long value)
    {
        Head(id, type);
        VarInt(ZigZag(value));
        return this;
    }

    private void ListHead(short id, CompactType element, int count)
    {
        Head(id, CompactType.List);
        if (count < 15)
        {
            Byte((byte)(count << 4 | (int)element));
        }
        else
        {
            Byte((byte)(0xf0 | (int)element));
            VarInt((ulong)count);
        }
    }

    private void Head(short id, CompactType type)
    {
        if (id - last is not (> 0 and < 16)) throw new InvalidOperationException($"Field {id} cannot follow field {last}.");
        Byte((byte)((id - last) << 4 | (int)type));
        last = id;
    }

    private static ulong ZigZag(long value) => (ulong)(value << 1 ^ value >> 63);

    private void Bytes(ReadOnlySpan<byte> value)
    {
        VarInt((ulong)value.Length);
        output.Write(value);
    }

    private void VarInt(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
