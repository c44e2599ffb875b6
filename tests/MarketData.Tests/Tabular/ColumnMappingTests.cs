using EventSourcedTrading.MarketData.Csv;
using EventSourcedTrading.MarketData.Tabular;
using EventSourcedTrading.MarketData.Tests.Lean;

namespace EventSourcedTrading.MarketData.Tests.Tabular;

public sealed class ColumnMappingTests : IDisposable
{
    private readonly OwnLeanFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_and_JSON_say_the_same()
    {
        var expected = new ColumnMapping { Time = "ts", Close = "px", Instrument = null, Volume = null };
        Assert.Equal(expected, ColumnMapping.Parse("time=ts, close=px,instrument=,volume="));
        Assert.Equal(expected, ColumnMapping.FromJson("""{"time":"ts","close":"px","instrument":null,"volume":null}"""));
        Assert.Equal(new ColumnMapping(), ColumnMapping.Parse(""));
        Assert.Equal("3", ColumnMapping.FromJson("""{"time":3}""").Time);
    }

    [Theory]
    [InlineData("tiem=ts", "columns 'tiem': is not a field; known are time, instrument,")]
    [InlineData("time", "columns 'time': must be field=column")]
    [InlineData("time=", "columns 'time': must have a column")]
    [InlineData("time=a,time=b", "columns 'time': must not come twice")]
    public void What_is_wrong_is_named(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => ColumnMapping.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{", "must be a JSON object")]
    [InlineData("""{"time":{}}""", "columns 'time': must have a column's name")]
    [InlineData("""{"tiem":"ts"}""", "columns 'tiem': is not a field")]
    public void So_is_it_in_JSON(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => ColumnMapping.FromJson(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_without_a_header_has_numbered_columns()
    {
        var file = _folder.Text("raw.csv", "1381152600,1,3,0.5,2,10", "1381152660,2,2,2,2,0");
        var options = new CsvOptions
        {
            Files = [file], HasHeader = false, TimeFormat = "unix", Instrument = "SPY.ARCX", Columns = ColumnMapping.Parse("time=1,open=2,high=3,low=4,close=5,volume=6,instrument="),
        };
        Assert.Equal(["2013-10-07T13:31:00.000000Z", "2013-10-07T13:32:00.000000Z"], new CsvDataSet(options).Read().Select(s => s.Time.ToString()));
        var e = Assert.Throws<BadMarketDataException>(() => new CsvDataSet(options with { Columns = options.Columns with { Close = "7" } }).Read().Count());
        Assert.Equal(("columns", "7", "must be the number of a column, 1 to 6, as the file has no header"), (e.Row.Field, e.Row.Value, e.Row.Rule));
    }

    [Theory]
    [InlineData("unix", "1381152600.5", "2013-10-07T13:30:00.500000Z")]
    [InlineData("unixMs", "1381152600123", "2013-10-07T13:30:00.123000Z")]
    [InlineData("unixUs", "1381152600123456", "2013-10-07T13:30:00.123456Z")]
    [InlineData("unixNs", "1381152600123456789", "2013-10-07T13:30:00.123456Z")]
    [InlineData(null, "2013-10-07T15:30:00+02:00", "2013-10-07T13:30:00.000000Z")]
    [InlineData(null, "1381152600", null)]        // a count of what?
    [InlineData("unix", "99999999999999999999", null)]
    public void Times_may_be_counts(string? format, string text, string? expected)
    {
        var file = _folder.Text("t.csv", "time,price", $"{text},1");
        var data = new CsvDataSet(new() { Files = [file], TimeFormat = format, Kind = Domain.Signals.SignalKind.Trade, Instrument = "SPY.ARCX", Columns = new() { Instrument = null }, BadData = BadDataPolicy.Exclude });
        Assert.Equal(expected, data.Read().SingleOrDefault()?.Time.ToString());
        Assert.Equal(expected is null ? 1 : 0, data.Exclusions.Count);
    }
}
