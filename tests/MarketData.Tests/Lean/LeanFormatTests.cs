using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData.Lean;
using FsCheck;
using FsCheck.Fluent;

namespace EventSourcedTrading.MarketData.Tests.Lean;

/// <summary>The importer on folders that the tests build: days and faults that the sample does not have.</summary>
public sealed class LeanFormatTests : IDisposable
{
    private const string Row = "34200000,10000,10100,9900,10050,7";
    private readonly OwnLeanFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("20130308", "2013-03-08T14:31:00.000000Z")]
    [InlineData("20130311", "2013-03-11T13:31:00.000000Z")]
    [InlineData("20131101", "2013-11-01T13:31:00.000000Z")]
    [InlineData("20131104", "2013-11-04T14:31:00.000000Z")]
    public void Half_past_nine_follows_daylight_saving(string day, string end)
    {
        _folder.Zip($"equity/usa/minute/spy/{day}_trade.zip", Row);
        Assert.Equal(end, Read().Signals.Single().Time.ToString());
    }

    [Fact]
    public void The_hour_that_comes_twice_is_the_later_one_and_the_missing_hour_is_bad_data()
    {
        _folder.Zip("equity/usa/minute/spy/20131103_trade.zip", "5400000,10000,10000,10000,10000,1");
        Assert.Equal("2013-11-03T06:31:00.000000Z", Read().Signals.Single().Time.ToString());
        _folder.Zip("equity/usa/minute/spy/20130310_trade.zip", "9000000,10000,10000,10000,10000,1");
        Bad("time", "9000000", "does not exist on 2013-03-10", "equity/usa/minute/spy/20130310_trade.zip", 1);
    }

    [Theory]
    [InlineData("34260000,10000,10100,9900,10050,7,8", "row", "must have 6 columns, not 7")]
    [InlineData("34260000,10000,10100", "row", "must have 6 columns, not 3")]
    [InlineData("x,10000,10100,9900,10050,7", "time", "milliseconds")]
    [InlineData("86400000,10000,10100,9900,10050,7", "time", "milliseconds")]
    [InlineData("34260000,0,10100,9900,10050,7", "open", "must be above zero")]
    [InlineData("34260000,10000,10100,-9900,10050,7", "low", "must be above zero")]
    [InlineData("34260000,10000,10100,9900,1oo50,7", "close", "must be a number")]
    [InlineData("34260000,10000,10100,9900,10050,1e20", "volume", "must be a number")]
    [InlineData("34260000,10000,NaN,9900,10050,7", "high", "must be a number")]
    [InlineData("34260000,20000000000000,20000000000000,20000000000000,20000000000000,7", "row", "prices must be at most")]
    [InlineData("34260000,10000,10100,9900,10050,-7", "volume", "must not be negative")]
    [InlineData("34260000,10000,10100,9900,10200,7", "high", "must be the highest")]
    [InlineData("34260000,10000,10100,10001,10050,7", "low", "must be the lowest")]
    [InlineData("34200000,10000,10100,9900,10050,7", "end", "duplicate")]
    [InlineData("34140000,10000,10100,9900,10050,7", "end", "unsorted")]
    public void A_bad_trade_row_stops_the_reading_or_is_counted(string bad, string field, string rule)
    {
        _folder.Zip("equity/usa/minute/spy/20131007_trade.zip", Row, bad, "34320000,10000,10100,9900,10050,7");
        Bad(field, null, rule, "equity/usa/minute/spy/20131007_trade.zip", 2);
        Assert.Equal([1, 2], Read(BadDataPolicy.Exclude).Signals.Select(s => s.Sequence));
    }

    [Theory]
    [InlineData("34200000,10,10,10,0,1,11,11,11,11,1", "bidClose", "must be above zero")]
    [InlineData("34200000,10,10,10,12,1,11,11,11,11,1", "bidClose", "crossed")]
    [InlineData("34200000,10,10,10,10,1,11,11,11,11,-1", "askSize", "must not be negative")]
    [InlineData("34200000,10,10,10,10,1,11,11,11,11", "row", "must have 11 columns, not 10")]
    public void A_bad_quote_row_does_the_same(string bad, string field, string rule)
    {
        _folder.Zip("equity/usa/minute/spy/20131007_quote.zip", bad);
        Bad(field, null, rule, "equity/usa/minute/spy/20131007_quote.zip", 1);
    }

    [Fact]
    public void A_quote_row_without_a_side_is_counted_and_never_an_error()
    {
        _folder.Zip("equity/usa/minute/spy/20131007_quote.zip", "34200000,,,,,,11,11,11,11,1", "34260000,10,10,10,10,1,11,11,11,11,1");
        var (signals, data) = Read();
        Assert.Equal(0.001m, signals.Single().Bid);
        Assert.Equal(("bidClose", 1L), (data.Exclusions.Listed.Single().Field, data.Exclusions.Count));
    }

    [Fact]
    public void A_truncated_or_altered_archive_is_named()
    {
        var path = _folder.Zip("equity/usa/minute/spy/20131007_trade.zip", [.. Enumerable.Range(0, 300).Select(i => $"{i * 60000},10000,10100,9900,10050,{i}")]);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Bad("file", "20131007_trade.zip", "zip archive cannot be read", "equity/usa/minute/spy/20131007_trade.zip", 0);
        File.WriteAllText(path, "not a zip");
        Bad("file", "20131007_trade.zip", "zip archive cannot be read", "equity/usa/minute/spy/20131007_trade.zip", 0);

        // A wrong CRC-32 in the directory: found when the last block is read, before the row in it that has no line end.
        var at = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        bytes[at + 16] ^= 1;
        File.WriteAllBytes(path, bytes);
        Bad("file", "20131007_trade.zip", "zip archive cannot be read", "equity/usa/minute/spy/20131007_trade.zip", 299);
    }

    [Fact]
    public void A_line_without_end_is_refused_in_bounded_memory()
    {
        _folder.Zip("equity/usa/minute/spy/20131007_trade.zip", Row, new string('1', 1_000_000));
        Bad("file", "20131007_trade.zip", "line must not be longer than 4096 bytes", "equity/usa/minute/spy/20131007_trade.zip", 1);
    }

    [Fact]
    public void Exclusions_are_all_counted_but_listed_up_to_a_bound()
    {
        _folder.Zip("equity/usa/minute/spy/20131007_trade.zip", [.. Enumerable.Repeat("bad", 1_500)]);
        var data = Read(BadDataPolicy.Exclude).Data;
        Assert.Equal((1_500L, 1_000), (data.Exclusions.Count, data.Exclusions.Listed.Count));
        Assert.Empty(data.Read());
        Assert.Equal(1_500, data.Exclusions.Count);
    }

    [Theory]
    [InlineData("20140606,0.9", "row")]
    [InlineData("2014-06-06,0.9,1,1", "date")]
    [InlineData("20140606,0,1,1", "priceFactor")]
    [InlineData("20140606,0.9,x,1", "splitFactor")]
    [InlineData("20130101,0.9,1,1", "date")]
    public void A_bad_factor_row_stops_the_reading_under_either_policy(string bad, string field)
    {
        _folder.Zip("equity/usa/minute/spy/20131007_trade.zip", Row);
        _folder.Text("equity/usa/factor_files/spy.csv", "20130102,0.5,0.5,1", bad);
        var e = Assert.Throws<BadMarketDataException>(() => Read(BadDataPolicy.Exclude, o => o with { Adjustment = Adjustment.Split }));
        Assert.Single(Read().Signals);
        Assert.Equal(("equity/usa/factor_files/spy.csv", 2L, field), (e.Row.File, e.Row.Line, e.Row.Field));
    }

    [Fact]
    public void Adjusting_without_a_factor_file_is_refused()
    {
        _folder.Zip("equity/usa/minute/spy/20131007_trade.zip", Row);
        var e = Assert.Throws<BadMarketDataException>(() => Read(BadDataPolicy.Exclude, o => o with { Adjustment = Adjustment.Split }));
        Assert.Equal(("equity/usa/factor_files/spy.csv", 0L, "file"), (e.Row.File, e.Row.Line, e.Row.Field));
    }

    [Fact]
    public void A_factor_holds_up_to_and_including_its_day()
    {
        foreach (var day in (string[])["20131007", "20131008", "20131009"]) _folder.Zip($"equity/usa/minute/spy/{day}_trade.zip", Row);
        _folder.Text("equity/usa/factor_files/spy.csv", "20131007,0.8,0.5,1", "20131008,0.9,1,1", "20501231,1,1,0");
        decimal[] Closes(Adjustment a) => [.. Read(options: o => o with { Adjustment = a }).Signals.Select(s => s.Price)];
        Assert.Equal([1.005m, 1.005m, 1.005m], Closes(Adjustment.Raw));
        Assert.Equal([0.5025m, 1.005m, 1.005m], Closes(Adjustment.Split));
        Assert.Equal([0.402m, 0.9045m, 1.005m], Closes(Adjustment.SplitAndDividend));
        Assert.Equal(14m, Read(options: o => o with { Adjustment = Adjustment.Split }).Signals[0].Size);
    }

    [Fact]
    public void Daily_crypto_ends_at_midnight_and_quotes_have_files_of_their_own()
    {
        _folder.Zip("crypto/coinbase/daily/btcusd_trade.zip", "20180404 00:00,1,3,1,2,0.5");
        _folder.Zip("crypto/coinbase/daily/btcusd_quote.zip", "20180404 00:00,1,1,1,1,5,2,2,2,2,6");
        var signals = Read(options: o => o with { Resolution = LeanResolution.Daily }).Signals;
        Assert.Equal([SignalKind.Quote, SignalKind.Bar], signals.Select(s => s.Kind));
        Assert.All(signals, s => Assert.Equal("2018-04-05T00:00:00.000000Z", s.Time.ToString()));
    }

    [Fact]
    public void Listings_can_be_replaced_and_are_checked()
    {
        _folder.Zip("equity/usa/minute/spy/20131007_trade.zip", Row);
        var own = new Instrument("SPY.XMUN", "EUR", Bucket: "mine");
        Assert.Equal(own, Read(options: o => o with { Listings = new Dictionary<string, Instrument> { ["SPY"] = own } }).Data.Instruments.Single());
        Assert.Throws<ArgumentException>(() => Read(options: o => o with { Listings = new Dictionary<string, Instrument> { ["SPY"] = own with { LotSize = 0m } } }));
        Assert.Equal("BRK-B.XNYS", LeanListings.Equity("BRK.B").Id);
        Assert.Throws<BadMarketDataException>(() => new LeanDataSet(new() { Path = Path.Combine(_folder.Path, "nowhere") }));
    }

    [Fact]
    public void Whatever_files_there_are_the_stream_is_ordered_and_complete() => Prop.ForAll(
        Gen.Choose(0, 1439).Array2DOf().ToArbitrary(), minutes =>
        {
            using var folder = new OwnLeanFolder();
            var rows = 0;
            string[] symbols = ["spy", "ibm", "aig"];
            for (var i = 0; i < minutes.GetLength(0) && i < 6; i++)
            {
                var mine = Enumerable.Range(0, minutes.GetLength(1)).Select(j => minutes[i, j]).Distinct().Order().ToArray();
                rows += mine.Length;
                folder.Zip(
                    $"equity/usa/minute/{symbols[i % 3]}/20131007_{(i < 3 ? "trade" : "quote")}.zip",
                    [.. mine.Select(m => $"{m * 60_000},{(i < 3 ? "10000,10000,10000,10000,1" : "10000,10000,10000,10000,1,10001,10001,10001,10001,1")}")]);
            }

            return Ordered.Count(new LeanDataSet(new() { Path = folder.Path })) == rows;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    private (List<Signal> Signals, LeanDataSet Data) Read(BadDataPolicy policy = BadDataPolicy.Strict, Func<LeanOptions, LeanOptions>? options = null)
    {
        var usual = new LeanOptions { Path = _folder.Path, BadData = policy };
        var data = new LeanDataSet(options is null ? usual : options(usual));
        return ([.. data.Read()], data);
    }

    private void Bad(string field, string? value, string rule, string file, long line)
    {
        var e = Assert.Throws<BadMarketDataException>(() => Read());
        Assert.Equal((file, line, field), (e.Row.File, e.Row.Line, e.Row.Field));
        if (value is not null) Assert.Equal(value, e.Row.Value);
        Assert.Contains(rule, e.Row.Rule, StringComparison.Ordinal);
        var data = Read(BadDataPolicy.Exclude).Data;
        Assert.Equal((1L, e.Row), (data.Exclusions.Count, data.Exclusions.Listed.Single()));
    }
}
