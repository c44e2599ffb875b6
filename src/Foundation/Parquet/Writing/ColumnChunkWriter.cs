using System.Buffers;
using System.Buffers.Binary;
using EventSourcedTrading.Parquet.Encodings;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Writing;

/// <summary>Writes the values of one column of one row group as pages of version 1, which every reader knows.</summary>
internal static class ColumnChunkWriter
{
    /// <summary>So that narrow columns too can be read a piece at a time.</summary>
    private const int MaxRowsPerPage = 1 << 15;

    public static async Task<ColumnChunk> WriteAsync<T>(ParquetField<T> field, T[] values, bool[]? present, PageSink sink, CancellationToken ct)
    {
        var plain = field.Plain!; // the writer takes no field that was not made here
        var (dense, start, bytes) = (present is null ? values : Dense(values, present), sink.Position, 0L);
        var dictionary = dense is string[] texts ? TextDictionary.Of(texts, sink.Options.PageBytes) : null;
        if (dictionary is not null)
        {
            new PlainTexts().Encode(dictionary.Texts, sink.Page);
            bytes += await sink.WritePageAsync(PageType.Dictionary, dictionary.Texts.Length, ValueEncoding.Plain, ct);
        }

        var (data, width) = (sink.Position, dictionary is null ? 0 : RleBitPackedEncoder.BitWidth(dictionary.Texts.Length - 1));
        for (int row = 0, value = 0; row < values.Length;)
        {
            var rows = RowsOfPage(plain, values.AsSpan(row), dictionary is null ? plain.Width : sizeof(int), sink.Options.PageBytes);
            var count = present is null ? rows : present.AsSpan(row, rows).Count(true);
            if (field.IsOptional) WriteLevels(present is null ? [] : present.AsSpan(row, rows), rows, sink);
            if (dictionary is null)
            {
                plain.Encode(dense.AsSpan(value, count), sink.Page);
            }
            else
            {
                sink.Page.Write([(byte)width]);
                RleBitPackedEncoder.Write(dictionary.Indices.AsSpan(value, count), width, sink.Page);
            }

            bytes += await sink.WritePageAsync(PageType.Data, rows, dictionary is null ? ValueEncoding.Plain : ValueEncoding.RleDictionary, ct);
            (row, value) = (row + rows, value + count);
        }

        var nulls = values.Length - dense.Length;
        return new ColumnChunk(field.Name, field.Element.Type!.Value, sink.Codec, values.Length, sink.Position - start, data)
        {
            UncompressedBytes = bytes,
            DictionaryOffset = dictionary is null ? null : start,
            Statistics = dictionary is null ? StatisticsOf.Values(plain, dense, nulls) : StatisticsOf.Values(new PlainTexts(), dictionary.Texts, nulls),
        };
    }

    private static T[] Dense<T>(T[] values, bool[] present)
    {
        var (dense, count) = (new T[present.AsSpan().Count(true)], 0);
        for (var i = 0; i < values.Length; i++)
            if (present[i]) dense[count++] = values[i];
        return dense;
    }

    /// <param name="width">Bytes of a value; 0 if each has a length of its own.</param>
    private static int RowsOfPage<T>(Plain<T> plain, ReadOnlySpan<T> values, int width, int pageBytes)
    {
        var max = Math.Min(values.Length, MaxRowsPerPage);
        if (width > 0) return Math.Min(max, Math.Max(1, pageBytes / width));
        var (rows, bytes) = (0, 0L);
        for (; rows < max; rows++)
        {
            bytes += values[rows] is { } value ? plain.Size(value) : 0;
            if (bytes > pageBytes) break;
        }

        return Math.Max(1, rows);
    }

    /// <summary>1 for a value, 0 for none (README.md, "Nested Encoding"), behind a length of four bytes.</summary>
    /// <param name="present">Empty if all are.</param>
    private static void WriteLevels(ReadOnlySpan<bool> present, int rows, PageSink sink)
    {
        var levels = ArrayPool<int>.Shared.Rent(rows);
        if (present.IsEmpty) levels.AsSpan(0, rows).Fill(1);
        else for (var i = 0; i < rows; i++) levels[i] = present[i] ? 1 : 0;
        sink.Levels.ResetWrittenCount();
        RleBitPackedEncoder.Write(levels.AsSpan(0, rows), 1, sink.Levels);
        ArrayPool<int>.Shared.Return(levels);
        BinaryPrimitives.WriteInt32LittleEndian(sink.Page.GetSpan(sizeof(int)), sink.Levels.WrittenCount);
        sink.Page.Advance(sizeof(int));
        sink.Page.Write(sink.Levels.WrittenSpan);
    }
}
