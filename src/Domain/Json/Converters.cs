using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Json;

// RFC 8785 canonical JSON knows only IEEE doubles as numbers: money and 64-bit integers travel as strings.
// Reading accepts plain numbers too, since people and other languages write them.

/// <summary>Decimals as strings without trailing zeros, so that equal amounts are equal bytes.</summary>
public sealed class DecimalConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number) return reader.GetDecimal();
        Span<char> text = stackalloc char[64];
        if (reader.TokenType != JsonTokenType.String || Length(ref reader) > 64) throw new JsonException("expected a decimal number, such as \"12.5\"");
        var length = reader.CopyString(text);
        return decimal.TryParse(text[..length], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? value : throw new JsonException($"'{text[..length]}' is not a decimal number, such as \"12.5\"");
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[40];
        writer.WriteStringValue(text[..DecimalText.Format(value, text)]);
    }

    private static long Length(ref Utf8JsonReader reader) => reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
}

public static class DecimalText
{
    /// <summary>Writes the shortest text of a decimal; returns its length, at most 31.</summary>
    public static int Format(decimal value, Span<byte> destination)
    {
        if (value.Scale > 0) value = Trim(value);
        if (value == 0m) value = 0m;
        return Utf8Formatter.TryFormat(value, destination, out var written) ? written : throw new ArgumentException("40 bytes are needed", nameof(destination));
    }

    /// <summary>Without trailing zeros after the point.</summary>
    private static decimal Trim(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        // Dividing by one with 28 zeros is exact, but three times as slow as what nearly every amount can have.
        if (bits[2] != 0) return value / 1.0000000000000000000000000000m;
        var digits = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        var scale = (int)value.Scale;
        for (; scale > 0 && digits % 10 == 0; scale--) digits /= 10;
        return scale == value.Scale ? value : new decimal((int)digits, (int)(digits >> 32), 0, value < 0m, (byte)scale);
    }

    public static string Format(decimal value)
    {
        Span<byte> text = stackalloc byte[40];
        return Encoding.ASCII.GetString(text[..Format(value, text)]);
    }
}

public sealed class Int64Converter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.GetInt64(),
        JsonTokenType.String when long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        _ => throw new JsonException("expected a whole number, such as \"12\""),
    };

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out var written);
        writer.WriteStringValue(text[..written]);
    }
}

public sealed class TimestampConverter : JsonConverter<Timestamp>
{
    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && Timestamp.TryParse(reader.ValueSpan, out var value)) return value;
        throw new JsonException("expected a UTC time, such as \"2013-10-07T13:31:00Z\"");
    }

    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Timestamp.TextLength];
        value.Format(text);
        writer.WriteStringValue(text);
    }
}

/// <summary>Maps with their keys in ordinal order, whatever order they came in.</summary>
public sealed class SortedMapConverter<T> : JsonConverter<IReadOnlyDictionary<string, T>>
{
    private static readonly Comparison<string> Ordinal = string.CompareOrdinal;
    [ThreadStatic] private static List<string>? keys;

    public override IReadOnlyDictionary<string, T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected an object, such as {\"name\":\"value\"}");
        var values = (JsonConverter<T>)options.GetConverter(typeof(T));
        var map = new Dictionary<string, T>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) throw new JsonException($"'{key}' must not be null");
            map[key] = values.Read(ref reader, typeof(T), options)!;
        }

        return map;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, T> value, JsonSerializerOptions options)
    {
        var values = (JsonConverter<T>)options.GetConverter(typeof(T));
        writer.WriteStartObject();
        var sorted = keys ??= [];
        foreach (var (key, _) in value) sorted.Add(key);
        sorted.Sort(Ordinal);
        foreach (var key in sorted)
        {
            writer.WritePropertyName(key);
            values.Write(writer, value[key], options);
        }

        sorted.Clear();
        writer.WriteEndObject();
    }
}
