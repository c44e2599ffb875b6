using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData.Tabular;
using EventSourcedTrading.MarketData.Tests.Lean;
using EventSourcedTrading.Parquet;

namespace EventSourcedTrading.MarketData.Tests.Tabular;

public sealed class ParquetDataSetTests : IDisposable
{
    private sealed record Bar(DateTimeOffset? Time, string? Symbol, double Open, double High, double Low, double Close, long? Volume);

    private static readonly DateTimeOffset Start = new(2013, 10, 7, 13, 30, 0, TimeSpan.Zero);
    private readonly OwnLeanFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_of_all_row_groups_are_read_by_a_mapping()
    {
        var file = await Write([.. Enumerable.Range(0, 25).Select(i => Good(i))]);
        var data = Data(file);
        Assert.Equal(25, Ordered.Count(data));
        var bar = data.Read().Skip(11).First();
        Assert.Equal(("SPY.ARCX", "2013-10-07T13:42:00.000000Z", 10.1m, 10.3m, 10m, 10.2m, 7m), (bar.Instrument, bar.Time.ToString(), bar.Open, bar.High, bar.Low, bar.Price, bar.Size));
        Assert.Equal("SPY.ARCX", data.Instruments.Single().Id);
    }

    [Theory]
    [InlineData("close", "NaN", "must be a number")]
    [InlineData("close", "1E+300", "must be a number")]
    [InlineData("close", "0", "must be above zero")]
    [InlineData("close", "-1", "must be above zero")]
    [InlineData("high", "high", "must be the highest")]
    [InlineData("ts", "none", "must be a time")]
    [InlineData("volume", "none", "must be a number")]
    [InlineData("symbol", "symbol", "must be SYMBOL.MIC")]
    [InlineData("time", "again", "duplicate")]
    [InlineData("time", "earlier", "unsorted")]
    public async Task A_bad_row_stops_the_reading_or_is_counted(string field, string fault, string rule)
    {
        var bad = fault switch
        {
            "high" => Good(11) with { High = 9 },
            "none" => field == "ts" ? Good(11) with { Time = null } : Good(11) with { Volume = null },
            "symbol" => Good(11) with { Symbol = "spy" },
            "again" => Good(10),
            "earlier" => Good(3),
            _ => Good(11) with { Close = double.Parse(fault, System.Globalization.CultureInfo.InvariantCulture) },
        };
        var file = await Write([.. Enumerable.Range(0, 11).Select(i => Good(i)), bad, Good(12)]);
        var e = Assert.Throws<BadMarketDataException>(() => Data(file).Read().Count());
        Assert.Equal(("bars.parquet", 12L, field), (e.Row.File, e.Row.Line, e.Row.Field));
        Assert.Contains(rule, e.Row.Rule, StringComparison.Ordinal);
        Assert.EndsWith("Mend the data, or leave such rows out (--bad-data exclude).", e.Message, StringComparison.Ordinal);
        var lenient = Data(file, o => o with { BadData = BadDataPolicy.Exclude });
        Assert.Equal(12, lenient.Read().Count());
        Assert.Equal((e.Row, 1L), (lenient.Exclusions.Listed.Single(), lenient.Exclusions.ByRule.Single().Value));
    }

    [Fact]
    public async Task A_truncated_file_is_named_and_a_column_that_lacks_too()
    {
        var file = await Write([Good(0)]);
        var e = Assert.Throws<BadMarketDataException>(() => Data(file, o => o with { Columns = o.Columns with { Close = "px" } }).Read().Count());
        Assert.Equal(("schema", "must have a column px"), (e.Row.Field, e.Row.Rule));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^20]);
        e = Assert.Throws<BadMarketDataException>(() => Data(file).Read().Count());
        Assert.Equal(("bars.parquet", "file"), (e.Row.File, e.Row.Field));
        Assert.StartsWith("cannot be read: ", e.Row.Rule, StringComparison.Ordinal);
        var lenient = Data(file, o => o with { BadData = BadDataPolicy.Exclude });
        Assert.Empty(lenient.Read());
        Assert.Equal(1, lenient.Exclusions.Count);
    }

    private static Bar Good(int minute) => new(Start.AddMinutes(minute), "SPY.ARCX", 10.1, 10.3, 10.0, 10.2, 7);

    private static ParquetDataSet Data(string file, Func<TableOptions, TableOptions>? change = null)
    {
        var usual = new TableOptions { Files = [file], Columns = ColumnMapping.Parse("time=ts,instrument=symbol"), Kind = SignalKind.Bar };
        return new(change is null ? usual : change(usual));
    }

    private async Task<string> Write(params Bar[] bars)
    {
        var path = Path.Combine(_folder.Path, "bars.parquet");
        await using var stream = File.Create(path);
        await new ParquetRows<Bar>()
            .Column(ParquetField.Timestamp("ts", optional: true), b => b.Time).Column(ParquetField.String("symbol"), b => b.Symbol!)
            .Column(ParquetField.Double("open"), b => b.Open).Column(ParquetField.Double("high"), b => b.High)
            .Column(ParquetField.Double("low"), b => b.Low).Column(ParquetField.Double("close"), b => b.Close)
            .Column(ParquetField.Int64("volume", optional: true), b => b.Volume)
            .WriteAsync(stream, bars.ToAsyncEnumerable(), new ParquetOptions { RowsPerGroup = 10 }, ct: TestContext.Current.CancellationToken);
        return path;
    }
}
