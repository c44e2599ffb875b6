using System.Globalization;
using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.MarketData.Lean;

/// <param name="Day">Null for a daily file, which holds all days.</param>
/// <param name="From">First and last day that are wanted of it, both included.</param>
internal readonly record struct LeanFile(DateOnly? Day, string Path, DateOnly From, DateOnly To);

/// <summary>The files of one security that follow each other in time: its trades or its quotes.</summary>
/// <param name="Files">By day.</param>
/// <param name="FactorFile">Null for crypto.</param>
/// <param name="MapFile">Null where there is none.</param>
internal sealed record LeanSeries(
    Instrument Instrument, bool IsQuotes, string Zone, decimal PriceScale, string? FactorFile, string? MapFile, IReadOnlyList<LeanFile> Files);

/// <summary>Finds the files that the options ask for; of them only map files are opened.</summary>
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
                throw Missing("symbol", symbol, $"has no {options.Resolution.ToString().ToLowerInvariant()} data here{(found.Count > 0 ? $", unlike {string.Join(", ", found.Select(s => s.Instrument.Symbol).Distinct())}" : "")}");
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
        var maps = Maps(options, Path.Combine(root, "map_files"), market);
        var wanted = options.Symbols?.Select(s => s.ToLowerInvariant()).Concat(maps.SelectMany(m => m.Spans.Select(s => s.Ticker))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var files = (options.Resolution == LeanResolution.Daily ? Daily(folder) : ByDay(folder, options, wanted)).Where(f => wanted?.Contains(f.Ticker) != false).ToLookup(f => f.Ticker, StringComparer.OrdinalIgnoreCase);

        // A ticker that no map file speaks of stands for itself.
        var mapped = maps.SelectMany(m => m.Spans.Select(s => s.Ticker).Append(m.Symbol)).ToHashSet(StringComparer.Ordinal);
        var plain = files.Select(f => f.Key).Where(t => options.Symbols is null ? !mapped.Contains(t) : !maps.Exists(m => m.Symbol == t) && options.Symbols.Contains(t, StringComparer.OrdinalIgnoreCase));
        return maps.Concat(plain.Select(t => new Security(t, null, [new TickerSpan(t, DateOnly.MinValue, DateOnly.MaxValue)])))
            .OrderBy(s => s.Symbol, StringComparer.Ordinal)
            .SelectMany(s => Series(s, isQuotes: false).Concat(Series(s, isQuotes: true)))
            .ToList();

        IEnumerable<LeanSeries> Series(Security security, bool isQuotes)
        {
            if (!(isQuotes ? options.Quotes : options.Trades)) yield break;
            var own = security.Spans.SelectMany(span => files[span.Ticker]
                    .Where(f => f.IsQuotes == isQuotes && (f.Day is null || (f.Day >= span.From && f.Day <= span.To)))
                    .Select(f => new LeanFile(f.Day, f.Path, Later(span.From, options.From), Earlier(span.To, options.To))))
                .Where(f => f.From <= f.To).OrderBy(f => f.Day ?? f.From).ToArray();
            if (own.Length == 0) yield break;
            var equity = asset == LeanAssets.Equity;
            yield return new LeanSeries(
                Listing(options, security.Symbol, asset), isQuotes, equity ? "America/New_York" : "UTC", equity ? 10_000m : 1m,
                equity ? Path.Combine(root, "factor_files", security.Symbol + ".csv") : null, security.MapFile, own);
        }
    }

    /// <summary>Securities with a map file: those that are asked for, or all.</summary>
    private static List<Security> Maps(LeanOptions options, string folder, string market)
    {
        if (!Directory.Exists(folder)) return [];
        var symbols = options.Symbols?.Select(s => s.ToLowerInvariant()) ?? Directory.EnumerateFiles(folder, "*.csv").Select(f => Path.GetFileNameWithoutExtension(f)!);
        return
        [
            .. from symbol in symbols.Distinct(StringComparer.Ordinal)
               let path = Path.Combine(folder, symbol + ".csv")
               where File.Exists(path)
               select new Security(symbol, path, MapFile.Load(path, $"{market}/map_files/{symbol}.csv")),
        ];
    }

    private static IEnumerable<LeanPath> Daily(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.zip")
        let name = Path.GetFileNameWithoutExtension(path)
        let ticker = name.Replace("_trade", "", StringComparison.Ordinal).Replace("_quote", "", StringComparison.Ordinal)
        select new LeanPath(ticker, name.EndsWith("_quote", StringComparison.Ordinal), null, path);

    private static IEnumerable<LeanPath> ByDay(string folder, LeanOptions options, HashSet<string>? wanted) =>
        from directory in Directory.EnumerateDirectories(folder)
        where wanted?.Contains(Path.GetFileName(directory)) != false
        from path in Directory.EnumerateFiles(directory, "*.zip")
        let name = Path.GetFileNameWithoutExtension(path)
        where name.EndsWith("_trade", StringComparison.Ordinal) || name.EndsWith("_quote", StringComparison.Ordinal)
        let day = DateOnly.TryParseExact(name[..^6], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : (DateOnly?)null
        where day >= options.From && day <= options.To
        select new LeanPath(Path.GetFileName(directory), name.EndsWith("_quote", StringComparison.Ordinal), day, path);

    private static DateOnly Later(DateOnly a, DateOnly b) => a > b ? a : b;

    private static DateOnly Earlier(DateOnly a, DateOnly b) => a < b ? a : b;

    private static Instrument Listing(LeanOptions options, string symbol, LeanAssets asset)
    {
        var upper = symbol.ToUpperInvariant();
        if (options.Listings.TryGetValue(upper, out var own)) return own;
        return asset == LeanAssets.Equity ? LeanListings.Equity(upper) : LeanListings.Crypto(upper);
    }

    private sealed record Security(string Symbol, string? MapFile, IReadOnlyList<TickerSpan> Spans);

    private sealed record LeanPath(string Ticker, bool IsQuotes, DateOnly? Day, string Path);
}
