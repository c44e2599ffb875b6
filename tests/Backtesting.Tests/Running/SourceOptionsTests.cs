using System.CommandLine;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Csv;
using EventSourcedTrading.MarketData.Lean;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.MarketData.Tabular;
using EventSourcedTrading.MarketData.Tests.Lean;
using EventSourcedTrading.Parquet;
using EventSourcedTrading.Workers.Cli;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>What the options of a data set open, and which of them are refused.</summary>
public sealed class SourceOptionsTests : IDisposable
{
    private readonly OwnLeanFolder folder = new();

    [Fact]
    public void Without_data_it_is_the_simulator()
    {
        var market = Assert.IsType<SimulatedMarket>(Open("--seed", "7", "--days", "2"));
        Assert.Equal(("simulated-7", 2 * 390 * 12), (market.Name, market.Read().Count()));
    }

    [Fact]
    public void A_table_is_read_by_columns_kind_instrument_and_zone()
    {
        var file = folder.Text("t.csv", "when,px,qty", "2013-10-07T09:30:00,10.5,3");
        var trade = Assert.Single(Open("--data", file, "--columns", "time=when,price=px,size=qty", "--kind", "trade", "--instrument", "SPY.ARCX", "--time-zone", "America/New_York").Read());
        Assert.Equal((SignalKind.Trade, "SPY.ARCX", "2013-10-07T13:30:00.000000Z", 10.5m, 3m, "csv"), (trade.Kind, trade.Instrument, trade.Time.ToString(), trade.Price, trade.Size, trade.Feed));
    }

    [Theory]
    [InlineData("second", "2013-10-07T00:00:01.000000Z")]
    [InlineData("minute", "2013-10-07T00:01:00.000000Z")]
    [InlineData("daily", "2013-10-08T00:00:00.000000Z")]
    public void The_resolution_is_the_length_of_a_tables_bars(string resolution, string end)
    {
        var file = folder.Text("t.csv", "time,instrument,open,high,low,close", "1381104000,SPY.ARCX,1,2,1,2");
        Assert.Equal(end, Assert.Single(Open("--data", file, "--resolution", resolution, "--time-format", "unix").Read()).Time.ToString());
    }

    [Fact]
    public async Task A_Parquet_file_gives_the_signals_of_the_same_table_as_CSV()
    {
        var csv = folder.Text("t.csv", "time,instrument,bid,ask,bidSize,askSize", "2013-10-07T13:30:00Z,SPY.ARCX,10.01,10.02,5,6", "2013-10-07T13:31:00Z,SPY.ARCX,10.03,10.05,7,8");
        var parquet = Path.Combine(folder.Path, "t.parquet");
        string[][] rows = [.. File.ReadLines(csv).Skip(1).Select(l => l.Split(','))];
        var table = new ParquetRows<string[]>().Column(ParquetField.String("time"), r => r[0]).Column(ParquetField.String("instrument"), r => r[1])
            .Column(ParquetField.Decimal("bid", 18, 8), r => Number(r[2])).Column(ParquetField.Decimal("ask", 18, 8), r => Number(r[3]))
            .Column(ParquetField.Decimal("bidSize", 18, 8), r => Number(r[4])).Column(ParquetField.Decimal("askSize", 18, 8), r => Number(r[5]));
        await using (var to = File.Create(parquet)) await table.WriteAsync(to, rows.ToAsyncEnumerable());

        var fromParquet = Assert.IsType<ParquetDataSet>(Open("--data", parquet, "--kind", "quote"));
        Assert.Equal(Open("--data", csv, "--kind", "quote").Read().Select(s => s with { Feed = "" }), fromParquet.Read().Select(s => s with { Feed = "" }));
        Assert.Equal(2, fromParquet.Read().Count());

        static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(null, 400, 400)]
    [InlineData("raw", 400, 400, "dividend", "split")]
    [InlineData("adjusted", 100, 400, "dividend")]
    [InlineData("total-return", 99, 400)]
    public void Prices_of_a_LEAN_folder_are_as_asked_for(string? prices, decimal first, decimal last, params string[] actions)
    {
        // A dividend of 1 % on the second trading day, four for one on the third; the last close is in new shares.
        folder.Zip("equity/usa/daily/spy.zip", "20131007 00:00,4000000,4000000,4000000,4000000,1", "20131008 00:00,4000000,4000000,4000000,4000000,1", "20131009 00:00,4000000,4000000,4000000,4000000,1");
        folder.Text("equity/usa/factor_files/spy.csv", "20131007,0.99,0.25,400", "20131008,1,0.25,400", "20501231,1,1,0");
        string[] asked = prices is null ? [] : ["--prices", prices];
        var signals = Open(["--data", folder.Path, "--resolution", "daily", .. asked]).Read().ToList();
        var bars = signals.Where(s => s.Kind == SignalKind.Bar).ToList();
        Assert.Equal((3, first, last), (bars.Count, bars[0].Price, bars[^1].Price));
        Assert.Equal(actions, signals.Where(s => s.Kind != SignalKind.Bar).Select(s => s.Kind.ToString().ToLowerInvariant()));
    }

    [Fact]
    public void Bad_rows_end_the_reading_of_tables_and_are_left_out_of_LEAN_folders_unless_it_is_said()
    {
        var file = folder.Text("t.csv", "time,instrument,open,high,low,close", "2013-10-07T13:30:00Z,SPY.ARCX,1,2,1,0", "2013-10-07T13:31:00Z,SPY.ARCX,1,2,1,2");
        folder.Zip("equity/usa/minute/spy/20131007_trade.zip", "34200000,10000,20000,10000,0,1", "34260000,10000,20000,10000,20000,1");
        Assert.Throws<BadMarketDataException>(() => Open("--data", file).Read().Count());
        Assert.Single(Open("--data", file, "--bad-data", "exclude").Read());
        Assert.Single(Open("--data", folder.Path).Read());
        Assert.Throws<BadMarketDataException>(() => Open("--data", folder.Path, "--bad-data", "fail").Read().Count());
    }

    [Theory]
    [InlineData("--symbols", "SPY")]
    [InlineData("--prices", "raw")]
    [InlineData("--columns", "time=ts")]
    [InlineData("--kind", "bar")]
    [InlineData("--instrument", "SPY.ARCX")]
    [InlineData("--time-zone", "UTC")]
    [InlineData("--time-format", "unix")]
    [InlineData("--resolution", "daily")]
    [InlineData("--bad-data", "fail")]
    [InlineData("--check-days")]
    public void The_simulator_has_no_use_for_options_of_files(params string[] option) => Refused($"{option[0]} is for", "without --data the simulator is read", option);

    [Theory]
    [InlineData("--seed", "1")]
    [InlineData("--days", "5")]
    [InlineData("--columns", "time=ts")]
    [InlineData("--kind", "bar")]
    [InlineData("--instrument", "SPY.ARCX")]
    [InlineData("--time-zone", "UTC")]
    [InlineData("--time-format", "unix")]
    public void A_LEAN_folder_has_no_use_for_options_of_others(params string[] option) =>
        Refused($"{option[0]} is for", $"--data {folder.Path} is a folder in LEAN's layout", ["--data", folder.Path, .. option]);

    [Theory]
    [InlineData("--seed", "1")]
    [InlineData("--days", "5")]
    [InlineData("--symbols", "SPY")]
    [InlineData("--prices", "raw")]
    public void A_table_has_no_use_for_options_of_others(params string[] option)
    {
        var file = folder.Text("t.csv", "time");
        Refused($"{option[0]} is for", $"--data {file} is a CSV or Parquet file", ["--data", file, .. option]);
    }

    [Theory]
    [InlineData("--kind 'bars' must be one of bar, quote, trade", "--kind", "bars")]
    [InlineData("--resolution 'hour' must be one of second, minute, daily", "--resolution", "hour")]
    [InlineData("--bad-data 'ignore' must be one of fail, exclude", "--bad-data", "ignore")]
    [InlineData("--time-zone 'Mars' must be an IANA zone", "--time-zone", "Mars")]
    [InlineData("--columns 'cloze': is not a field", "--columns", "cloze=px")]
    [InlineData("--columns 'cloze': is not a field", "--columns", "{\"cloze\":\"px\"}")]
    [InlineData("--columns 'px': must be field=column", "--columns", "px")]
    [InlineData("so --instrument must", "--columns", "instrument=")]
    [InlineData("--instrument 'spy' must be SYMBOL.MIC", "--instrument", "spy")]
    [InlineData("--instrument SPY.ARCX and --columns instrument=sym contradict", "--instrument", "SPY.ARCX", "--columns", "instrument=sym")]
    [InlineData("--kind trade and --columns kind=type contradict", "--kind", "trade", "--columns", "kind=type")]
    public void A_value_that_breaks_a_rule_is_named(string why, params string[] options) => Refused(why, "", ["--data", folder.Text("t.csv", "time"), .. options]);

    [Fact]
    public void What_is_not_there_and_what_is_out_of_range_is_named()
    {
        Refused("--data nowhere: there is no such folder or file", "", ["--data", "nowhere"]);
        Refused("--days 0 must be 1 to 10000", "", ["--days", "0"]);
        Refused("--prices 'today' must be one of raw, adjusted, total-return", "", ["--data", folder.Path, "--prices", "today"]);
    }

    public void Dispose() => folder.Dispose();

    private static void Refused(string why, string also, string[] options)
    {
        var message = Assert.Throws<ConfigurationException>(() => Open(options)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains(also, message, StringComparison.Ordinal);
    }

    private static IMarketDataSource Open(params string[] options)
    {
        var (source, command) = (new SourceOptions(), new RootCommand());
        source.AddTo(command);
        var parsed = command.Parse(options);
        Assert.Empty(parsed.Errors);
        return source.Open(parsed);
    }
}
