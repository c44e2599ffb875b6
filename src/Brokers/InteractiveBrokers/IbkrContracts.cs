using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>
/// Contract ids of instruments: as the settings say, else searched by symbol and listing exchange, never guessed. What was found is kept.
/// </summary>
internal sealed class IbkrContracts(IbkrClient client, IbkrOptions options)
{
    private const string Path = "iserver/secdef/search";

    /// <summary>The broker's names of the exchanges that have these ISO 10383 codes.</summary>
    private static readonly FrozenDictionary<string, string> Exchanges = new Dictionary<string, string>
    {
        ["ARCX"] = "ARCA", ["XNYS"] = "NYSE", ["XNAS"] = "NASDAQ", ["XASE"] = "AMEX", ["BATS"] = "BATS", ["IEXG"] = "IEX", ["XLON"] = "LSE", ["XETR"] = "IBIS", ["XPAR"] = "SBF", ["XAMS"] = "AEB", ["XTSE"] = "TSE",
    }.ToFrozenDictionary();

    private readonly ConcurrentDictionary<string, long> conids = new(options.Conids);
    private readonly ConcurrentDictionary<long, string> ids = new(options.Conids.ToDictionary(c => c.Value, c => c.Key));

    /// <summary>Instruments that were searched to name a contract; once is enough for that.</summary>
    private readonly ConcurrentDictionary<string, bool> sought = [];

    /// <summary><c>BRK-B.XNYS</c> is BRK B there.</summary>
    public static string Symbol(Instrument instrument) => instrument.Symbol.Replace('-', ' ');

    /// <returns>The contract id, or why there is none.</returns>
    /// <exception cref="BrokerException">The broker did not answer.</exception>
    public async ValueTask<(long? Conid, string Why)> FindAsync(Instrument instrument, CancellationToken ct)
    {
        if (conids.TryGetValue(instrument.Id, out var known)) return (known, "");
        if (!Exchanges.TryGetValue(instrument.Mic, out var exchange)) return (null, $"instrument {instrument.Id}: the broker's name of {instrument.Mic} is not known here; set its conid");
        var symbol = Symbol(instrument);
        var json = await client.ReadAsync(HttpMethod.Post, Path, JsonSerializer.SerializeToUtf8Bytes(new() { ["symbol"] = symbol, ["secType"] = "STK" }, IbkrBodies.Default.DictionaryStringString), ct);
        var found = json.Objects()
            .Where(c => c.Text("symbol") == symbol && string.Equals(c.Text("description"), exchange, StringComparison.OrdinalIgnoreCase))
            .Select(c => Read(c.Text("conid"))).OfType<long>().Distinct().ToList();
        if (found.Count != 1) return (null, $"instrument {instrument.Id}: the broker has {found.Count} contracts of {symbol} at {exchange}; set its conid");
        conids.TryAdd(instrument.Id, found[0]);
        ids.TryAdd(found[0], instrument.Id);
        return (found[0], "");
    }

    /// <summary>Our id of a contract, or the broker's symbol if no instrument of ours is it.</summary>
    /// <exception cref="BrokerException">The broker did not answer.</exception>
    public async ValueTask<string> NameAsync(long? conid, string? symbol, CancellationToken ct)
    {
        if (conid is not { } contract) return symbol ?? "";
        if (ids.TryGetValue(contract, out var known)) return known;
        foreach (var instrument in options.Instruments)
        {
            if (conids.ContainsKey(instrument.Id) || (symbol is not null && Symbol(instrument) != symbol)) continue;
            if (sought.ContainsKey(instrument.Id)) continue;
            await FindAsync(instrument, ct);
            sought.TryAdd(instrument.Id, true);
            if (ids.TryGetValue(contract, out known)) return known;
        }

        return symbol ?? contract.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A contract id may have its route behind it, as in <c>756733@ARCA</c>.</summary>
    public static long? Read(string? text) => long.TryParse(text?.Split('@')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var conid) ? conid : null;
}
