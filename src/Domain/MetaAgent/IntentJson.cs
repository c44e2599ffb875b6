using System.Globalization;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// An intent as agents send it, in any language: numbers as strings or JSON numbers, unknown members ignored, and for everything
/// that is wrong a sentence that names the field, its value and the rule.
/// </summary>
public static class IntentJson
{
    /// <summary>The most that is read, in bytes; NATS itself refuses what is over its <c>max_payload</c>.</summary>
    public const int MaxBytes = 65_536;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 4 };

    /// <param name="intentId">The sender's id as far as it could be read, so that the answer can name it.</param>
    public static Refusal? Read(ReadOnlySpan<byte> json, out Intent? intent, out string? intentId)
    {
        intent = null;
        intentId = null;
        if (json.Length > MaxBytes) return new("TOO_LARGE", $"the message has {json.Length} bytes; at most {MaxBytes} are read");
        var draft = new Draft();
        string? member = null;
        try
        {
            var reader = new Utf8JsonReader(json, Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return new("MALFORMED", "the message must be a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                member = reader.GetString()!;
                reader.Read();
                draft.Take(member, ref reader);
                intentId = draft.IntentId;
            }

            while (reader.Read()) return new("MALFORMED", "the message must be one JSON object and nothing after it");
        }
        catch (JsonException e)
        {
            var where = member is null ? "" : $"{member}: ";
            return new("MALFORMED", $"{where}{Shorten(e.Message)}");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            return new("MALFORMED", $"{member}: {Shorten(e.Message)}");
        }

        return draft.Complete(out intent);
    }

    private static string Shorten(string message)
    {
        var end = message.IndexOf(" LineNumber", StringComparison.Ordinal);
        return end > 0 ? message[..end] : message;
    }

    private struct Draft
    {
        private string? portfolio, agent, instrument, rationale, signalId;
        private Side? side;
        private decimal? quantity, limitPrice, stopPrice, confidence;
        private OrderType? orderType;
        private TimeInForce? timeInForce;
        private Timestamp? asOf;
        private long? sequence;
        private Dictionary<string, decimal>? features;
        private Trail? trail;
        private Bracket? bracket;

        public string? IntentId { get; private set; }

        public void Take(string member, ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Null) return;
            switch (member)
            {
                case "intentId": IntentId = Text(ref reader, Intent.MaxIdLength); break;
                case "portfolio": portfolio = Text(ref reader, 64); break;
                case "agent": agent = Text(ref reader, 64); break;
                case "instrument": instrument = Text(ref reader, 32); break;
                case "side": side = Word<Side>(ref reader, "buy, sell"); break;
                case "quantity": quantity = Number(ref reader); break;
                case "orderType": orderType = Word<OrderType>(ref reader, "market, limit, stop, stopLimit, trailingStop"); break;
                case "limitPrice": limitPrice = Number(ref reader); break;
                case "stopPrice": stopPrice = Number(ref reader); break;
                case "trail": trail = Trailing(Numbers(ref reader, "{\"percent\":\"2\"}", "amount", "percent")); break;
                case "bracket": bracket = Bracketing(Numbers(ref reader, "{\"takeProfit\":\"110\",\"stopLoss\":\"95\"}", "takeProfit", "stopLoss", "stopLossLimit")); break;
                case "timeInForce": timeInForce = Word<TimeInForce>(ref reader, "day, gtc, ioc, fok, atTheOpening, atTheClose"); break;
                case "confidence": confidence = Number(ref reader); break;
                case "rationale": rationale = Text(ref reader, Intent.MaxRationaleLength); break;
                case "asOf": asOf = Time(ref reader); break;
                case "signalId": signalId = Text(ref reader, 96); break;
                case "sequence": sequence = Whole(ref reader); break;
                case "features": features = Features(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        public readonly Refusal? Complete(out Intent? intent)
        {
            intent = null;
            string? missing = IntentId is null ? "intentId" : portfolio is null ? "portfolio" : agent is null ? "agent"
                : instrument is null ? "instrument" : side is null ? "side" : quantity is null ? "quantity" : orderType is null ? "orderType"
                : timeInForce is null ? "timeInForce" : confidence is null ? "confidence" : asOf is null ? "asOf" : null;
            if (missing is not null) return new("FIELD_MISSING", $"{missing} is missing; every intent must have it");
            if (IntentId!.AsSpan().ContainsAnyExceptInRange('!', '~')) return new("BAD_INTENT_ID", "intentId must be 1 to 64 printable characters without blanks");
            intent = new Intent(
                IntentId!, portfolio!, agent!, instrument!, side!.Value, quantity!.Value, orderType!.Value, limitPrice, stopPrice, timeInForce!.Value,
                confidence!.Value, rationale ?? "", features ?? Empty, asOf!.Value, signalId ?? "", sequence)
            {
                Trail = trail,
                Bracket = bracket,
            };
            return null;
        }

        private static readonly Dictionary<string, decimal> Empty = [];

        private static string Text(ref Utf8JsonReader reader, int most)
        {
            if (reader.TokenType != JsonTokenType.String) throw new JsonException("must be a string");
            var text = reader.GetString()!;
            // Names go into ids of events, which hold no control characters; only a rationale may have lines.
            if (most < Intent.MaxRationaleLength && text.Any(char.IsControl)) throw new JsonException("must not contain control characters");
            return text.Length is > 0 && text.Length <= most ? text
                : text.Length == 0 ? throw new JsonException("must not be empty") : throw new JsonException($"has {text.Length} characters; at most {most} are allowed");
        }

        private static decimal Number(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Number)
                return reader.TryGetDecimal(out var number) ? number : throw new JsonException($"'{Raw(ref reader)}' is beyond what a decimal number holds");
            if (reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: <= 40 } text)
            {
                return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                    ? value : throw new JsonException($"'{text}' is not a decimal number, such as \"12.5\"");
            }

            throw new JsonException("must be a decimal number, such as \"12.5\"");
        }

        private static long Whole(ref Utf8JsonReader reader)
        {
            var number = Number(ref reader);
            return number == decimal.Truncate(number) && number is >= 1m and <= long.MaxValue ? (long)number : throw new JsonException("must be a whole number of 1 or more");
        }

        private static T Word<T>(ref Utf8JsonReader reader, string words) where T : struct, Enum
        {
            if (reader.TokenType != JsonTokenType.String) throw new JsonException($"must be one of {words}");
            foreach (var value in Enum.GetValues<T>())
                if (reader.ValueTextEquals(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()))) return value;
            var text = reader.GetString()!;
            throw new JsonException($"'{(text.Length > 40 ? text[..40] : text)}' must be one of {words}");
        }

        private static Timestamp Time(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Timestamp.TryParse(reader.ValueSpan, out var time)) return time;
            throw new JsonException("must be a UTC time, such as \"2013-10-07T13:31:00Z\"");
        }

        private static Dictionary<string, decimal> Features(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("must be an object of numbers");
            var read = new Dictionary<string, decimal>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                read[name] = Number(ref reader);
                if (read.Count > Intent.MaxFeatures) throw new JsonException($"has more than {Intent.MaxFeatures} members");
            }

            return read;
        }

        /// <summary>An object of numbers, of which only those with these names are looked at.</summary>
        private static decimal?[] Numbers(ref Utf8JsonReader reader, string example, params ReadOnlySpan<string> names)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException($"must be an object, such as {example}");
            var read = new decimal?[names.Length];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var at = names.IndexOf(reader.GetString()!);
                reader.Read();
                if (at < 0) reader.Skip();
                else if (reader.TokenType != JsonTokenType.Null) read[at] = Number(ref reader);
            }

            return read;
        }

        private static Trail Trailing(decimal?[] read) => new(read[0], read[1]);

        private static Bracket Bracketing(decimal?[] read) => new(read[0], read[1], read[2]);

        private static string Raw(ref Utf8JsonReader reader) => Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(40, reader.ValueSpan.Length)]);
    }
}
