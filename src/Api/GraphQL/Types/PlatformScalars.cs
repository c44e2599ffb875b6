using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using HotChocolate.Language;
using HotChocolate.Types;

namespace EventSourcedTrading.Api.GraphQL.Types;

/// <summary>The platform's own scalars. Numbers that JSON's readers may round go as strings, as everywhere in the platform.</summary>
public static class PlatformScalars
{
    /// <summary>What <see cref="DecimalText"/> asks for.</summary>
    private const int DecimalLength = 40;

    public static ScalarType Decimal { get; } = new("Decimal", "A decimal number as a string, such as `\"101.25\"`: 28 digits at most, never rounded on its way.")
    {
        Serialize = value => DecimalText.Format((decimal)value),
        Utf8Format = static (object value, Span<byte> text, out int written) => (written = text.Length < DecimalLength ? 0 : DecimalText.Format((decimal)value, text)) > 0,
        ParseValue = value => value switch
        {
            string text when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => number,
            int or long or decimal => Convert.ToDecimal(value, CultureInfo.InvariantCulture),
            _ => throw Wrong("Decimal", value, "a decimal number as a string, such as \"101.25\""),
        },
    };

    public static ScalarType DateTime { get; } = new("DateTime", "A moment in UTC, ISO 8601 with microseconds, such as `\"2013-10-07T13:31:00.000000Z\"`. Another offset may be given, none may not.", new Uri("https://www.rfc-editor.org/rfc/rfc3339"))
    {
        Serialize = value => Moment(value).ToString(),
        Utf8Format = static (object value, Span<byte> text, out int written) =>
        {
            written = 0;
            if (text.Length < Timestamp.TextLength) return false;
            Moment(value).Format(text[..Timestamp.TextLength]);
            written = Timestamp.TextLength;
            return true;
        },
        ParseValue = value => value is string text && Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time) ? time
            : throw Wrong("DateTime", value, "a time with its offset, such as \"2013-10-07T13:31:00Z\""),
    };

    public static ScalarType Date { get; } = new("Date", "A day, such as `\"2013-10-07\"`.")
    {
        Serialize = value => ((DateOnly)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ParseValue = value => value is string text && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
            : throw Wrong("Date", value, "a day, such as \"2013-10-07\""),
    };

    public static ScalarType Position { get; } = Whole("Position", "A place in the log, as a string: events are counted from 1, without gaps, in the order in which they were committed. 0 is before the first.", 0);

    public static ScalarType Long { get; } = Whole("Long", "A whole number of 64 bits, as a string.", long.MinValue);

    public static ScalarType Uuid { get; } = new("UUID", "An id of 128 bits, such as `\"0198e5a2-61c0-7d3a-8f00-5b1c2d3e4f50\"`.", new Uri("https://www.rfc-editor.org/rfc/rfc9562"))
    {
        Serialize = value => ((Guid)value).ToString("D"),
        ParseValue = value => value is string text && Guid.TryParseExact(text, "D", out var id) ? id : throw Wrong("UUID", value, "an id with four hyphens"),
    };

    public static ScalarType Json { get; } = new("JSON", "Any JSON value, as it is.", new Uri("https://www.rfc-editor.org/rfc/rfc8259"))
    {
        Serialize = value => (JsonElement)value,
        ParseValue = value => throw Wrong("JSON", value, "left out: it cannot be given"),
    };

    private static Timestamp Moment(object value) => value is DateTimeOffset moment ? Timestamp.From(moment) : (Timestamp)value;

    private static ScalarType Whole(string name, string description, long least) => new(name, description)
    {
        Serialize = value => ((long)value).ToString(CultureInfo.InvariantCulture),
        Utf8Format = static (object value, Span<byte> text, out int written) => Utf8Formatter.TryFormat((long)value, text, out written),
        ParseValue = value => (value switch
        {
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            int small => small,
            long large => large,
            _ => (long?)null,
        }) is { } whole && whole >= least ? whole : throw Wrong(name, value, least == 0 ? "a whole number from 0, as a string" : "a whole number, as a string"),
    };

    private static SerializationException Wrong(string scalar, object? value, string rule)
    {
        var text = value is string word ? $"\"{word}\"" : value?.ToString() ?? "null";
        return new SerializationException($"{scalar} cannot represent {(text.Length <= 60 ? text : text[..60] + "…")}; it must be {rule}");
    }
}
