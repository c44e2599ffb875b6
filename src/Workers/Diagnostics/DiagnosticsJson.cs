using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>What diagnostics print for programs: camelCase, decimals and 64-bit integers as strings, times as UTC, enums as words.</summary>
public static class DiagnosticsJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new Int64Converter(), new DecimalConverter(), new TimestampConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void Print<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Options));
}
