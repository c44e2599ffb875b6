using System.Globalization;

namespace EventSourcedTrading.Parquet.Tests;

/// <summary>Values as DuckDB writes them when they are cast to VARCHAR; doubles by their bits, as there are many texts for one.</summary>
internal static class Texts
{
    public static Task<string?[]> OfAsync(ParquetReader reader, int group, ParquetField field) => field switch
    {
        ParquetField<bool> f => ReadAsync(reader, group, f, v => v ? "true" : "false"),
        ParquetField<int> f => ReadAsync(reader, group, f, v => v.ToString(CultureInfo.InvariantCulture)),
        ParquetField<long> f => ReadAsync(reader, group, f, v => v.ToString(CultureInfo.InvariantCulture)),
        ParquetField<float> f => ReadAsync(reader, group, f, v => Of(v)),
        ParquetField<double> f => ReadAsync(reader, group, f, Of),
        ParquetField<string> f => ReadAsync(reader, group, f, v => v),
        ParquetField<byte[]> f => ReadAsync(reader, group, f, Of),
        ParquetField<decimal> f => ReadAsync(reader, group, f, v => Of(v, f.Scale)),
        ParquetField<DateTimeOffset> f => ReadAsync(reader, group, f, v => Of(v) + (f.IsUtc ? "+00" : "")),
        ParquetField<DateOnly> f => ReadAsync(reader, group, f, Of),
        _ => throw new NotSupportedException(field.ToString()),
    };

    public static string?[] Of(Trade t) =>
    [
        Of(t.Buy), Of(t.Lots), Of(t.Sequence), Of(t.Confidence), t.Symbol, Of(t.Raw), Of(t.Price, 8), Of(t.Notional, 10), Of(t.Time) + "+00", Of(t.Day),
        t.MaybeBuy is { } b ? Of(b) : null, t.MaybeLots is { } l ? Of(l) : null, t.Note, t.Fee is { } f ? Of(f, 4) : null, t.Wide is { } w ? Of(w, 0) : null,
        t.Settled is { } s ? Of(s) + "+00" : null, t.Score is { } d ? Of(d) : null, t.Blob is { } r ? Of(r) : null,
    ];

    /// <summary>DuckDB's text of a double, in our spelling.</summary>
    public static string? Double(string? text) => text is null ? null : Of(double.Parse(text switch { "inf" => "Infinity", "-inf" => "-Infinity", "nan" => "NaN", _ => text }, CultureInfo.InvariantCulture));

    private static async Task<string?[]> ReadAsync<T>(ParquetReader reader, int group, ParquetField<T> field, Func<T, string> text)
    {
        var column = await reader.ReadAsync(group, field);
        return [.. column.Values.Select((v, row) => column.IsNull(row) ? null : text(v))];
    }

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(double value) => double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);

    public static string Of(decimal value, int scale) => value.ToString($"F{scale}", CultureInfo.InvariantCulture) is var text && decimal.Parse(text, CultureInfo.InvariantCulture) == 0 ? text.TrimStart('-') : text;

    /// <summary>Printable ASCII as it is, other bytes as \xNN.</summary>
    public static string Of(byte[] value) => string.Concat(value.Select(b => b is >= 32 and < 127 and not ((byte)'\\' or (byte)'\'' or (byte)'"') ? ((char)b).ToString() : $"\\x{b:X2}"));

    public static string Of(DateOnly value) => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Without trailing zeros of the fraction.</summary>
    public static string Of(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}
