using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.MarketData.Tabular;

/// <summary>Signals from the rows of tables by a mapping of columns; how rows are got from a file is the format's.</summary>
internal sealed class TableDataSet
{
    private readonly TableOptions _options;
    private readonly Func<string, Exclusions, IEnumerable<(long Line, Signal Signal)>> _rows;
    private readonly Lazy<IReadOnlyList<Instrument>> _instruments;

    /// <param name="rows">Of a file, with what was left out.</param>
    public TableDataSet(TableOptions options, Func<string, Exclusions, IEnumerable<(long Line, Signal Signal)>> rows)
    {
        if (options.Validate() is { } error) throw new ArgumentException(error, nameof(options));
        foreach (var file in options.Files)
            if (!File.Exists(file)) throw new BadMarketDataException(new(Path.GetFileName(file), 0, "file", file, "does not exist"));
        (_options, _rows) = (options, rows);
        _instruments = new(() => [.. (options.Instruments ?? NamedInFiles()).OrderBy(i => i.Id, StringComparer.Ordinal)]);
    }

    public IReadOnlyList<Instrument> Instruments => _instruments.Value;

    public Exclusions Exclusions { get; private set; } = new();

    public IEnumerable<Signal> Read()
    {
        var exclusions = Exclusions = new Exclusions();
        var signals = SignalStream.Merge([.. _options.Files.Select(f => TableOrder.Of(_rows(f, exclusions), Path.GetFileName(f), exclusions, _options.BadData))]);
        return SignalStream.Number(_options.CheckDays ? MissingDays.Check(signals, Instruments, exclusions, _options.BadData) : signals, _options.Name);
    }

    private IEnumerable<Instrument> NamedInFiles() =>
        _options.Files.SelectMany(f => _rows(f, new Exclusions()).Select(r => r.Signal.Instrument).Distinct(StringComparer.Ordinal))
            .Distinct(StringComparer.Ordinal).Select(id => new Instrument(id, "USD"));
}
