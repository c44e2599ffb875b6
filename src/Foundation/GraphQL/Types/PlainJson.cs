using System.Globalization;
using System.Text.Json;

namespace HotChocolate.Types;

/// <summary>JSON as plain objects, the form in which <see cref="ScalarType.ParseValue"/> takes it.</summary>
internal static class PlainJson
{
    /// <returns>Null, string, bool, long, decimal, double, <c>List&lt;object?&gt;</c> or <c>Dictionary&lt;string, object?&gt;</c>.</returns>
    public static object? Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(json),
        JsonValueKind.Array => json.EnumerateArray().Select(Of).ToList(),
        JsonValueKind.Object => Fields(json),
        _ => null,
    };

    /// <summary>A decimal where it holds every digit, else a double; 1e400 is infinite and no scalar takes it.</summary>
    private static object Number(JsonElement json) =>
        json.TryGetInt64(out var whole) ? whole : json.TryGetDecimal(out var exact) && (exact != 0 || json.GetDouble() == 0) ? exact : json.GetDouble();

    /// <summary>The number of digits that a document holds.</summary>
    public static object Number(string digits) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
        : decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && (exact != 0 || double.Parse(digits, CultureInfo.InvariantCulture) == 0) ? exact
        : double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static Dictionary<string, object?> Fields(JsonElement json)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject()) fields[property.Name] = Of(property.Value);
        return fields;
    }
}
