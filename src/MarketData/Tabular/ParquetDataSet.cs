using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Parquet;

namespace EventSourcedTrading.MarketData.Tabular;

/// <summary>
/// Signals from Parquet files, a row group at a time. In errors a row has its number in the file, from 1.
/// </summary>
public sealed class ParquetDataSet : TableDataSet
{
    /// <summary>With fourteen columns of at most sixteen bytes this is a quarter of a gigabyte; pandas writes so many, DuckDB and Polars fewer.</summary>
    private static readonly ParquetLimits Limits = new() { RowsPerGroup = 1 << 20, PageBytes = 64 << 20, FooterBytes = 16 << 20 };

    private readonly TableOptions _options;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="BadMarketDataException">A file does not exist.</exception>
    public ParquetDataSet(TableOptions options) : base(options) => _options = options;

    private protected override IEnumerable<(long Line, Signal Signal)> Rows(string file, Exclusions exclusions)
    {
        var name = Path.GetFileName(file);
        var known = _options.Instruments?.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        using var stream = File.OpenRead(file);
        var (reader, broken) = Try(() => ParquetReader.OpenAsync(stream, Limits));
        if (reader is null)
        {
            exclusions.Judge(new(name, 0, "file", name, broken!), _options.BadData);
            yield break;
        }

        var (wanted, schema) = ParquetRow.Choose(_options, reader.Schema);
        if (schema is { } s) throw new BadMarketDataException(new(name, 0, s.Field, s.Value.Length > 64 ? s.Value[..64] : s.Value, s.Rule));
        var row = new ParquetRow(_options);
        var before = 0L;
        for (var group = 0; group < reader.RowGroups; before += reader.RowsOf(group++))
        {
            var (_, failure) = Try(async () =>
            {
                await row.LoadAsync(reader, group, wanted);
                return true;
            });
            if (failure is not null)
            {
                exclusions.Judge(new(name, 0, "file", name, failure), _options.BadData);
                continue;
            }

            for (row.At = 0; row.At < reader.RowsOf(group); row.At++)
            {
                var line = before + row.At + 1;
                if (TableRow.Read(_options, row, known, out var signal) is { } p) exclusions.Judge(new(name, line, p.Field, p.Value.Length > 64 ? p.Value[..64] : p.Value, p.Rule), _options.BadData);
                else yield return (line, signal!);
            }
        }
    }

    /// <summary>Signals are asked for one by one, so a row group is waited for here: the stream is a file.</summary>
    private static (T? Result, string? Failure) Try<T>(Func<Task<T>> read)
    {
        try
        {
            return (read().GetAwaiter().GetResult(), null);
        }
        catch (Exception e) when (e is ParquetException or IOException)
        {
            return (default, $"cannot be read: {e.Message}");
        }
    }
}
