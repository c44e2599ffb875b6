using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.MarketData.Csv;

/// <summary>Names of the columns in the file's first line, in any case; null for a column that the file does not have.</summary>
public sealed record CsvColumns
{
    public string Time { get; init; } = "time";

    /// <summary>Null if the whole file is of <see cref="CsvOptions.Instrument"/>.</summary>
    public string? Instrument { get; init; } = "instrument";

    /// <summary><c>quote</c>, <c>trade</c> or <c>bar</c> per row; null if all rows are of <see cref="CsvOptions.Kind"/>.</summary>
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
}

/// <summary>
/// What CSV files hold. The first line names the columns; rows are in order of the time at which they became known, which for a
/// bar is its end.
/// </summary>
public sealed record CsvOptions
{
    /// <summary>Files that are merged by time; each is in order by itself.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public string Name { get; init; } = "csv";

    public CsvColumns Columns { get; init; } = new();

    public Domain.Signals.SignalKind Kind { get; init; } = Domain.Signals.SignalKind.Bar;

    /// <summary>The instrument of all rows, where no column names it.</summary>
    public string? Instrument { get; init; }

    /// <summary>Definitions of what the files may name. Null: whatever they name, in US dollars with the usual ticks and lots.</summary>
    public IReadOnlyList<Instrument>? Instruments { get; init; }

    /// <summary>IANA zone of times that carry no offset of their own.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>.NET format of the time; null for ISO 8601 in any of its usual spellings.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>How long a bar lasts; its time column holds its start, or its end if <see cref="TimeIsEnd"/>.</summary>
    public TimeSpan BarLength { get; init; } = TimeSpan.FromMinutes(1);

    public bool TimeIsEnd { get; init; }

    /// <summary>What prices in the file are multiplied by, such as 0.01 for cents.</summary>
    public decimal PriceScale { get; init; } = 1m;

    public char Separator { get; init; } = ',';

    public BadDataPolicy BadData { get; init; } = BadDataPolicy.Strict;
}
