using System.Globalization;
using CsvHelper;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData.Tabular;

namespace EventSourcedTrading.MarketData.Csv;

/// <summary>The row that the parser stands on.</summary>
internal sealed class CsvRow(CsvOptions options, CsvReader row) : ITableRow
{
    private readonly TableClock _clock = new(options);
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many columns every row must have; 0 as long as no row has said it.</summary>
    public int Columns { get; private set; }

    /// <summary>Finds the columns in the header.</summary>
    public CellProblem? ReadHeader()
    {
        try
        {
            row.ReadHeader();
        }
        catch (CsvFormatException e)
        {
            return new("header", "", e.Message);
        }

        for (var i = 0; i < row.Headers.Count; i++)
            if (!_columns.TryAdd(row.Headers[i], i)) return new("header", row.Headers[i], "column must not come twice");
        Columns = _columns.Count;
        foreach (var column in TableRow.Needed(options))
            if (!_columns.ContainsKey(column)) return new("header", string.Join(',', row.Headers), $"must have a column {column}");
        return null;
    }

    /// <summary>Without a header the first row says how many columns there are.</summary>
    public CellProblem? CountColumns()
    {
        Columns = row.FieldCount;
        for (var i = 0; i < Columns; i++) _columns[(i + 1).ToString(CultureInfo.InvariantCulture)] = i;
        foreach (var column in TableRow.Needed(options))
            if (!_columns.ContainsKey(column)) return new("columns", column, $"must be the number of a column, 1 to {Columns}, as the file has no header");
        return null;
    }

    public bool Has(string column) => _columns.ContainsKey(column);

    public string Text(string column) => row.GetString(_columns[column]);

    public bool TryNumber(string column, out decimal value) =>
        decimal.TryParse(row.GetSpan(_columns[column]), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    public bool TryTime(string column, out Timestamp time) => _clock.TryRead(Text(column), out time);
}
