using System.Globalization;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Parquet;

namespace EventSourcedTrading.Backtesting.Output;

public enum CellKind { Text, Whole, Decimal, Time }

/// <param name="Optional">Whether a row may have no value here; in CSV that is an empty cell.</param>
public readonly record struct TableColumn(string Name, CellKind Kind, bool Optional = false);

/// <summary>A table of a run's outputs: the same columns in CSV and in Parquet.</summary>
/// <param name="Name">Of its files, without their ending.</param>
public sealed record TableSchema(string Name, params IReadOnlyList<TableColumn> Columns)
{
    /// <summary>Digits after the point of every amount in a table; events.jsonl has them all.</summary>
    public const int Digits = 10;

    private const int Precision = 29;

    public string CsvFile => $"{Name}.csv";

    public string ParquetFile => $"{Name}.parquet";

    /// <summary>Parquet columns that take their values from the cells of a CSV row.</summary>
    internal ParquetRows<string[]> ToParquet()
    {
        var rows = new ParquetRows<string[]>();
        foreach (var (i, (name, kind, optional)) in Columns.Index())
        {
            _ = kind switch
            {
                CellKind.Whole when optional => rows.Column(ParquetField.Int64(name, optional: true), r => Whole(r[i])),
                CellKind.Whole => rows.Column(ParquetField.Int64(name), r => long.Parse(r[i], CultureInfo.InvariantCulture)),
                CellKind.Decimal when optional => rows.Column(ParquetField.Decimal(name, Precision, Digits, optional: true), r => Amount(r[i])),
                CellKind.Decimal => rows.Column(ParquetField.Decimal(name, Precision, Digits), r => decimal.Parse(r[i], CultureInfo.InvariantCulture)),
                CellKind.Time when optional => rows.Column(ParquetField.Timestamp(name, optional: true), r => Moment(r[i])),
                CellKind.Time => rows.Column(ParquetField.Timestamp(name), r => Timestamp.Parse(r[i]).ToDateTimeOffset()),
                _ => rows.Column(ParquetField.String(name, optional), r => optional && r[i].Length == 0 ? null! : r[i]),
            };
        }

        return rows;
    }

    private static long? Whole(string cell) => cell.Length == 0 ? null : long.Parse(cell, CultureInfo.InvariantCulture);

    private static decimal? Amount(string cell) => cell.Length == 0 ? null : decimal.Parse(cell, CultureInfo.InvariantCulture);

    private static DateTimeOffset? Moment(string cell) => cell.Length == 0 ? null : Timestamp.Parse(cell).ToDateTimeOffset();
}
