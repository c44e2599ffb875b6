using System.Globalization;
using System.Text.Json;

namespace EventSourcedTrading.Backtesting.Replaying;

/// <summary>One member in which two texts differ.</summary>
/// <param name="Path">Such as <c>data.votes[1].score</c>.</param>
/// <param name="Expected">JSON, at most 200 characters; null where it is not there.</param>
public sealed record FieldDifference(string Path, string? Expected, string? Found);

/// <summary>Compares two JSON values member by member.</summary>
public static class JsonDifference
{
    private const int MaxFields = 50, MaxText = 200;

    /// <summary>The differences, at most 50.</summary>
    /// <param name="namedOnly">Members that <paramref name="expected"/> does not name may be anything; lists are compared whole.</param>
    public static IReadOnlyList<FieldDifference> Between(JsonElement expected, JsonElement found, string path = "", bool namedOnly = false)
    {
        var differences = new List<FieldDifference>();
        Compare(expected, found, path, namedOnly, differences);
        return differences;
    }

    private static void Compare(JsonElement expected, JsonElement found, string path, bool namedOnly, List<FieldDifference> differences)
    {
        if (differences.Count >= MaxFields) return;
        if (expected.ValueKind == JsonValueKind.Object && found.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in expected.EnumerateObject())
            {
                var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                if (found.TryGetProperty(member.Name, out var other)) Compare(member.Value, other, at, namedOnly, differences);
                else if (differences.Count < MaxFields) differences.Add(new FieldDifference(at, Text(member.Value), null));
            }

            if (namedOnly) return;
            foreach (var member in found.EnumerateObject())
            {
                if (!expected.TryGetProperty(member.Name, out _) && differences.Count < MaxFields)
                    differences.Add(new FieldDifference(path.Length == 0 ? member.Name : $"{path}.{member.Name}", null, Text(member.Value)));
            }
        }
        else if (expected.ValueKind == JsonValueKind.Array && found.ValueKind == JsonValueKind.Array && expected.GetArrayLength() == found.GetArrayLength())
        {
            for (var i = 0; i < expected.GetArrayLength(); i++)
                Compare(expected[i], found[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), namedOnly, differences);
        }
        else if (!JsonElement.DeepEquals(expected, found))
        {
            differences.Add(new FieldDifference(path, Text(expected), Text(found)));
        }
    }

    private static string Text(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= MaxText ? text : $"{text[..MaxText]}…";
    }
}
