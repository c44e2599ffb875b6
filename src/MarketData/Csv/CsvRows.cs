using System.Globalization;
using System.Text;
using CsvHelper;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Csv;

internal readonly record struct CsvProblem(string Field, string Value, string Rule);

/// <summary>Reads the row that the parser stands on into a signal without a number.</summary>
internal sealed class CsvRows(CsvOptions options, CsvReader row)
{
    private readonly ZoneClock _clock = new(options.TimeZone);
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);

    public CsvProblem? ReadHeader()
    {
        try
        {
            row.ReadHeader();
        }
        catch (CsvFormatException e)
        {
            return new("header", "", e.Message);
        }

        for (var i = 0; i < row.Headers.Count; i++)
            if (!_columns.TryAdd(row.Headers[i], i)) return new("header", row.Headers[i], "column must not come twice");

        var c = options.Columns;
        string?[] bar = [c.Open, c.High, c.Low, c.Close], quote = [c.Bid, c.Ask], trade = [c.Price];
        string?[] needed = [c.Time, c.Instrument, c.Kind, .. c.Kind is not null ? [] : options.Kind == SignalKind.Bar ? bar : options.Kind == SignalKind.Quote ? quote : trade];
        foreach (var column in needed)
            if (column is not null && !_columns.ContainsKey(column)) return new("header", string.Join(',', row.Headers), $"must have a column {column}");
        return null;
    }

    public CsvProblem? Parse(HashSet<string>? known, out Signal? signal)
    {
        signal = null;
        var c = options.Columns;
        if (row.FieldCount != _columns.Count) return new("row", Encoding.UTF8.GetString(row.RawRecord), $"must have {_columns.Count} columns, not {row.FieldCount}");
        var instrument = c.Instrument is null ? options.Instrument! : row.GetString(_columns[c.Instrument]);
        if (known is not null && !known.Contains(instrument)) return new(c.Instrument ?? "instrument", instrument, "must be an instrument of the catalogue");
        var kind = options.Kind;
        if (c.Kind is not null && !TryKind(row.GetString(_columns[c.Kind]), out kind))
            return new(c.Kind, row.GetString(_columns[c.Kind]), "must be quote, trade or bar");
        if (!TryTime(row.GetString(_columns[c.Time]), out var time)) return new(c.Time, row.GetString(_columns[c.Time]), $"must be a time that exists in {options.TimeZone}");

        CsvProblem? problem = null;
        var fact = new Signal { Kind = kind, Instrument = instrument, Feed = options.Name, Sequence = 1, Time = time };
        signal = kind switch
        {
            SignalKind.Quote => fact with { Bid = Price(c.Bid), BidSize = Size(c.BidSize), Ask = Price(c.Ask), AskSize = Size(c.AskSize) },
            SignalKind.Trade => fact with { Price = Price(c.Price), Size = Size(c.Size) },
            _ => fact with
            {
                Start = options.TimeIsEnd ? time - options.BarLength : time,
                Time = options.TimeIsEnd ? time : time + options.BarLength,
                Open = Price(c.Open),
                High = Price(c.High),
                Low = Price(c.Low),
                Price = Price(c.Close),
                Size = Size(c.Volume),
            },
        };
        return problem;

        decimal Price(string column)
        {
            var value = Number(column);
            if (value <= 0m) problem ??= new(column, row.GetString(_columns[column]), "must be above zero");
            return value * options.PriceScale;
        }

        decimal Size(string? column)
        {
            if (column is null || !_columns.ContainsKey(column)) return 0m;
            var value = Number(column);
            if (value < 0m) problem ??= new(column, row.GetString(_columns[column]), "must not be negative");
            return value;
        }

        decimal Number(string column)
        {
            if (!_columns.TryGetValue(column, out var at))
                problem ??= new(column, "", "must be a column, as the file has rows of this kind");
            else if (decimal.TryParse(row.GetSpan(at), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) < 1e15m)
                return value;
            else
                problem ??= new(column, row.GetString(at), "must be a number");
            return 1m;
        }
    }

    private static bool TryKind(string word, out SignalKind kind)
    {
        kind = word.ToLowerInvariant() switch { "quote" => SignalKind.Quote, "trade" => SignalKind.Trade, _ => SignalKind.Bar };
        return kind != SignalKind.Bar || word.Equals("bar", StringComparison.OrdinalIgnoreCase);
    }

    private bool TryTime(string text, out Timestamp time)
    {
        if (options.TimeFormat is null && Timestamp.TryParse(text, out time)) return true;
        time = default;
        var read = options.TimeFormat is null
            ? DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            : DateTime.TryParseExact(text, options.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
        return read && local.Kind == DateTimeKind.Unspecified && _clock.TryToUtc(DateOnly.FromDateTime(local), local.TimeOfDay, out time);
    }
}
