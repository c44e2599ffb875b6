using System.Globalization;

namespace EventSourcedTrading.MarketData.Lean;

/// <param name="Ticker">Lower case, the name of the folder or file that holds the days.</param>
/// <param name="From">First and last day, both included.</param>
internal readonly record struct TickerSpan(string Ticker, DateOnly From, DateOnly To);

/// <summary>
/// A LEAN map file: the tickers that one security has had. Rows are <c>yyyyMMdd,ticker[,exchange]</c>, oldest first; each is dated with
/// the last day of its ticker, the first with the listing, the last with the delisting or far ahead (Common/Data/Auxiliary/MapFile.cs
/// in QuantConnect's LEAN).
/// </summary>
internal static class MapFile
{
    private const int MaxRows = 10_000;

    /// <exception cref="BadMarketDataException">A row is malformed. Never excluded: another security's days would be taken for this one's.</exception>
    public static IReadOnlyList<TickerSpan> Load(string path, string name)
    {
        var spans = new List<TickerSpan>();
        var (line, listed, last) = (0L, default(DateOnly?), DateOnly.MinValue);
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            var columns = text.Split(',');
            var day = default(DateOnly);
            var (field, value, rule) = columns switch
            {
                { Length: not (2 or 3) } => ("row", text, "must have 2 or 3 columns"),
                _ when !DateOnly.TryParseExact(columns[0], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) => ("date", columns[0], "must be yyyyMMdd"),
                _ when listed is not null && day <= last => ("date", columns[0], "must be after the row before"),
                _ when !IsTicker(columns[1]) => ("ticker", columns[1], "must be 1 to 24 letters, digits, '.', '-' and '_'"),
                _ when line > MaxRows => ("row", text, $"must not be one of more than {MaxRows}"),
                _ => ("", "", ""),
            };
            if (rule.Length > 0) throw new BadMarketDataException(new(name, line, field, value.Length > 64 ? value[..64] : value, rule));
            if (listed is null) listed = day;
            else spans.Add(new(columns[1].ToLowerInvariant(), spans.Count == 0 ? listed.Value : last.AddDays(1), day));
            last = day;
        }

        return spans;
    }

    /// <summary>It becomes part of a path.</summary>
    private static bool IsTicker(string text) =>
        text.Length is >= 1 and <= 24 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
