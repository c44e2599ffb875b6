using EventSourcedTrading.MarketData.Tabular;

namespace EventSourcedTrading.MarketData.Csv;

/// <summary>What CSV files hold.</summary>
public sealed record CsvOptions : TableOptions
{
    public CsvOptions() => Name = "csv";

    public char Separator { get; init; } = ',';

    /// <summary>The first line names the columns; without it the mapping has their numbers, from 1.</summary>
    public bool HasHeader { get; init; } = true;
}
