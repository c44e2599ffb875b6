using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Signals;

/// <summary>Prices first; a dividend and a split concern holders and are no price. In this order inside one market time.</summary>
public enum SignalKind { Quote, Trade, Bar, Dividend, Split }

/// <summary>
/// A normalised market fact. One flat shape for all kinds keeps a million bars in memory without a million objects of
/// as many types; the members that a kind does not use are zero.
/// </summary>
/// <remarks>
/// <see cref="Feed"/> and <see cref="Sequence"/> number the facts of one source without gaps, so that a reader recognises a
/// repeat and a hole. <see cref="SliceEnd"/> is the source's promise that no further fact with this or an earlier time will
/// come: the moment at which agents may say that they are done with that time, and rounds may close.
/// </remarks>
public sealed record Signal
{
    /// <summary>Bounds that keep every product of price, quantity and multiplier inside what a decimal holds.</summary>
    public const decimal MaxPrice = 1_000_000_000m;
    public const decimal MaxSize = 1_000_000_000_000m;

    /// <summary>Of either side of a split.</summary>
    public const decimal MaxShares = 1_000_000m;

    public required SignalKind Kind { get; init; }

    /// <summary><c>SYMBOL.MIC</c>.</summary>
    public required string Instrument { get; init; }

    /// <summary>When the fact became known: for a bar its end.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>Name of the source, 1–64 characters.</summary>
    public required string Feed { get; init; }

    /// <summary>Position in the source, from 1, without gaps.</summary>
    public required long Sequence { get; init; }

    public bool SliceEnd { get; init; }

    /// <summary>Quote: best bid and ask, in the instrument's currency, with their sizes.</summary>
    public decimal Bid { get; init; }
    public decimal BidSize { get; init; }
    public decimal Ask { get; init; }
    public decimal AskSize { get; init; }

    /// <summary>Trade: price and size. Bar: close is <see cref="Price"/>, volume is <see cref="Size"/>.</summary>
    public decimal Price { get; init; }
    public decimal Size { get; init; }

    /// <summary>Bar: first, highest and lowest price.</summary>
    public decimal Open { get; init; }
    public decimal High { get; init; }
    public decimal Low { get; init; }

    /// <summary>Bar: when it began; <see cref="Time"/> is when it ended.</summary>
    public Timestamp Start { get; init; }

    /// <summary>Split: so many new shares stand for so many old ones, from <see cref="Time"/> on; 4 for 1 is 4 and 1, 1 for 20 is 1 and 20.</summary>
    /// <remarks>These and the dividend lie where a quote or trade has its sizes: a signal does not grow by what it seldom has.</remarks>
    [JsonIgnore]
    public decimal NewShares { get => BidSize; init => BidSize = value; }

    [JsonIgnore]
    public decimal OldShares { get => AskSize; init => AskSize = value; }

    /// <summary>Dividend: cash per share held, in the instrument's currency; <see cref="Time"/> is when the ex-date begins.</summary>
    [JsonIgnore]
    public decimal CashPerShare { get => Size; init => Size = value; }

    /// <summary>Does it tell a price? Else it is a corporate action.</summary>
    [JsonIgnore]
    public bool IsPrice => Kind <= SignalKind.Bar;

    /// <summary>The single price that positions are valued at: the middle of a quote, else the last price.</summary>
    public decimal Mark => Kind == SignalKind.Quote ? (Bid + Ask) / 2m : Price;

    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    public string? Validate() => Kind switch
    {
        _ when !Instruments.Instrument.IsId(Instrument) => $"instrument '{Instrument}' must be SYMBOL.MIC, such as SPY.ARCX",
        _ when string.IsNullOrEmpty(Feed) || Feed.Length > 64 => "feed must be a name of 1 to 64 characters",
        _ when Bid > MaxPrice || Ask > MaxPrice || Price > MaxPrice || High > MaxPrice => $"prices must be at most {MaxPrice}",
        _ when BidSize > MaxSize || AskSize > MaxSize || Size > MaxSize => $"sizes must be at most {MaxSize}",
        _ when Sequence < 1 => $"sequence {Sequence} must be 1 or more",
        SignalKind.Quote when Bid <= 0m || Ask <= 0m => $"bid {Bid} and ask {Ask} must be above zero",
        SignalKind.Quote when Bid > Ask => $"bid {Bid} is above ask {Ask}: a crossed quote",
        SignalKind.Quote when BidSize < 0m || AskSize < 0m => $"bidSize {BidSize} and askSize {AskSize} must not be negative",
        SignalKind.Trade or SignalKind.Bar when Price <= 0m => $"price {Price} must be above zero",
        SignalKind.Trade or SignalKind.Bar when Size < 0m => $"size {Size} must not be negative",
        SignalKind.Bar when Low <= 0m || Low > Open || Low > Price || High < Open || High < Price =>
            $"bar open {Open}, high {High}, low {Low}, close {Price}: low must be the lowest and high the highest, all above zero",
        SignalKind.Split when NewShares is <= 0m or > MaxShares || OldShares is <= 0m or > MaxShares => $"newShares {NewShares} and oldShares {OldShares} must be above zero and at most {MaxShares}",
        SignalKind.Split when NewShares == OldShares => $"newShares {NewShares} must not be oldShares: that is no split",
        SignalKind.Dividend when CashPerShare is <= 0m or > MaxPrice => $"cashPerShare {CashPerShare} must be above zero and at most {MaxPrice}",
        SignalKind.Bar when Start > Time => $"bar start {Start} is after its end {Time}",
        _ => null,
    };
}
