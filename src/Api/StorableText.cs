using System.Text.Json;

namespace EventSourcedTrading.Api;

/// <summary>U+0000 is a character of Unicode and of JSON, but PostgreSQL can neither hold nor look for it: what has one is refused where it comes in.</summary>
internal static class StorableText
{
    /// <param name="field">Of the request.</param>
    /// <exception cref="RefusedException">BAD_TEXT.</exception>
    public static void Check(string field, string? text)
    {
        if (text?.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var at) throw new RefusedException("BAD_TEXT", $"{field} has U+0000 at place {at + 1}, which no text here can hold; take it out", field);
    }

    /// <param name="path">Of the value in the request; empty for all of it.</param>
    /// <exception cref="RefusedException">BAD_TEXT.</exception>
    public static void Check(string path, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String: Check(path, json.GetString()); break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray()) Check(path, item);
                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    Check(path.Length == 0 ? "a member's name" : path, member.Name);
                    Check(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value);
                }

                break;
        }
    }
}
