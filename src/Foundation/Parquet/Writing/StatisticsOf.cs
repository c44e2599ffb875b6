using System.Buffers;
using EventSourcedTrading.Parquet.Encodings;
using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet.Writing;

/// <summary>The least and the greatest value of a column chunk, by which readers skip what they do not need.</summary>
internal static class StatisticsOf
{
    /// <summary>Longer bounds are left out: they would be repeated in the metadata of each row group.</summary>
    private const int MaxBytes = 128;

    /// <param name="values">Without nulls; of equal values one is enough.</param>
    public static Statistics Values<T>(Plain<T> plain, ReadOnlySpan<T> values, long nulls)
    {
        var at = 0;
        while (at < values.Length && IsNaN(values[at])) at++;
        if (at == values.Length) return new Statistics(nulls, null, null);
        var (min, max) = (values[at], values[at]);
        foreach (var value in values[at..])
        {
            if (IsNaN(value)) continue;
            if (plain.Compare(value, min) < 0) min = value;
            if (plain.Compare(value, max) > 0) max = value;
        }

        // Zero has two signs that compare as equal: the bounds must hold both (parquet.thrift, ColumnOrder).
        if (typeof(T) == typeof(double) && (double)(object)min! == 0) min = (T)(object)-0.0;
        if (typeof(T) == typeof(double) && (double)(object)max! == 0) max = (T)(object)0.0;
        var (low, high) = (Bound(plain, min), Bound(plain, max));
        return low is null || high is null ? new Statistics(nulls, null, null) : new Statistics(nulls, low, high);
    }

    private static bool IsNaN<T>(T value) => typeof(T) == typeof(double) && double.IsNaN((double)(object)value!);

    private static byte[]? Bound<T>(Plain<T> plain, T value)
    {
        var prefix = plain.Width == 0 ? sizeof(int) : 0;
        if (plain.Size(value) - prefix > MaxBytes) return null;
        var bytes = new ArrayBufferWriter<byte>();
        plain.Encode([value], bytes);
        return bytes.WrittenSpan[prefix..].ToArray();
    }
}
