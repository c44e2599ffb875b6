using System.Text.Json;

namespace EventSourcedTrading.MarketData.Tabular;

/// <summary>
/// Which column of a table holds what. Names in any case; in a CSV file without a header the column's number, from 1. Null for a
/// column that the table does not have.
/// </summary>
public sealed record ColumnMapping
{
    public string Time { get; init; } = "time";

    /// <summary>Null if all rows are of <see cref="TableOptions.Instrument"/>.</summary>
    public string? Instrument { get; init; } = "instrument";

    /// <summary><c>quote</c>, <c>trade</c> or <c>bar</c> per row; null if all rows are of <see cref="TableOptions.Kind"/>.</summary>
    public string? Kind { get; init; }

    public string Open { get; init; } = "open";
    public string High { get; init; } = "high";
    public string Low { get; init; } = "low";
    public string Close { get; init; } = "close";
    public string? Volume { get; init; } = "volume";

    public string Bid { get; init; } = "bid";
    public string? BidSize { get; init; } = "bidSize";
    public string Ask { get; init; } = "ask";
    public string? AskSize { get; init; } = "askSize";

    public string Price { get; init; } = "price";
    public string? Size { get; init; } = "size";

    private const string Fields = "time, instrument, kind, open, high, low, close, volume, bid, bidSize, ask, askSize, price, size";

    /// <summary>Reads <c>time=ts,close=px,instrument=</c>: fields that are not named keep their column, an empty one has none.</summary>
    /// <exception cref="FormatException">A field is unknown, comes twice, or has no column though it must; the message names it.</exception>
    public static ColumnMapping Parse(string text)
    {
        var pairs = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            return at > 0 ? KeyValuePair.Create(part[..at].Trim(), (string?)part[(at + 1)..].Trim()) : throw Wrong(part, "must be field=column, such as close=px");
        });
        return Of(pairs);
    }

    /// <summary>Reads <c>{"time":"ts","close":"px","instrument":null}</c>, alike.</summary>
    /// <exception cref="FormatException">As for <see cref="Parse"/>, or the text is not such an object.</exception>
    public static ColumnMapping FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Wrong(json, "must be a JSON object of field and column");
            return Of([.. document.RootElement.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.ValueKind switch
            {
                JsonValueKind.String => p.Value.GetString(),
                JsonValueKind.Number => p.Value.GetRawText(),
                JsonValueKind.Null => null,
                _ => throw Wrong(p.Name, "must have a column's name, its number, or null"),
            }))]);
        }
        catch (JsonException e)
        {
            throw Wrong(json, $"must be a JSON object of field and column: {e.Message}");
        }
    }

    private static ColumnMapping Of(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var mapping = new ColumnMapping();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (field, text) in pairs)
        {
            if (!seen.Add(field)) throw Wrong(field, "must not come twice");
            var column = string.IsNullOrEmpty(text) ? null : text;
            mapping = field switch
            {
                "time" => mapping with { Time = Needed() },
                "instrument" => mapping with { Instrument = column },
                "kind" => mapping with { Kind = column },
                "open" => mapping with { Open = Needed() },
                "high" => mapping with { High = Needed() },
                "low" => mapping with { Low = Needed() },
                "close" => mapping with { Close = Needed() },
                "volume" => mapping with { Volume = column },
                "bid" => mapping with { Bid = Needed() },
                "bidSize" => mapping with { BidSize = column },
                "ask" => mapping with { Ask = Needed() },
                "askSize" => mapping with { AskSize = column },
                "price" => mapping with { Price = Needed() },
                "size" => mapping with { Size = column },
                _ => throw Wrong(field, $"is not a field; known are {Fields}"),
            };

            string Needed() => column ?? throw Wrong(field, "must have a column; only instrument, kind and sizes may be without");
        }

        return mapping;
    }

    private static FormatException Wrong(string value, string rule) => new($"columns '{(value.Length > 64 ? value[..64] : value)}': {rule}");
}
