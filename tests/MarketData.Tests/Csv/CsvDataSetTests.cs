using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData.Csv;
using EventSourcedTrading.MarketData.Tabular;
using EventSourcedTrading.MarketData.Tests.Lean;

namespace EventSourcedTrading.MarketData.Tests.Csv;

public sealed class CsvDataSetTests : IDisposable
{
    private readonly OwnLeanFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bars_by_the_usual_names()
    {
        var data = Data(["time,instrument,open,high,low,close,volume", "2013-10-07T13:30:00Z,SPY.ARCX,1,3,0.5,2,10", "2013-10-07T13:31:00Z,SPY.ARCX,2,2,2,2,0"]);
        Assert.Equal(2, Ordered.Count(data));
        var bar = data.Read().First();
        Assert.Equal(("2013-10-07T13:30:00.000000Z", "2013-10-07T13:31:00.000000Z"), (bar.Start.ToString(), bar.Time.ToString()));
        Assert.Equal((1m, 3m, 0.5m, 2m, 10m), (bar.Open, bar.High, bar.Low, bar.Price, bar.Size));
        Assert.Equal("SPY.ARCX", data.Instruments.Single().Id);
    }

    [Fact]
    public void Own_names_zone_format_scale_and_separator()
    {
        var data = Data(
            ["When;O;H;L;C", "07.10.2013 09:30;100;300;50;200"],
            o => o with
            {
                Separator = ';',
                TimeFormat = "dd.MM.yyyy HH:mm",
                TimeZone = "America/New_York",
                PriceScale = 0.01m,
                Instrument = "SPY.ARCX",
                TimeIsEnd = true,
                BarLength = TimeSpan.FromHours(1),
                Columns = new() { Time = "when", Instrument = null, Open = "o", High = "h", Low = "l", Close = "c", Volume = null },
            });
        var bar = data.Read().Single();
        Assert.Equal(("2013-10-07T12:30:00.000000Z", "2013-10-07T13:30:00.000000Z"), (bar.Start.ToString(), bar.Time.ToString()));
        Assert.Equal((1m, 3m, 0.5m, 2m, 0m), (bar.Open, bar.High, bar.Low, bar.Price, bar.Size));
    }

    [Fact]
    public void Kinds_may_mix_and_rows_of_one_time_are_put_in_order()
    {
        var data = Data(
            [
                "time,instrument,kind,bid,bidSize,ask,askSize,price,size",
                "2013-10-07T13:30:00Z,SPY.ARCX,trade,,,,,1.5,7",
                "2013-10-07T13:30:00Z,SPY.ARCX,trade,,,,,1.5,7",
                "2013-10-07T13:30:00Z,SPY.ARCX,quote,1,2,3,4,,",
                "2013-10-07T13:30:00Z,IBM.XNYS,trade,,,,,9,1",
            ],
            o => o with { Columns = new() { Kind = "kind" } });
        Assert.Equal(4, Ordered.Count(data));
        Assert.Equal(["SPY.ARCX 2", "IBM.XNYS 9", "SPY.ARCX 1.5", "SPY.ARCX 1.5"], data.Read().Select(s => FormattableString.Invariant($"{s.Instrument} {s.Mark:0.#}")));
    }

    [Fact]
    public void Files_are_merged_by_time()
    {
        const string header = "time,instrument,open,high,low,close,volume";
        var one = _folder.Text("a.csv", header, "2013-10-07T13:30:00Z,SPY.ARCX,1,1,1,1,1", "2013-10-07T13:32:00Z,SPY.ARCX,1,1,1,1,1");
        var two = _folder.Text("b.csv", header, "2013-10-07T13:31:00Z,IBM.XNYS,1,1,1,1,1", "2013-10-07T13:32:00Z,IBM.XNYS,1,1,1,1,1");
        var data = new CsvDataSet(new() { Files = [one, two] });
        Assert.Equal(4, Ordered.Count(data));
        Assert.Equal(["SPY.ARCX", "IBM.XNYS", "IBM.XNYS", "SPY.ARCX"], data.Read().Select(s => s.Instrument));
    }

    [Theory]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,1,1,1,1", "row", "must have 7 columns, not 6")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,1,1,1,1,1,1", "row", "must have 7 columns, not 8")]
    [InlineData("yesterday,SPY.ARCX,1,1,1,1,1", "time", "must be a time")]
    [InlineData("2013-10-07T13:31:00Z,QQQ.XNAS,1,1,1,1,1", "instrument", "catalogue")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,zero,1,1,1,1", "open", "must be a number")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,1,1,1,-1,1", "close", "must be above zero")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,1,1,1,0,1", "close", "must be above zero")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,1,1,1,NaN,1", "close", "must be a number")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,1,1,1,1e300,1", "close", "must be a number")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,2e9,2e9,2e9,2e9,1", "row", "prices must be at most")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,1,1,1,1,-1", "volume", "must not be negative")]
    [InlineData("2013-10-07T13:31:00Z,SPY.ARCX,2,1,1,1,1", "high", "must be the highest")]
    [InlineData("2013-10-07T13:30:00Z,SPY.ARCX,1,1,1,1,1", "time", "duplicate")]
    [InlineData("2013-10-07T13:29:00Z,SPY.ARCX,1,1,1,1,1", "time", "unsorted")]
    public void A_bad_row_stops_the_reading_or_is_counted(string bad, string field, string rule)
    {
        string[] lines = ["time,instrument,open,high,low,close,volume", "2013-10-07T13:30:00Z,SPY.ARCX,1,1,1,1,1", bad, "2013-10-07T13:35:00Z,SPY.ARCX,1,1,1,1,1"];
        Instrument[] catalogue = [new("SPY.ARCX", "USD")];
        var e = Assert.Throws<BadMarketDataException>(() => Data(lines, o => o with { Instruments = catalogue }).Read().Count());
        Assert.Equal(("data.csv", 3L, field), (e.Row.File, e.Row.Line, e.Row.Field));
        Assert.Contains(rule, e.Row.Rule, StringComparison.Ordinal);
        var lenient = Data(lines, o => o with { Instruments = catalogue, BadData = BadDataPolicy.Exclude });
        Assert.Equal(2, lenient.Read().Count());
        Assert.Equal(e.Row, lenient.Exclusions.Listed.Single());
    }

    [Fact]
    public void A_crossed_quote_is_named_and_missing_days_are_told()
    {
        string[] lines =
        [
            "time,instrument,bid,ask", "2013-10-04T15:00:00Z,SPY.ARCX,1.00,1.01", "2013-10-04T15:01:00Z,SPY.ARCX,1.02,1.01", "2013-10-08T15:00:00Z,SPY.ARCX,1.00,1.01",
        ];
        CsvOptions Quotes(CsvOptions o) => o with { Kind = SignalKind.Quote, CheckDays = true };
        var e = Assert.Throws<BadMarketDataException>(() => Data(lines, Quotes).Read().Count());
        Assert.Equal(("data.csv:3: bid '1.02': crossed: must not be above ask 1.01. Mend the data, or leave such rows out (--bad-data exclude).", 3L), (e.Message, e.Row.Line));
        var lenient = Data(lines, o => Quotes(o) with { BadData = BadDataPolicy.Exclude });
        Assert.Equal(2, lenient.Read().Count());
        Assert.Equal(["bid crossed", "day missing"], lenient.Exclusions.ByRule.Keys);
        Assert.Equal("2013-10-07", lenient.Exclusions.Listed[1].Value);
    }

    [Theory]
    [InlineData("time,instrument,open,high,low", "must have a column close")]
    [InlineData("time,instrument,open,high,low,close,open", "must not come twice")]
    public void A_header_that_lacks_or_repeats_a_column_is_refused(string header, string rule)
    {
        var e = Assert.Throws<BadMarketDataException>(() => Data([header, "1"], o => o with { BadData = BadDataPolicy.Exclude }).Read().Count());
        Assert.Contains(rule, e.Row.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_end_is_refused_in_bounded_memory()
    {
        string[] lines = ["time,instrument,open,high,low,close,volume", "\"" + new string('x', 300_000)];
        var e = Assert.Throws<BadMarketDataException>(() => Data(lines).Read().Count());
        Assert.Equal("row", e.Row.Field);
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentException>(() => Data([""], o => o with { PriceScale = 0m }));
        Assert.Throws<ArgumentException>(() => Data([""], o => o with { Name = "" }));
        Assert.Throws<BadMarketDataException>(() => Data([""], o => o with { Files = ["nowhere.csv"] }));
        Assert.Throws<ArgumentException>(() => Data([""], o => o with { BarLength = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => Data([""], o => o with { Columns = new() { Instrument = null } }));
        Assert.Throws<ArgumentException>(() => Data([""], o => o with { Instruments = [new("spy", "USD")] }));
    }

    private CsvDataSet Data(string[] lines, Func<CsvOptions, CsvOptions>? change = null)
    {
        var usual = new CsvOptions { Files = [_folder.Text("data.csv", lines)] };
        return new(change is null ? usual : change(usual));
    }
}
