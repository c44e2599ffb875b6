using System.Globalization;

namespace EventSourcedTrading.MarketData.Lean;

/// <param name="Day">The last one on which the factors hold.</param>
/// <param name="Price">What dividends behind it make of a price.</param>
/// <param name="Split">The same of splits.</param>
/// <param name="Reference">The raw close of the day; zero if the file does not tell.</param>
internal readonly record struct FactorRow(DateOnly Day, decimal Price, decimal Split, decimal Reference);

/// <summary>
/// A LEAN factor file: <c>yyyyMMdd,price factor,split factor[,reference price]</c>, oldest row first. A row holds for days up to
/// and including its own, since it is dated with the last trading day before the split or dividend; factors are cumulative
/// towards today. Source: quantconnect.com/forum/discussion/1411 (LEAN's maintainers on the columns and their dates); our tests hold
/// it to splits and dividends that are publicly known.
/// </summary>
internal sealed class FactorFile
{
    private readonly List<FactorRow> _rows = [];
    private int _at;

    /// <summary>Path below the root of the data set.</summary>
    public required string Name { get; init; }

    public IReadOnlyList<FactorRow> Rows => _rows;

    /// <summary>Days after the last row have factors of 1.</summary>
    /// <exception cref="BadMarketDataException">
    /// The file is absent or a row is malformed. Never excluded, as all prices before it would be wrong without a sign of it.
    /// </exception>
    public static FactorFile Load(string path, string name)
    {
        var factors = new FactorFile { Name = name };
        if (!File.Exists(path)) throw new BadMarketDataException(new(name, 0, "file", Path.GetFileName(path), "must exist for prices to be adjusted"));
        var line = 0L;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            var columns = text.Split(',');
            var day = default(DateOnly);
            decimal price = 0, split = 0, reference = 0;
            var (field, value, rule) = columns switch
            {
                { Length: not (3 or 4) } => ("row", text, "must have 3 or 4 columns"),
                _ when !DateOnly.TryParseExact(columns[0], "yyyyMMdd", out day) => ("date", columns[0], "must be yyyyMMdd"),
                _ when factors._rows.Count > 0 && day <= factors._rows[^1].Day => ("date", columns[0], "must be after the row before"),
                _ when !IsFactor(columns[1], out price) => ("priceFactor", columns[1], "must be a number from 1e-9 to 10000"),
                _ when !IsFactor(columns[2], out split) => ("splitFactor", columns[2], "must be a number from 1e-9 to 10000"),
                { Length: 4 } when !decimal.TryParse(columns[3], NumberStyles.Float, CultureInfo.InvariantCulture, out reference) || reference < 0m => ("referencePrice", columns[3], "must be a number, zero or more"),
                _ => ("", "", ""),
            };
            if (rule.Length > 0) throw new BadMarketDataException(new(name, line, field, value, rule));
            factors._rows.Add(new(day, price, split, reference));
        }

        return factors;
    }

    /// <summary>Factor for prices and, apart from it, the split factor by which volumes are divided.</summary>
    public (decimal Price, decimal Split) On(DateOnly day, Adjustment adjustment)
    {
        if (_at > 0 && day <= _rows[_at - 1].Day) _at = 0;
        while (_at < _rows.Count && _rows[_at].Day < day) _at++;
        if (_at == _rows.Count) return (1m, 1m);
        var row = _rows[_at];
        return (adjustment == Adjustment.Split ? row.Split : row.Price * row.Split, row.Split);
    }

    private static bool IsFactor(string text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value is >= 1e-9m and <= 10_000m;
}
