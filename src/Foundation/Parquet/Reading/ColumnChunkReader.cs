using System.Buffers.Binary;
using EventSourcedTrading.Parquet.Encodings;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Reading;

/// <summary>Reads the pages of one column chunk, in either version. Memory grows with the values that pages have given, not with what a header promises.</summary>
internal sealed class ColumnChunkReader<T>(ParquetField<T> field, Plain<T> plain, ColumnChunk chunk, PageSource source, int rows, int rowGroup)
{
    private const int FirstRows = 1 << 16;

    private T[] values = new T[Math.Min(rows, FirstRows)];
    private bool[]? present = field.IsOptional ? new bool[Math.Min(rows, FirstRows)] : null;
    private T[]? dictionary;
    private int row;

    public async Task<ParquetColumn<T>> ReadAsync(CancellationToken ct)
    {
        var (at, end, page) = (chunk.Start, chunk.Start + chunk.CompressedBytes, 0);
        try
        {
            for (; row < rows; page++)
            {
                if (at >= end) throw new ParquetException($"The column ends after {row} of {rows} values.");
                var (header, length) = await source.ReadHeaderAsync(at, end - at, ct);
                if (header.CompressedBytes > end - at - length) throw new ParquetException($"The page has {header.CompressedBytes} bytes; the column has {end - at - length} left.");
                if (header.Type != PageType.Index) Add(header, await source.ReadPageAsync(header, at + length, chunk.Codec, ct));
                at += length + header.CompressedBytes;
            }
        }
        catch (ParquetException e)
        {
            throw e.At(field.Name, rowGroup, page, at);
        }

        return new ParquetColumn<T>(field, values, present);
    }

    private void Add(PageHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case PageType.Dictionary:
                if (dictionary is not null || row > 0) throw new ParquetException("The column has a dictionary that is not its first page.");
                if (header.Encoding is not (ValueEncoding.Plain or ValueEncoding.PlainDictionary)) throw new ParquetException($"The dictionary is encoded as {header.Encoding}; the format says PLAIN.");
                if ((long)header.Values * (plain.Width > 0 ? plain.Width : sizeof(int)) > body.Length) throw new ParquetException($"The dictionary has {header.Values} values in {body.Length} bytes; they take more.");
                dictionary = new T[header.Values];
                plain.Decode(body, dictionary);
                break;
            case PageType.Data or PageType.DataV2:
                if (header.Values > rows - row) throw new ParquetException($"The page has {header.Values} values; its row group has room for {rows - row}.");
                Grow(row + header.Values);
                var count = present is null ? header.Values : ReadLevels(header, ref body);
                if (header.Type == PageType.DataV2) body = body[(present is null ? header.DefinitionBytes : 0)..];
                var target = values.AsSpan(row, header.Values);
                if (count > 0) Decode(header.Encoding, body, target[..count]);
                if (count < header.Values) Spread(target, present.AsSpan(row, header.Values), count);
                row += header.Values;
                break;
            default: throw new ParquetException($"The page is of the unknown type {(int)header.Type}.");
        }
    }

    private void Grow(int needed)
    {
        if (needed <= values.Length) return;
        var size = (int)Math.Min(rows, Math.Max(needed, 2L * values.Length));
        Array.Resize(ref values, size);
        if (present is not null) Array.Resize(ref present, size);
    }

    /// <summary>Takes the definition levels off the page: of a flat column 1 is a value and 0 none.</summary>
    /// <returns>How many values there are.</returns>
    private int ReadLevels(PageHeader header, ref ReadOnlySpan<byte> body)
    {
        long bytes = header.DefinitionBytes;
        if (header.Type == PageType.Data)
        {
            if (header.LevelEncoding != ValueEncoding.Rle) throw new ParquetException($"The levels are encoded as {header.LevelEncoding}; RLE is read. Write the file with a newer library.");
            bytes = body.Length < sizeof(int) ? long.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(body);
            if (bytes > body.Length - sizeof(int)) throw new ParquetException("The levels are longer than their page.");
            body = body[sizeof(int)..];
        }

        var levels = new RleBitPackedDecoder(body[..(int)bytes], bitWidth: 1);
        body = body[(int)bytes..];
        Span<int> some = stackalloc int[512];
        var count = 0;
        for (var target = present.AsSpan(row, header.Values); !target.IsEmpty; target = target[some.Length..])
        {
            if (target.Length < some.Length) some = some[..target.Length];
            levels.Read(some);
            for (var i = 0; i < some.Length; i++)
            {
                target[i] = some[i] != 0;
                count += some[i];
            }
        }

        return count;
    }

    private void Decode(ValueEncoding encoding, ReadOnlySpan<byte> data, Span<T> target)
    {
        switch (encoding)
        {
            case ValueEncoding.Plain: plain.Decode(data, target); break;
            case ValueEncoding.PlainDictionary or ValueEncoding.RleDictionary: LookUp(data, target); break;
            case ValueEncoding.Rle when typeof(T) == typeof(bool): ReadBits(data, target); break;
            case ValueEncoding.DeltaBinaryPacked when chunk.Type is PhysicalType.Int32 or PhysicalType.Int64: plain.Decode(Delta.Numbers(data, target.Length, plain.Width), target); break;
            case ValueEncoding.DeltaLengthByteArray or ValueEncoding.DeltaByteArray when chunk.Type is PhysicalType.ByteArray or PhysicalType.FixedLenByteArray:
                plain.Decode(Delta.Bytes(data, target.Length, plain.Width, hasPrefixes: encoding == ValueEncoding.DeltaByteArray, source.MaxPage), target);
                break;
            case ValueEncoding.ByteStreamSplit when plain.Width > 1: plain.Decode(ByteStreamSplit.Join(data, target.Length, plain.Width), target); break;
            default: throw new ParquetException($"The values of type {chunk.Type} are encoded as {encoding}, which is not read here; write the file with PLAIN or dictionary encoding.");
        }
    }

    private void LookUp(ReadOnlySpan<byte> data, Span<T> target)
    {
        if (dictionary is null) throw new ParquetException("The page refers to a dictionary; the column has none.");
        if (data.IsEmpty || data[0] > 32) throw new ParquetException(data.IsEmpty ? "The page has no indices." : $"An index has {data[0]} bits; at most 32 are allowed.");
        var indices = new RleBitPackedDecoder(data[1..], data[0]);
        Span<int> some = stackalloc int[512];
        for (; !target.IsEmpty; target = target[some.Length..])
        {
            if (target.Length < some.Length) some = some[..target.Length];
            indices.Read(some);
            for (var i = 0; i < some.Length; i++)
                target[i] = (uint)some[i] < (uint)dictionary.Length ? dictionary[some[i]] : throw new ParquetException($"An index is {(uint)some[i]}; the dictionary has {dictionary.Length} values.");
        }
    }

    private static void ReadBits(ReadOnlySpan<byte> data, Span<T> target)
    {
        var bytes = data.Length < sizeof(int) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (bytes > data.Length - sizeof(int)) throw new ParquetException("The truth values are longer than their page.");
        var runs = new RleBitPackedDecoder(data.Slice(sizeof(int), (int)bytes), bitWidth: 1);
        Span<int> one = stackalloc int[1];
        foreach (ref var bit in target)
        {
            runs.Read(one);
            bit = (T)(object)(one[0] != 0);
        }
    }

    private static void Spread(Span<T> target, ReadOnlySpan<bool> present, int count)
    {
        for (var i = target.Length - 1; i >= 0; i--) target[i] = present[i] ? target[--count] : default!;
    }
}
