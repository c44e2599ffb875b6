using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>
/// Reads fields as the broker sends them, not as its documentation says: a number may come as text and a text as number, with thousands separated by
/// commas; a name may differ from path to path; what is missing, null or of another kind is null.
/// </summary>
internal static class IbkrJson
{
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return document.RootElement.Clone();
    }

    /// <summary>The first of these fields that is a text or a number and is not empty.</summary>
    public static string? Text(this JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!json.TryField(name, out var field)) continue;
            var text = field.ValueKind switch { JsonValueKind.String => field.GetString(), JsonValueKind.Number => field.GetRawText(), _ => null };
            if (!string.IsNullOrEmpty(text)) return text;
        }

        return null;
    }

    /// <summary>The first of these fields that is a number, and one that a decimal can hold.</summary>
    public static decimal? Number(this JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (decimal.TryParse(json.Text(name), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)) return number;
        return null;
    }

    public static bool? Flag(this JsonElement json, string name) => !json.TryField(name, out var field) ? null : field.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(field.GetString(), out var flag) => flag,
        JsonValueKind.Number or JsonValueKind.String => json.Number(name) is { } number ? number != 0m : null,
        _ => null,
    };

    /// <summary>Milliseconds since 1970.</summary>
    public static Timestamp? Time(this JsonElement json, string name) =>
        json.Number(name) is > 0m and < 253_402_300_800_000m and var millis ? new Timestamp((long)(millis * 1_000m)) : null;

    /// <summary>The objects of an array, or the one object that stands where an array should; empty for anything else.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object),
        JsonValueKind.Object => [json],
        _ => [],
    };

    /// <summary>A list of texts, or the one text that stands where a list should; empty for anything else.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement json, string name)
    {
        if (!json.TryField(name, out var field)) return [];
        return field.ValueKind == JsonValueKind.Array ? [.. field.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : json.Text(name) is { } one ? [one] : [];
    }

    /// <summary>A field that is there; an undefined element if it is not.</summary>
    public static JsonElement Field(this JsonElement json, string name) => json.TryField(name, out var field) ? field : default;

    private static bool TryField(this JsonElement json, string name, out JsonElement field)
    {
        field = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out field);
    }
}
