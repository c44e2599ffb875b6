using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Projections.Book;

/// <summary>
/// Reads a tape for its prices alone. A backtest's tape holds thousands of signals of which the last per instrument counts:
/// nothing else is turned into objects.
/// </summary>
internal static class TapePrices
{
    public readonly record struct Price(string Instrument, DateOnly Day, decimal Mark, Timestamp At);

    /// <summary>The last price of each instrument in each UTC day that the tape touches; days in order.</summary>
    /// <exception cref="JsonException">The tape has no inputs, or a signal lacks its instrument, time or price.</exception>
    public static List<Price> Read(ReadOnlySpan<byte> tape)
    {
        var prices = new List<Price>();
        var places = new Dictionary<string, int>();
        var names = places.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> name = stackalloc char[32];
        var reader = new Utf8JsonReader(tape);
        if (!ToInputs(ref reader)) throw new JsonException("the tape has no inputs.");
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (!Entry(ref reader, out var mark, out var at, out var instrument)) continue;
            if (mark is null || at is null || instrument.Length is 0 or > 32)
                throw new JsonException("a signal on the tape lacks its instrument, time or price.");

            var key = name[..Encoding.UTF8.GetChars(instrument, name)];
            var day = DateOnly.FromDateTime(at.Value.ToDateTime());
            if (!names.TryGetValue(key, out var text, out var place) || prices[place].Day != day)
            {
                places[text ??= key.ToString()] = place = prices.Count;
                prices.Add(default);
            }

            prices[place] = new Price(text, day, mark.Value, at.Value);
        }

        return prices;
    }

    private static bool ToInputs(ref Utf8JsonReader reader)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("inputs"u8);
            reader.Read();
            if (found) return reader.TokenType == JsonTokenType.StartArray;
            reader.Skip();
        }

        return false;
    }

    /// <returns>True if the input is a signal that tells a price.</returns>
    private static bool Entry(ref Utf8JsonReader reader, out decimal? mark, out Timestamp? at, out ReadOnlySpan<byte> instrument)
    {
        mark = null;
        at = null;
        instrument = default;
        var (signal, price) = (false, true);
        // jsonb puts shorter names first, so "data" comes before "kind": read it as a signal whatever it is, and judge afterwards.
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject) price = Signal(ref reader, out mark, out at, out instrument);
                else reader.Skip();
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                reader.Read();
                signal = reader.ValueTextEquals("signal"u8);
            }
            else
            {
                reader.Skip();
            }
        }

        return signal && price;
    }

    /// <returns>False for a dividend or a split.</returns>
    private static bool Signal(ref Utf8JsonReader reader, out decimal? mark, out Timestamp? at, out ReadOnlySpan<byte> instrument)
    {
        mark = null;
        at = null;
        instrument = default;
        decimal? bid = null, ask = null, price = null;
        var isPrice = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("bid"u8)) bid = Value(ref reader);
            else if (reader.ValueTextEquals("ask"u8)) ask = Value(ref reader);
            else if (reader.ValueTextEquals("price"u8)) price = Value(ref reader);
            else if (reader.ValueTextEquals("kind"u8))
            {
                reader.Read();
                isPrice = reader.TokenType != JsonTokenType.String || !(reader.ValueTextEquals("dividend"u8) || reader.ValueTextEquals("split"u8));
            }
            else if (reader.ValueTextEquals("time"u8))
            {
                reader.Read();
                at = reader.TokenType == JsonTokenType.String && Timestamp.TryParse(reader.ValueSpan, out var time) ? time : null;
            }
            else if (reader.ValueTextEquals("instrument"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String) instrument = reader.ValueSpan;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        mark = bid is not null && ask is not null ? (bid + ask) / 2m : price;
        return isPrice;
    }

    private static decimal? Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
        return Number(ref reader);
    }

    private static decimal? Number(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.Number
        && Utf8Parser.TryParse(reader.ValueSpan, out decimal value, out var used) && used == reader.ValueSpan.Length ? value : null;
}
