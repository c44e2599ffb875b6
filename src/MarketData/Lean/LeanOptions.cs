using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.MarketData.Lean;

public enum LeanResolution { Second, Minute, Daily }

[Flags]
public enum LeanAssets
{
    None = 0,
    Equity = 1,
    Crypto = 2,
}

/// <summary>How prices of different days are made comparable.</summary>
public enum Adjustment
{
    /// <summary>As they were traded.</summary>
    Raw,

    /// <summary>Prices before a split in today's shares.</summary>
    Split,

    /// <summary>As <see cref="Split"/>, and prices before a dividend lowered by what was paid out.</summary>
    SplitAndDividend,
}

/// <summary>What to read from a folder in the layout of QuantConnect LEAN's <c>Data/</c>.</summary>
public sealed record LeanOptions
{
    /// <summary>The folder that holds <c>equity/</c> and <c>crypto/</c>.</summary>
    public required string Path { get; init; }

    public string Name { get; init; } = "lean";

    public LeanResolution Resolution { get; init; } = LeanResolution.Minute;

    public LeanAssets Assets { get; init; } = LeanAssets.Equity | LeanAssets.Crypto;

    /// <summary>LEAN symbols, such as <c>SPY</c> or <c>btcusd</c>, in any case; null for all that the folder holds. Where there is a map file of
    /// that name, the security is followed through its former tickers.</summary>
    public IReadOnlyCollection<string>? Symbols { get; init; }

    /// <summary>First and last day, both included, in the market's own time zone.</summary>
    public DateOnly From { get; init; } = DateOnly.MinValue;
    public DateOnly To { get; init; } = DateOnly.MaxValue;

    public bool Trades { get; init; } = true;
    public bool Quotes { get; init; } = true;

    /// <summary>Leaves out equity bars that start before 09:30 or from 16:00 New York; days keep their one daily bar.</summary>
    public bool RegularHoursOnly { get; init; }

    public Adjustment Adjustment { get; init; } = Adjustment.Raw;

    /// <summary>
    /// Gives dividends, and with raw prices splits, as signals of their own as their ex-date begins in New York; needs factor files.
    /// Not with prices that hold the dividends already.
    /// </summary>
    public bool CorporateActions { get; init; }

    /// <summary>Judges days without data on which the instrument's exchange was open.</summary>
    public bool CheckDays { get; init; }

    public BadDataPolicy BadData { get; init; } = BadDataPolicy.Strict;

    /// <summary>Folder below <c>equity/</c> and <c>crypto/</c>.</summary>
    public string EquityMarket { get; init; } = "usa";
    public string CryptoMarket { get; init; } = "coinbase";

    /// <summary>Definitions by LEAN symbol in upper case that replace those of <see cref="LeanListings"/>.</summary>
    public IReadOnlyDictionary<string, Instrument> Listings { get; init; } = new Dictionary<string, Instrument>();
}
