using System.Globalization;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Parquet;

namespace EventSourcedTrading.MarketData.Tabular;

/// <summary>The rows of one row group of a Parquet file: the mapped columns alone are read.</summary>
internal sealed class ParquetRow(TableOptions options) : ITableRow
{
    private readonly TableClock _clock = new(options);
    private readonly Dictionary<string, ParquetColumn> _columns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>From 0 in the row group.</summary>
    public int At { get; set; }

    /// <summary>Names in the file of the columns that the mapping speaks of; the first rule that the schema breaks, if any.</summary>
    public static (IReadOnlyList<string> Wanted, CellProblem? Problem) Choose(TableOptions options, ParquetSchema schema)
    {
        var names = schema.Fields.Select(f => f.Name).ToArray();
        var twice = names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Skip(1).Any());
        if (twice is not null) return ([], new("schema", twice.Key, "column must not come twice, in whatever case"));
        foreach (var column in TableRow.Needed(options))
            if (!names.Contains(column, StringComparer.OrdinalIgnoreCase)) return ([], new("schema", string.Join(',', names), $"must have a column {column}"));
        var c = options.Columns;
        string?[] mapped = [c.Time, c.Instrument, c.Kind, c.Open, c.High, c.Low, c.Close, c.Volume, c.Bid, c.BidSize, c.Ask, c.AskSize, c.Price, c.Size];
        return ([.. names.Where(n => mapped.Contains(n, StringComparer.OrdinalIgnoreCase))], null);
    }

    public async Task LoadAsync(ParquetReader reader, int rowGroup, IReadOnlyList<string> wanted)
    {
        _columns.Clear();
        foreach (var name in wanted)
        {
            var field = reader.Schema.Fields.First(f => f.Name == name);
            _columns[name] = field.Type switch
            {
                ParquetType.Int32 => await reader.ReadAsync<int>(rowGroup, name),
                ParquetType.Int64 => await reader.ReadAsync<long>(rowGroup, name),
                ParquetType.Float => await reader.ReadAsync<float>(rowGroup, name),
                ParquetType.Double => await reader.ReadAsync<double>(rowGroup, name),
                ParquetType.Decimal => await reader.ReadAsync<decimal>(rowGroup, name),
                ParquetType.Timestamp => await reader.ReadAsync<DateTimeOffset>(rowGroup, name),
                ParquetType.Date => await reader.ReadAsync<DateOnly>(rowGroup, name),
                _ => await reader.ReadAsync<string>(rowGroup, name),
            };
        }
    }

    public bool Has(string column) => _columns.ContainsKey(column);

    public string Text(string column) => _columns[column] switch
    {
        ParquetColumn<string> c => c.Values[At] ?? "",
        ParquetColumn<int> c when !c.IsNull(At) => c.Values[At].ToString(CultureInfo.InvariantCulture),
        ParquetColumn<long> c when !c.IsNull(At) => c.Values[At].ToString(CultureInfo.InvariantCulture),
        ParquetColumn<float> c when !c.IsNull(At) => c.Values[At].ToString(CultureInfo.InvariantCulture),
        ParquetColumn<double> c when !c.IsNull(At) => c.Values[At].ToString(CultureInfo.InvariantCulture),
        ParquetColumn<decimal> c when !c.IsNull(At) => c.Values[At].ToString(CultureInfo.InvariantCulture),
        ParquetColumn<DateTimeOffset> c when !c.IsNull(At) => c.Values[At].ToString("O", CultureInfo.InvariantCulture),
        ParquetColumn<DateOnly> c when !c.IsNull(At) => c.Values[At].ToString("O", CultureInfo.InvariantCulture),
        _ => "",
    };

    /// <remarks>Binary fractions are taken to 15 (float: 7) significant digits: 0.1 is a tenth again.</remarks>
    public bool TryNumber(string column, out decimal value)
    {
        value = 0m;
        switch (_columns[column])
        {
            case ParquetColumn<int> c when !c.IsNull(At): value = c.Values[At]; return true;
            case ParquetColumn<long> c when !c.IsNull(At): value = c.Values[At]; return true;
            case ParquetColumn<decimal> c when !c.IsNull(At): value = c.Values[At]; return true;
            case ParquetColumn<float> c when !c.IsNull(At) && Math.Abs(c.Values[At]) < 1e28f: value = (decimal)c.Values[At]; return true;
            case ParquetColumn<double> c when !c.IsNull(At) && Math.Abs(c.Values[At]) < 1e28: value = (decimal)c.Values[At]; return true;
            case ParquetColumn<string> c: return decimal.TryParse(c.Values[At], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
            default: return false;
        }
    }

    public bool TryTime(string column, out Timestamp time)
    {
        time = default;
        switch (_columns[column])
        {
            case ParquetColumn<DateTimeOffset> c when !c.IsNull(At):
                if (!c.Field.IsUtc) return _clock.TryLocal(c.Values[At].DateTime, out time);
                time = Timestamp.From(c.Values[At]);
                return true;
            case ParquetColumn<DateOnly> c when !c.IsNull(At): return _clock.TryLocal(c.Values[At].ToDateTime(TimeOnly.MinValue), out time);
            case ParquetColumn<string> c: return c.Values[At] is { } text && _clock.TryRead(text, out time);
            default: return TryNumber(column, out var count) && _clock.TryRead(count, out time);
        }
    }
}
