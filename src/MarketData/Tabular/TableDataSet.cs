using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.MarketData.Tabular;

/// <summary>Signals from the rows of tables by a mapping of columns; how rows are got from a file is the format's.</summary>
public abstract class TableDataSet : IMarketDataSource
{
    private readonly TableOptions _options;
    private readonly Lazy<IReadOnlyList<Instrument>> _instruments;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="BadMarketDataException">A file does not exist.</exception>
    private protected TableDataSet(TableOptions options)
    {
        if (options.Validate() is { } error) throw new ArgumentException(error, nameof(options));
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
        var signals = SignalStream.Merge([.. _options.Files.Select(f => TableOrder.Of(Rows(f, exclusions), Path.GetFileName(f), exclusions, _options.BadData))]);
        return SignalStream.Number(_options.CheckDays ? MissingDays.Check(signals, Instruments, exclusions, _options.BadData) : signals, _options.Name);
    }

    /// <param name="exclusions">Gets what is left out.</param>
    private protected abstract IEnumerable<(long Line, Signal Signal)> Rows(string file, Exclusions exclusions);

    private IEnumerable<Instrument> NamedInFiles() =>
        _options.Files.SelectMany(f => Rows(f, new Exclusions()).Select(r => r.Signal.Instrument).Distinct(StringComparer.Ordinal))
            .Distinct(StringComparer.Ordinal).Select(id => new Instrument(id, "USD"));
}
