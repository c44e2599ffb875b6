using System.Collections.Frozen;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>
/// Names of instruments at Alpaca. <c>SPY.ARCX</c> is SPY there, a class of shares <c>BRK-B.XNYS</c> is BRK.B, and a pair of currencies
/// <c>BTC-USD.XOFF</c> or <c>BTCUSD.XOFF</c> is BTC/USD. Of a pair Alpaca writes the slash in orders and leaves it out in positions.
/// </summary>
public sealed class AlpacaSymbols
{
    private readonly FrozenDictionary<string, string> ids;

    /// <exception cref="ArgumentException">Two instruments have one symbol at Alpaca.</exception>
    public AlpacaSymbols(IReadOnlyList<Instrument> instruments)
    {
        var found = new Dictionary<string, string>();
        foreach (var instrument in instruments)
        {
            foreach (var symbol in new[] { Of(instrument), Of(instrument).Replace("/", "", StringComparison.Ordinal) }.Distinct())
            {
                if (!found.TryAdd(symbol, instrument.Id))
                    throw new ArgumentException($"instruments {found[symbol]} and {instrument.Id} are both {symbol} at Alpaca; keep one of them", nameof(instruments));
            }
        }

        ids = found.ToFrozenDictionary();
    }

    /// <summary>
    /// What follows the last hyphen tells a pair from a class: currencies have three letters or more, classes have one or two. Without a hyphen
    /// it is a pair where lots are smaller than one and the symbol ends in the instrument's own currency.
    /// </summary>
    public static string Of(Instrument instrument)
    {
        var symbol = instrument.Symbol;
        var hyphen = symbol.LastIndexOf('-');
        if (hyphen > 0) return $"{symbol[..hyphen]}{(symbol.Length - hyphen > 3 ? '/' : '.')}{symbol[(hyphen + 1)..]}";
        var pair = instrument.LotSize < 1m && symbol.Length > instrument.Currency.Length + 1 && symbol.EndsWith(instrument.Currency, StringComparison.Ordinal);
        return pair ? $"{symbol[..^instrument.Currency.Length]}/{instrument.Currency}" : symbol;
    }

    /// <summary>Whether Alpaca's symbol, with its slash or without, is this instrument's.</summary>
    public static bool Is(Instrument instrument, string? symbol) => symbol?.Replace("/", "", StringComparison.Ordinal) == Of(instrument).Replace("/", "", StringComparison.Ordinal);

    /// <summary>The instrument's id, or the symbol itself if no instrument has it.</summary>
    public string Id(string? symbol) => symbol is null ? "" : ids.GetValueOrDefault(symbol, symbol);
}
