using System.Text;
using CsvHelper;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData.Tabular;

namespace EventSourcedTrading.MarketData.Csv;

/// <summary>Signals from CSV files.</summary>
public sealed class CsvDataSet : TableDataSet
{
    private const int MaxRowLength = 65_536;
    private readonly CsvOptions _options;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="BadMarketDataException">A file does not exist.</exception>
    public CsvDataSet(CsvOptions options) : base(options) => _options = options;

    private protected override IEnumerable<(long Line, Signal Signal)> Rows(string file, Exclusions exclusions)
    {
        var name = Path.GetFileName(file);
        var known = _options.Instruments?.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        using var csv = Open(file);
        var row = new CsvRow(_options, csv);
        if (_options.HasHeader && row.ReadHeader() is { } header) throw new BadMarketDataException(new(name, 1, header.Field, header.Value, header.Rule));
        while (true)
        {
            var (isRow, failure) = Advance(csv);
            if (failure is not null) exclusions.Judge(new(name, csv.LineNumber, "row", "", failure), _options.BadData);
            if (!isRow) yield break;
            if (row.Columns == 0 && row.CountColumns() is { } count) throw new BadMarketDataException(new(name, 1, count.Field, count.Value, count.Rule));
            Signal? signal = null;
            var problem = csv.FieldCount == row.Columns ? TableRow.Read(_options, row, known, out signal)
                : new CellProblem("row", Encoding.UTF8.GetString(csv.RawRecord), $"must have {row.Columns} columns, not {csv.FieldCount}");
            if (problem is { } p) exclusions.Judge(new(name, csv.LineNumber, p.Field, p.Value.Length > 64 ? p.Value[..64] : p.Value, p.Rule), _options.BadData);
            else yield return (csv.LineNumber, signal!);
        }
    }

    /// <summary>After a failure there are no more rows: what follows a row without an end is not known to be rows.</summary>
    private static (bool IsRow, string? Failure) Advance(CsvReader csv)
    {
        try
        {
            return (csv.Read(), null);
        }
        catch (Exception e) when (e is CsvFormatException or IOException)
        {
            return (false, $"cannot be read: {e.Message}");
        }
    }

    private CsvReader Open(string file) => CsvReader.FromFile(file, new CsvReaderOptions
    {
        Separator = _options.Separator, HasHeader = _options.HasHeader, AllowLineBreaksInQuotes = false, MaxRecordSize = MaxRowLength, TrackLineNumbers = true, TrimWhitespace = true,
    });
}
