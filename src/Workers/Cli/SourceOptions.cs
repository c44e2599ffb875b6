using System.CommandLine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Csv;
using EventSourcedTrading.MarketData.Lean;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.MarketData.Tabular;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>The options that name a data set and say how it is read. One that the source has no use for is refused rather than passed over.</summary>
public sealed class SourceOptions
{
    private static readonly (string, LeanResolution)[] Resolutions = [("second", LeanResolution.Second), ("minute", LeanResolution.Minute), ("daily", LeanResolution.Daily)];
    private static readonly (string, SignalKind)[] Kinds = [("bar", SignalKind.Bar), ("quote", SignalKind.Quote), ("trade", SignalKind.Trade)];
    private static readonly (string, BadDataPolicy)[] Policies = [("fail", BadDataPolicy.Strict), ("exclude", BadDataPolicy.Exclude)];

    /// <summary>Prices, and whether splits or dividends come as signals beside them.</summary>
    private static readonly (string, (Adjustment, bool))[] Prices = [("raw", (Adjustment.Raw, true)), ("adjusted", (Adjustment.Split, true)), ("total-return", (Adjustment.SplitAndDividend, false))];

    private readonly Option<string?> data = new("--data") { Description = "folder in LEAN's layout, Parquet file (.parquet) or CSV file; without it the seeded simulator" };
    private readonly Option<ulong> seed = new("--seed") { Description = "seed of the simulator", DefaultValueFactory = _ => 1UL };
    private readonly Option<int> days = new("--days") { Description = "trading days that the simulator makes", DefaultValueFactory = _ => 5 };
    private readonly Option<string?> resolution = new("--resolution") { Description = "second, minute (default) or daily: which data of a LEAN folder; how long a bar of a table lasts" };
    private readonly Option<string?> symbols = new("--symbols") { Description = "comma-separated, for LEAN folders; all equities by default" };
    private readonly Option<string?> prices = new("--prices")
    {
        Description = "of LEAN folders: raw, with splits and dividends as signals; adjusted by splits, with dividends as signals; total-return, with both in the prices. By default raw, and nothing is told of the two",
    };
    private readonly Option<string?> columns = new("--columns") { Description = "which column of a table holds what, such as time=ts,close=px,instrument=" };
    private readonly Option<string?> kind = new("--kind") { Description = "bar (default), quote or trade: what each row of a table is" };
    private readonly Option<string?> instrument = new("--instrument") { Description = "instrument of all rows of a table that has no column for it, such as SPY.ARCX" };
    private readonly Option<string?> timeZone = new("--time-zone") { Description = "of a table's times that have no offset, such as America/New_York (default: UTC)" };
    private readonly Option<string?> timeFormat = new("--time-format") { Description = "of a table's times: unix, unixMs, unixUs, unixNs or a .NET format (default: ISO 8601)" };
    private readonly Option<string?> badData = new("--bad-data") { Description = "fail at the first row that breaks a rule (default for tables), or exclude such rows and list them (default for LEAN folders)" };
    private readonly Option<bool> checkDays = new("--check-days") { Description = "a day without data on which the exchange was open is bad data too" };
    private readonly (Option Option, Source Fits)[] all;

    public SourceOptions() => all =
    [
        (data, Source.Any), (seed, Source.Simulator), (days, Source.Simulator), (symbols, Source.Lean), (prices, Source.Lean), (columns, Source.Table), (kind, Source.Table),
        (instrument, Source.Table), (timeZone, Source.Table), (timeFormat, Source.Table), (resolution, Source.Files), (badData, Source.Files), (checkDays, Source.Files),
    ];

    public void AddTo(Command command)
    {
        foreach (var (option, _) in all) command.Add(option);
    }

    /// <exception cref="ConfigurationException">There is no such folder or file, or an option is out of its range, or does not fit the source.</exception>
    /// <exception cref="BadMarketDataException">A symbol is not there, or a map file is malformed.</exception>
    public IMarketDataSource Open(ParseResult parsed)
    {
        var path = parsed.GetValue(data);
        var source = path is null ? Source.Simulator : Directory.Exists(path) ? Source.Lean : File.Exists(path) ? Source.Table
            : throw new ConfigurationException($"--data {path}: there is no such folder or file. Give a folder in LEAN's layout, a Parquet or CSV file, or leave it out for the simulator.");
        foreach (var (option, fits) in all)
            if (!fits.HasFlag(source) && parsed.GetResult(option) is { Implicit: false })
                throw new ConfigurationException($"{option.Name} is for {Named(fits)}, but {(path is null ? "without --data the simulator is read" : $"--data {path} is {Named(source)}")}. Leave {option.Name} out{(path is null ? ", or add --data" : "")}.");
        try
        {
            return source switch
            {
                Source.Simulator => Simulated(parsed),
                Source.Lean => Lean(parsed, path!),
                _ when Path.GetExtension(path)!.Equals(".parquet", StringComparison.OrdinalIgnoreCase) => new ParquetDataSet(Table(parsed, new TableOptions { Files = [path!], Name = "parquet" })),
                _ => new CsvDataSet(Table(parsed, new CsvOptions { Files = [path!] })),
            };
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"--data {path}: {e.Message}");
        }
    }

    private SimulatedMarket Simulated(ParseResult parsed)
    {
        var length = parsed.GetValue(days);
        if (length is < 1 or > 10_000) throw new ConfigurationException($"--days {length} must be 1 to 10000.");
        return new SimulatedMarket(new SimulationOptions { Seed = parsed.GetValue(seed), Days = length });
    }

    private LeanDataSet Lean(ParseResult parsed, string path)
    {
        var (adjustment, actions) = Word(parsed, prices, Prices, (Adjustment.Raw, false));
        return new LeanDataSet(new LeanOptions
        {
            Path = path, Resolution = Word(parsed, resolution, Resolutions, LeanResolution.Minute), Assets = LeanAssets.Equity, RegularHoursOnly = true,
            Symbols = parsed.GetValue(symbols)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Adjustment = adjustment, CorporateActions = actions, BadData = Word(parsed, badData, Policies, BadDataPolicy.Exclude), CheckDays = parsed.GetValue(checkDays),
        });
    }

    /// <summary>What CSV and Parquet have in common.</summary>
    private T Table<T>(ParseResult parsed, T table) where T : TableOptions
    {
        var mapping = Mapping(parsed);
        var zone = parsed.GetValue(timeZone) ?? table.TimeZone;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) throw new ConfigurationException($"--time-zone '{zone}' must be an IANA zone, such as America/New_York.");
        return table with
        {
            Columns = mapping,
            Kind = Word(parsed, kind, Kinds, SignalKind.Bar),
            Instrument = parsed.GetValue(instrument),
            TimeZone = zone,
            TimeFormat = parsed.GetValue(timeFormat),
            BarLength = Word(parsed, resolution, Resolutions, LeanResolution.Minute) switch { LeanResolution.Second => TimeSpan.FromSeconds(1), LeanResolution.Daily => TimeSpan.FromDays(1), _ => TimeSpan.FromMinutes(1) },
            BadData = Word(parsed, badData, Policies, BadDataPolicy.Strict),
            CheckDays = parsed.GetValue(checkDays),
        };
    }

    /// <summary>An instrument that is named takes the place of the column, unless a column was named too.</summary>
    private ColumnMapping Mapping(ParseResult parsed)
    {
        var (usual, text, one) = (new ColumnMapping(), parsed.GetValue(columns) ?? "", parsed.GetValue(instrument));
        try
        {
            var mapping = text.StartsWith('{') ? ColumnMapping.FromJson(text) : ColumnMapping.Parse(text);
            if (mapping.Kind is { } kinds && parsed.GetValue(kind) is { } every) throw new ConfigurationException($"--kind {every} and --columns kind={kinds} contradict each other: all rows are of one kind, or a column tells. Leave one of the two out.");
            if (one is null) return mapping.Instrument is not null ? mapping : throw new ConfigurationException("--columns instrument= says that no column names the instrument, so --instrument must, such as --instrument SPY.ARCX.");
            if (!Instrument.IsId(one)) throw new ConfigurationException($"--instrument '{one}' must be SYMBOL.MIC, such as SPY.ARCX.");
            if (mapping.Instrument is { } column && column != usual.Instrument) throw new ConfigurationException($"--instrument {one} and --columns instrument={column} contradict each other: all rows are of one instrument, or a column tells. Leave one of the two out.");
            return mapping with { Instrument = null };
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"--{e.Message}.");
        }
    }

    private static T Word<T>(ParseResult parsed, Option<string?> option, (string Word, T Value)[] known, T otherwise)
    {
        if (parsed.GetValue(option) is not { } text) return otherwise;
        foreach (var (word, value) in known)
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase)) return value;
        throw new ConfigurationException($"{option.Name} '{text}' must be one of {string.Join(", ", known.Select(k => k.Word))}.");
    }

    private static string Named(Source source) => source switch
    {
        Source.Simulator => "the simulator",
        Source.Lean => "a folder in LEAN's layout",
        Source.Table => "a CSV or Parquet file",
        _ => "folders and files",
    };

    [Flags]
    private enum Source
    {
        None = 0,
        Simulator = 1,
        Lean = 2,
        Table = 4,
        Files = Lean | Table,
        Any = Simulator | Files,
    }
}
