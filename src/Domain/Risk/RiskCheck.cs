using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>One rule's verdict on one order. What is recorded is what was in force: a rule whose limit is not set says nothing.</summary>
/// <param name="Rule">Reason code; <see cref="RiskRules"/> explains it.</param>
/// <param name="Value">What would be if the order were filled whole, in <paramref name="Unit"/>.</param>
/// <param name="Limit">Null where the rule knows no number, as for a price that must be known.</param>
/// <param name="Detail">Empty for a check that passed: value and limit say it.</param>
[JsonConverter(typeof(RiskCheckConverter))]
public readonly record struct RiskCheck(string Rule, decimal Value, decimal? Limit, string Unit, bool Passed, string Detail);

/// <summary>Every approved order carries all its checks, so they are kept short: <c>passed</c> is written only when false, <c>detail</c> when there is one.</summary>
public sealed class RiskCheckConverter : JsonConverter<RiskCheck>
{
    private static readonly JsonEncodedText
        Detail = JsonEncodedText.Encode("detail"), Limit = JsonEncodedText.Encode("limit"), Passed = JsonEncodedText.Encode("passed"),
        Rule = JsonEncodedText.Encode("rule"), Unit = JsonEncodedText.Encode("unit"), Value = JsonEncodedText.Encode("value");

    private static readonly DecimalConverter Decimals = new();

    public override void Write(Utf8JsonWriter writer, RiskCheck check, JsonSerializerOptions options)
    {
        // In ordinal order, as all events are written.
        Span<byte> text = stackalloc byte[40];
        writer.WriteStartObject();
        if (check.Detail.Length > 0) writer.WriteString(Detail, check.Detail);
        if (check.Limit is { } limit) writer.WriteString(Limit, text[..DecimalText.Format(limit, text)]);
        if (!check.Passed) writer.WriteBoolean(Passed, false);
        writer.WriteString(Rule, check.Rule);
        writer.WriteString(Unit, check.Unit);
        writer.WriteString(Value, text[..DecimalText.Format(check.Value, text)]);
        writer.WriteEndObject();
    }

    public override RiskCheck Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected a check, such as {\"rule\":\"POSITION_CAP\",\"unit\":\"units\",\"value\":\"5\"}");
        var check = new RiskCheck("", 0m, null, "", true, "");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) continue;
            switch (name)
            {
                case "detail": check = check with { Detail = reader.GetString()! }; break;
                case "limit": check = check with { Limit = Decimals.Read(ref reader, typeof(decimal), options) }; break;
                case "passed": check = check with { Passed = reader.GetBoolean() }; break;
                case "rule": check = check with { Rule = reader.GetString()! }; break;
                case "unit": check = check with { Unit = reader.GetString()! }; break;
                case "value": check = check with { Value = Decimals.Read(ref reader, typeof(decimal), options) }; break;
                default: reader.Skip(); break;
            }
        }

        return check;
    }
}
