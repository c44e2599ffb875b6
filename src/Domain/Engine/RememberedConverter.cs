using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// A remembered message as an array, without names: a snapshot has a hundred thousand of them, and to write them with names took more
/// than all the rest of it.
/// </summary>
public sealed class RememberedConverter : JsonConverter<Remembered>
{
    public override void Write(Utf8JsonWriter writer, Remembered message, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(message.Sender);
        writer.WriteStringValue(message.Id);
        writer.WriteNumberValue(message.Fingerprint);
        if (message.Result is { } result)
        {
            writer.WriteStringValue(result.Outcome);
            writer.WriteStringValue(result.Code);
            writer.WriteStringValue(result.Reason);
            writer.WriteStringValue(result.DecisionId);
            writer.WriteStringValue(result.OrderId);
        }

        writer.WriteEndArray();
    }

    public override Remembered Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (sender, id) = (Text(ref reader)!, Text(ref reader)!);
        reader.Read();
        var fingerprint = reader.GetUInt64();
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray) return new Remembered(sender, id, fingerprint);
        var result = new Result(reader.GetString()!, Text(ref reader), Text(ref reader)!, Text(ref reader), Text(ref reader));
        reader.Read();
        return new Remembered(sender, id, fingerprint, result);
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }
}
