using System.Globalization;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.MarketData.Lean;

/// <summary>The files of one symbol that follow each other in time: its trades or its quotes.</summary>
/// <param name="Files">By day; a daily file holds all days and has none.</param>
/// <param name="FactorFile">Null for crypto.</param>
internal sealed record LeanSeries(
    Instrument Instrument, bool IsQuotes, string Zone, decimal PriceScale, string? FactorFile, IReadOnlyList<(DateOnly? Day, string Path)> Files);

/// <summary>Finds the files that the options ask for; nothing is opened.</summary>
internal static class LeanFolder
{
    public static IReadOnlyList<LeanSeries> Find(LeanOptions options)
    {
        if (!Directory.Exists(options.Path)) throw Missing("path", options.Path, "folder does not exist");
        var found = new List<LeanSeries>();
        if (options.Assets.HasFlag(LeanAssets.Equity)) found.AddRange(Find(options, LeanAssets.Equity, $"equity/{options.EquityMarket}"));
        if (options.Assets.HasFlag(LeanAssets.Crypto)) found.AddRange(Find(options, LeanAssets.Crypto, $"crypto/{options.CryptoMarket}"));
        foreach (var symbol in options.Symbols ?? [])
        {
            if (!found.Exists(s => s.Instrument == Listing(options, symbol, LeanAssets.Equity) || s.Instrument == Listing(options, symbol, LeanAssets.Crypto)))
                throw Missing("symbol", symbol, $"has no {options.Resolution} data here; there is {string.Join(", ", found.Select(s => s.Instrument.Symbol).Distinct())}");
        }

        var twice = found.GroupBy(s => (s.Instrument.Id, s.IsQuotes)).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw Missing("instrument", twice.Key.Id, "is the name of two symbols; give one of them another in Listings");
        return found;

        static BadMarketDataException Missing(string field, string value, string rule) => new(new("", 0, field, value, rule));
    }

    private static IEnumerable<LeanSeries> Find(LeanOptions options, LeanAssets asset, string market)
    {
        var root = Path.Combine(options.Path, market);
        var folder = Path.Combine(root, options.Resolution.ToString().ToLowerInvariant());
        if (!Directory.Exists(folder)) return [];
        return (options.Resolution == LeanResolution.Daily ? Daily(folder, options) : ByDay(folder, options))
            .GroupBy(f => (f.Symbol, f.IsQuotes))
            .Where(g => g.Key.IsQuotes ? options.Quotes : options.Trades)
            .OrderBy(g => g.Key.Symbol, StringComparer.Ordinal).ThenBy(g => g.Key.IsQuotes)
            .Select(g => new LeanSeries(
                Listing(options, g.Key.Symbol, asset), g.Key.IsQuotes,
                asset == LeanAssets.Equity ? "America/New_York" : "UTC",
                asset == LeanAssets.Equity ? 10_000m : 1m,
                asset == LeanAssets.Equity ? Path.Combine(root, "factor_files", g.Key.Symbol + ".csv") : null,
                [.. g.OrderBy(f => f.Day).Select(f => (f.Day, f.Path))]))
            .ToList();
    }

    private static IEnumerable<LeanPath> Daily(string folder, LeanOptions options) =>
        from path in Directory.EnumerateFiles(folder, "*.zip")
        let name = Path.GetFileNameWithoutExtension(path)
        let symbol = name.Replace("_trade", "", StringComparison.Ordinal).Replace("_quote", "", StringComparison.Ordinal)
        where Wanted(options, symbol)
        select new LeanPath(symbol, name.EndsWith("_quote", StringComparison.Ordinal), null, path);

    private static IEnumerable<LeanPath> ByDay(string folder, LeanOptions options) =>
        from directory in Directory.EnumerateDirectories(folder)
        let symbol = Path.GetFileName(directory)
        where Wanted(options, symbol)
        from path in Directory.EnumerateFiles(directory, "*.zip")
        let name = Path.GetFileNameWithoutExtension(path)
        where name.EndsWith("_trade", StringComparison.Ordinal) || name.EndsWith("_quote", StringComparison.Ordinal)
        let day = DateOnly.TryParseExact(name[..^6], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : (DateOnly?)null
        where day >= options.From && day <= options.To
        select new LeanPath(symbol, name.EndsWith("_quote", StringComparison.Ordinal), day, path);

    private static bool Wanted(LeanOptions options, string symbol) =>
        options.Symbols is null || options.Symbols.Contains(symbol, StringComparer.OrdinalIgnoreCase);

    private static Instrument Listing(LeanOptions options, string symbol, LeanAssets asset)
    {
        var upper = symbol.ToUpperInvariant();
        if (options.Listings.TryGetValue(upper, out var own)) return own;
        return asset == LeanAssets.Equity ? LeanListings.Equity(upper) : LeanListings.Crypto(upper);
    }

    private sealed record LeanPath(string Symbol, bool IsQuotes, DateOnly? Day, string Path);
}
