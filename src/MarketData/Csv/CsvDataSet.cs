using CsvHelper;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.MarketData.Csv;

/// <summary>
/// Signals from CSV files by a mapping of columns. Rows of one time may stand in any order; a bar or an identical quote that
/// comes twice in one time is a duplicate, while equal trades may well happen twice.
/// </summary>
public sealed class CsvDataSet : IMarketDataSource
{
    private const int MaxRowLength = 65_536, MaxSlice = 100_000;
    private readonly CsvOptions _options;
    private readonly Lazy<IReadOnlyList<Instrument>> _instruments;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="BadMarketDataException">A file does not exist.</exception>
    public CsvDataSet(CsvOptions options)
    {
        if (options.Name is not { Length: >= 1 and <= 64 }) throw new ArgumentException($"name '{options.Name}' must have 1 to 64 characters", nameof(options));
        if (options.PriceScale is <= 0m or > 1_000_000m) throw new ArgumentException($"priceScale {options.PriceScale} must be above zero and at most 1000000", nameof(options));
        if (options.BarLength <= TimeSpan.Zero) throw new ArgumentException($"barLength {options.BarLength} must be above zero", nameof(options));
        if (options.Instrument is null && options.Columns.Instrument is null) throw new ArgumentException("instrument or columns.instrument must be given", nameof(options));
        foreach (var instrument in options.Instruments ?? [])
            if (instrument.Validate() is { } error) throw new ArgumentException(error, nameof(options));
        foreach (var file in options.Files)
            if (!File.Exists(file)) throw new BadMarketDataException(new(Path.GetFileName(file), 0, "file", file, "does not exist"));
        _options = options;
        _instruments = new(() => [.. (options.Instruments ?? NamedInFiles()).OrderBy(i => i.Id, StringComparer.Ordinal)]);
    }

    public string Name => _options.Name;

    /// <summary>The catalogue; where none was given, the files are read once to find it.</summary>
    public IReadOnlyList<Instrument> Instruments => _instruments.Value;

    public Exclusions Exclusions { get; private set; } = new();

    public IEnumerable<Signal> Read()
    {
        var exclusions = Exclusions = new Exclusions();
        return SignalStream.Number(SignalStream.Merge([.. _options.Files.Select(f => Slices(f, exclusions))]), Name);
    }

    /// <summary>Holds the rows of one time back, to put them in order and to see duplicates.</summary>
    private IEnumerable<Signal> Slices(string file, Exclusions exclusions)
    {
        var name = Path.GetFileName(file);
        var slice = new List<Signal>();
        var seen = new HashSet<(SignalKind, string, decimal, decimal, decimal, decimal)>();
        foreach (var (line, signal) in Rows(file, name, exclusions))
        {
            var rule = slice.Count == 0 || signal.Time > slice[0].Time ? null
                : signal.Time < slice[0].Time ? "unsorted: must not be earlier than the row before"
                : slice.Count == MaxSlice ? $"must not be the time of more than {MaxSlice} rows"
                : null;
            if (slice.Count > 0 && signal.Time > slice[0].Time)
            {
                foreach (var known in slice.Order(SignalStream.Order)) yield return known;
                slice.Clear();
                seen.Clear();
            }

            // A bar has no sides, so that its key is the instrument alone.
            if (rule is null && signal.Kind != SignalKind.Trade && !seen.Add((signal.Kind, signal.Instrument, signal.Bid, signal.BidSize, signal.Ask, signal.AskSize)))
                rule = "duplicate: must not repeat a row of the same time";
            if (rule is not null)
            {
                exclusions.Judge(new(name, line, "time", signal.Time.ToString(), rule), _options.BadData);
                continue;
            }

            slice.Add(signal);
        }

        foreach (var known in slice.Order(SignalStream.Order)) yield return known;
    }

    private IEnumerable<(long Line, Signal Signal)> Rows(string file, string name, Exclusions exclusions)
    {
        var known = _options.Instruments?.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        using var csv = Open(file);
        var rows = new CsvRows(_options, csv);
        if (rows.ReadHeader() is { } problem) throw new BadMarketDataException(new(name, 1, problem.Field, problem.Value, problem.Rule));
        while (true)
        {
            var (isRow, failure) = Advance(csv);
            if (failure is not null) exclusions.Judge(new(name, csv.LineNumber, "row", "", failure), _options.BadData);
            if (!isRow) yield break;
            if ((rows.Parse(known, out var signal) ?? Invalid(signal!)) is { } p)
                exclusions.Judge(new(name, csv.LineNumber, p.Field, p.Value.Length > 64 ? p.Value[..64] : p.Value, p.Rule), _options.BadData);
            else
                yield return (csv.LineNumber, signal!);
        }

        static CsvProblem? Invalid(Signal signal) => signal.Validate() is { } error ? new("row", signal.Instrument, error) : null;
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

    private IEnumerable<Instrument> NamedInFiles() =>
        from file in _options.Files
        from id in Rows(file, Path.GetFileName(file), new Exclusions()).Select(r => r.Signal.Instrument).Distinct(StringComparer.Ordinal).ToList()
        group id by id into ids
        select new Instrument(ids.Key, "USD");

    private CsvReader Open(string file) => CsvReader.FromFile(file, new CsvReaderOptions
    {
        Separator = _options.Separator, AllowLineBreaksInQuotes = false, MaxRecordSize = MaxRowLength, TrackLineNumbers = true, TrimWhitespace = true,
    });
}
