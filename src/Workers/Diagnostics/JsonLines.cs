using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>The values of a JSON document by their path, with the line that each stands on.</summary>
public static class JsonLines
{
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <returns>Paths such as <c>portfolios[0].cash.USD</c>, in the order of the document. Empty objects and arrays are values too.</returns>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static IReadOnlyDictionary<string, (string Value, int Line)> Read(ReadOnlySpan<byte> json)
    {
        var found = new Dictionary<string, (string, int)>(StringComparer.Ordinal);
        var path = new Stack<(string Name, int Index)>();
        var reader = new Utf8JsonReader(json, Lenient);
        var (name, line, counted, before) = ("", 1, 0, JsonTokenType.None);
        while (reader.Read())
        {
            line += json[counted..(int)reader.TokenStartIndex].Count((byte)'\n');
            counted = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = path.Peek().Name.Length == 0 ? reader.GetString()! : $"{path.Peek().Name}.{reader.GetString()}";
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    path.Push((Next(), reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    var ended = path.Pop();
                    if (before is JsonTokenType.StartObject or JsonTokenType.StartArray) found[ended.Name] = (ended.Index < 0 ? "{}" : "[]", line);
                    break;
                default:
                    found[Next()] = (reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan), line);
                    break;
            }

            before = reader.TokenType;
        }

        return found;

        string Next()
        {
            if (path.Count == 0) return "";
            var (parent, index) = path.Peek();
            if (index < 0) return name;
            path.Pop();
            path.Push((parent, index + 1));
            return $"{parent}[{index.ToString(CultureInfo.InvariantCulture)}]";
        }
    }
}
