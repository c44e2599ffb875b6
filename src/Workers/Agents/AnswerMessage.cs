using System.Text.Json;

namespace EventSourcedTrading.Workers.Agents;

/// <summary>Reading what an engine answers.</summary>
public static class AnswerMessage
{
    /// <summary>The id of the message that is answered; null if the body is no answer.</summary>
    public static string? IdOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("id"u8)) continue;
                reader.Read();
                return reader.GetString();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }

        return null;
    }
}
