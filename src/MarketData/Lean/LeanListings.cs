using System.Collections.Frozen;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.MarketData.Lean;

/// <summary>
/// Where a LEAN symbol is listed and with what it falls: LEAN's folders name a country, not a listing venue. MICs are those of
/// ISO 10383. An unknown equity is taken as listed on XNYS in the bucket <c>equity</c>.
/// </summary>
public static class LeanListings
{
    /// <summary>
    /// ISO 10383's code for trades off an exchange. We know of no MIC that is registered for Coinbase's order book, and an
    /// invented one would look like a fact; <see cref="LeanOptions.Listings"/> can say better.
    /// </summary>
    public const string CryptoMic = "XOFF";

    private static readonly FrozenDictionary<string, (string Mic, string Bucket)> Known =
        new Dictionary<string, (string Mic, string Bucket)>(StringComparer.Ordinal)
        {
            ["SPY"] = ("ARCX", "index-etf"), ["IWM"] = ("ARCX", "index-etf"), ["DIA"] = ("ARCX", "index-etf"),
            ["EEM"] = ("ARCX", "index-etf"), ["VTI"] = ("ARCX", "index-etf"), ["QQQ"] = ("XNAS", "index-etf"),
            ["GLD"] = ("ARCX", "gold"), ["USO"] = ("ARCX", "energy"), ["XLE"] = ("ARCX", "energy"), ["XLF"] = ("ARCX", "financials"),
            ["AAPL"] = ("XNAS", "technology"), ["GOOG"] = ("XNAS", "technology"), ["GOOGL"] = ("XNAS", "technology"),
            ["MSFT"] = ("XNAS", "technology"), ["AMZN"] = ("XNAS", "technology"), ["FB"] = ("XNAS", "technology"),
            ["IBM"] = ("XNYS", "technology"), ["BAC"] = ("XNYS", "financials"), ["AIG"] = ("XNYS", "financials"),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="symbol">Upper case; the dot of a share class becomes a hyphen (BRK.B is BRK-B.XNYS).</param>
    public static Instrument Equity(string symbol)
    {
        var (mic, bucket) = Known.TryGetValue(symbol, out var listing) ? listing : ("XNYS", "equity");
        return new($"{symbol.Replace('.', '-')}.{mic}", "USD", Bucket: bucket);
    }

    /// <param name="symbol">A pair of two codes of three letters, the second being the currency of the price.</param>
    public static Instrument Crypto(string symbol) => new(
        $"{symbol}.{CryptoMic}", symbol.Length >= 6 ? symbol[^3..] : symbol, LotSize: 0.00000001m, Bucket: "crypto");
}
