using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventSourcedTrading.Domain.Json;

/// <summary>Enums as camelCase words; a number or an unknown word is refused with the words that are allowed.</summary>
public sealed class WordConverter<T> : JsonConverter<T> where T : struct, Enum
{
    private static readonly (T Value, JsonEncodedText Word)[] Words =
        [.. Enum.GetValues<T>().Select(v => (v, JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(v.ToString()))))];

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            foreach (var (value, word) in Words)
                if (reader.ValueTextEquals(word.EncodedUtf8Bytes)) return value;
        throw new JsonException($"expected one of {string.Join(", ", Words.Select(w => w.Word.Value))}");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        foreach (var (known, word) in Words)
        {
            if (!EqualityComparer<T>.Default.Equals(known, value)) continue;
            writer.WriteStringValue(word);
            return;
        }

        throw new JsonException($"{value} is not a {typeof(T).Name}");
    }
}
