using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Tabular;

internal readonly record struct CellProblem(string Field, string Value, string Rule);

/// <summary>One row of a table, of whatever format.</summary>
internal interface ITableRow
{
    bool Has(string column);

    /// <summary>As it stands there, for words and for messages; empty where there is nothing.</summary>
    string Text(string column);

    /// <summary>False for what is no finite number that a decimal can hold, and for nothing.</summary>
    bool TryNumber(string column, out decimal value);

    bool TryTime(string column, out Timestamp time);
}

/// <summary>Makes a signal, still without a number, of a row: the same rules for every format.</summary>
internal static class TableRow
{
    private const decimal Bound = 1e15m;

    /// <summary>The columns that a table must have, whatever its rows are.</summary>
    public static IEnumerable<string> Needed(TableOptions options)
    {
        var c = options.Columns;
        string?[] always = [c.Time, c.Instrument, c.Kind];
        string[] prices = c.Kind is not null ? [] : options.Kind switch { SignalKind.Quote => [c.Bid, c.Ask], SignalKind.Trade => [c.Price], _ => [c.Open, c.High, c.Low, c.Close] };
        return always.OfType<string>().Concat(prices);
    }

    /// <param name="known">Instruments that there may be; null for any.</param>
    public static CellProblem? Read(TableOptions options, ITableRow row, HashSet<string>? known, out Signal? signal)
    {
        signal = null;
        var c = options.Columns;
        var instrument = c.Instrument is null ? options.Instrument! : row.Text(c.Instrument);
        if (known is not null && !known.Contains(instrument)) return new(c.Instrument ?? "instrument", instrument, "must be an instrument of the catalogue");
        var kind = options.Kind;
        if (c.Kind is not null && !TryKind(row.Text(c.Kind), out kind)) return new(c.Kind, row.Text(c.Kind), "must be quote, trade or bar");
        if (!row.TryTime(c.Time, out var time))
            return new(c.Time, row.Text(c.Time), $"must be a time that exists in {options.TimeZone}{(options.TimeFormat is null ? "" : $", written as {options.TimeFormat}")}");

        CellProblem? problem = null;
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
        problem ??= signal.Kind switch
        {
            _ when !Instrument.IsId(instrument) => new CellProblem(c.Instrument ?? "instrument", instrument, "must be SYMBOL.MIC, such as SPY.ARCX"),
            SignalKind.Quote when signal.Bid > signal.Ask => new CellProblem(c.Bid, row.Text(c.Bid), $"crossed: must not be above {c.Ask} {row.Text(c.Ask)}"),
            SignalKind.Bar when signal.High < Math.Max(signal.Open, signal.Price) => new CellProblem(c.High, row.Text(c.High), "must be the highest price of the bar"),
            SignalKind.Bar when signal.Low > Math.Min(signal.Open, signal.Price) => new CellProblem(c.Low, row.Text(c.Low), "must be the lowest price of the bar"),
            _ => null,
        };
        return problem ?? (signal.Validate() is { } error ? new CellProblem("row", instrument, error) : null);

        decimal Price(string column)
        {
            var value = Number(column);
            if (value <= 0m) problem ??= new(column, row.Text(column), "must be above zero");
            return value * options.PriceScale;
        }

        decimal Size(string? column)
        {
            if (column is null || !row.Has(column)) return 0m;
            var value = Number(column);
            if (value < 0m) problem ??= new(column, row.Text(column), "must not be negative");
            return value;
        }

        decimal Number(string column)
        {
            if (!row.Has(column)) problem ??= new(column, "", "must be a column, as the file has rows of this kind");
            else if (row.TryNumber(column, out var value) && Math.Abs(value) < Bound) return value;
            else problem ??= new(column, row.Text(column), "must be a number below 1e15");
            return 1m;
        }
    }

    private static bool TryKind(string word, out SignalKind kind)
    {
        kind = word.ToLowerInvariant() switch { "quote" => SignalKind.Quote, "trade" => SignalKind.Trade, _ => SignalKind.Bar };
        return kind != SignalKind.Bar || word.Equals("bar", StringComparison.OrdinalIgnoreCase);
    }
}
