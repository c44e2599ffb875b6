using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.MarketData.Tabular;

/// <summary>
/// What a table of market data holds, be it CSV or Parquet. Rows are in order of the time at which they became known, which for a bar
/// is its end.
/// </summary>
public record TableOptions
{
    /// <summary>Files that are merged by time; each is in order by itself.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public string Name { get; init; } = "table";

    public ColumnMapping Columns { get; init; } = new();

    public Domain.Signals.SignalKind Kind { get; init; } = Domain.Signals.SignalKind.Bar;

    /// <summary>The instrument of all rows, where no column names it.</summary>
    public string? Instrument { get; init; }

    /// <summary>Definitions of what the files may name. Null: whatever they name, in US dollars with the usual ticks and lots.</summary>
    public IReadOnlyList<Instrument>? Instruments { get; init; }

    /// <summary>IANA zone of times that carry no offset of their own.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>
    /// .NET format of the time; <c>unix</c>, <c>unixMs</c>, <c>unixUs</c> or <c>unixNs</c> for a count since 1970 in UTC; null for
    /// ISO 8601 in any of its usual spellings.
    /// </summary>
    public string? TimeFormat { get; init; }

    /// <summary>How long a bar lasts; its time column holds its start, or its end if <see cref="TimeIsEnd"/>.</summary>
    public TimeSpan BarLength { get; init; } = TimeSpan.FromMinutes(1);

    public bool TimeIsEnd { get; init; }

    /// <summary>What prices in the file are multiplied by, such as 0.01 for cents.</summary>
    public decimal PriceScale { get; init; } = 1m;

    /// <summary>Judges days without data on which the instrument's exchange was open.</summary>
    public bool CheckDays { get; init; }

    public BadDataPolicy BadData { get; init; } = BadDataPolicy.Strict;

    /// <summary>Null if all options are in their ranges, else the option, its value and the rule.</summary>
    internal string? Validate()
    {
        if (Name is not { Length: >= 1 and <= 64 }) return $"name '{Name}' must have 1 to 64 characters";
        if (PriceScale is <= 0m or > 1_000_000m) return $"priceScale {PriceScale} must be above zero and at most 1000000";
        if (BarLength <= TimeSpan.Zero) return $"barLength {BarLength} must be above zero";
        if (Instrument is null && Columns.Instrument is null) return "instrument or columns.instrument must be given";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _)) return $"timeZone '{TimeZone}' must be an IANA zone, such as America/New_York";
        return Instruments?.Select(i => i.Validate()).FirstOrDefault(error => error is not null);
    }
}
