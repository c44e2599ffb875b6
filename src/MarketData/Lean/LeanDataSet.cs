using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Lean;

/// <summary>
/// Bars and quotes from a folder in the layout of QuantConnect LEAN's <c>Data/</c>. Trade bars become bars, quote bars become one
/// quote at the bar's end with its closing sides and sizes. A quote row that lacks a side is regular in LEAN (nobody bid or
/// offered): it gives no quote and is counted, under either policy. Adjusted prices are not whole ticks.
/// </summary>
public sealed class LeanDataSet : IMarketDataSource
{
    private readonly LeanOptions _options;
    private readonly IReadOnlyList<LeanSeries> _series;

    /// <exception cref="BadMarketDataException">The folder or one of the symbols does not exist.</exception>
    /// <exception cref="ArgumentException">The name or a listing is not well-formed.</exception>
    public LeanDataSet(LeanOptions options)
    {
        if (options.Name is not { Length: >= 1 and <= 64 }) throw new ArgumentException($"name '{options.Name}' must have 1 to 64 characters", nameof(options));
        if (options is { CorporateActions: true, Adjustment: Adjustment.SplitAndDividend })
            throw new ArgumentException($"adjustment {options.Adjustment} must not be with corporateActions: dividends would count twice; read prices raw or adjusted by splits", nameof(options));
        _options = options;
        _series = LeanFolder.Find(options);
        Instruments = [.. _series.Select(s => s.Instrument).Distinct().OrderBy(i => i.Id, StringComparer.Ordinal)];
        foreach (var instrument in Instruments)
            if (instrument.Validate() is { } error) throw new ArgumentException(error, nameof(options));
    }

    public string Name => _options.Name;

    public IReadOnlyList<Instrument> Instruments { get; }

    public Exclusions Exclusions { get; private set; } = new();

    public IEnumerable<Signal> Read()
    {
        var exclusions = Exclusions = new Exclusions();
        var signals = SignalStream.Merge([.. _series.Select(s => WithActions(s, Read(s, exclusions)))]);
        return SignalStream.Number(_options.CheckDays ? MissingDays.Check(signals, Instruments, exclusions, _options.BadData) : signals, Name);
    }

    /// <summary>
    /// Puts corporate actions before the first signal behind them. Those before all data concern nobody, as nobody can hold anything yet.
    /// An instrument's quotes have none where it has trades.
    /// </summary>
    private IEnumerable<Signal> WithActions(LeanSeries series, IEnumerable<Signal> signals)
    {
        if (!_options.CorporateActions || series.FactorFile is null || (series.IsQuotes && _series.Any(s => !s.IsQuotes && s.Instrument == series.Instrument))) return signals;
        return Merged();

        IEnumerable<Signal> Merged()
        {
            using var actions = CorporateActions.Of(FactorFile.Load(series.FactorFile, Relative(series.FactorFile)), series, _options).GetEnumerator();
            var (more, first) = (actions.MoveNext(), true);
            foreach (var signal in signals)
            {
                for (; more && actions.Current.Time <= signal.Time; more = actions.MoveNext())
                    if (!first) yield return actions.Current;
                first = false;
                yield return signal;
            }
        }
    }

    private IEnumerable<Signal> Read(LeanSeries series, Exclusions exclusions)
    {
        var factors = series.FactorFile is null || _options.Adjustment == Adjustment.Raw ? null : FactorFile.Load(series.FactorFile, Relative(series.FactorFile));
        var rows = new LeanRows(_options, series, factors);
        var latest = Timestamp.MinValue;
        foreach (var file in series.Files)
        {
            var path = file.Path;
            using var lines = new ZipLines(path);
            while (lines.Read())
            {
                var problem = rows.Parse(lines.Line, file, out var signal);
                if (problem is { } p)
                {
                    var row = new Exclusion(Relative(path), lines.Number, p.Field, p.Value, p.Rule);
                    if (p.IsRegular) exclusions.Add(row);
                    else exclusions.Judge(row, _options.BadData);
                }
                else if (signal is not null && signal.Time <= latest)
                {
                    var rule = signal.Time == latest ? "duplicate: must not repeat the time of the row before" : "unsorted: must be later than the row before";
                    exclusions.Judge(new(Relative(path), lines.Number, "end", signal.Time.ToString(), rule), _options.BadData);
                }
                else if (signal is not null)
                {
                    latest = signal.Time;
                    yield return signal;
                }
            }

            if (lines.Failure is { } failure)
                exclusions.Judge(new(Relative(path), lines.Number, "file", Path.GetFileName(path), failure), _options.BadData);
        }
    }

    private string Relative(string path) => Path.GetRelativePath(_options.Path, path).Replace('\\', '/');
}
