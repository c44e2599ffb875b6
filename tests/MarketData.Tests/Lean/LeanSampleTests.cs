using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData.Lean;

namespace EventSourcedTrading.MarketData.Tests.Lean;

/// <summary>The importer on the real files, against rows that were read and converted by hand.</summary>
public sealed class LeanSampleTests
{
    [Fact]
    public void A_minute_of_trades_is_a_bar_at_its_end_in_dollars_and_UTC()
    {
        // 34200000,1674300,1675200,1674100,1674400,816453 on 2013-10-07: 09:30 New York is 13:30 UTC in October.
        var bar = Spy().Read().Single(s => s.Kind == SignalKind.Bar && s.Start == Timestamp.Parse("2013-10-07T13:30:00Z"));
        Assert.Equal(
            ("SPY.ARCX", Timestamp.Parse("2013-10-07T13:31:00Z"), 167.43m, 167.52m, 167.41m, 167.44m, 816453m),
            (bar.Instrument, bar.Time, bar.Open, bar.High, bar.Low, bar.Price, bar.Size));
    }

    [Fact]
    public void A_minute_of_quotes_is_one_quote_with_the_closing_sides()
    {
        // 34200000,1674100,1675200,1674100,1674400,4400,1674100,1675300,1674100,1674500,1400
        var quote = Spy().Read().Single(s => s.Kind == SignalKind.Quote && s.Time == Timestamp.Parse("2013-10-07T13:31:00Z"));
        Assert.Equal((167.44m, 4400m, 167.45m, 1400m), (quote.Bid, quote.BidSize, quote.Ask, quote.AskSize));
        Assert.Equal((0m, 0m, default), (quote.Price, quote.Open, quote.Start));
    }

    [Fact]
    public void All_rows_come_once_and_in_order_from_every_folder()
    {
        // Counted with unzip -p FILE | awk 1 | wc -l.
        Assert.Equal(24_598 + 15_969, Ordered.Count(new LeanDataSet(new() { Path = LeanData.Folder })));
        Assert.Equal(16_675 + 27_409, Ordered.Count(new LeanDataSet(new() { Path = LeanData.Folder, Resolution = LeanResolution.Second })));
        Assert.Equal((4 * 5_849) + 4_183 + 5_244 + 3_964, Ordered.Count(Daily(Adjustment.Raw, "aapl", "aig", "bac", "goog", "ibm", "iwm", "qqq")));
    }

    [Fact]
    public void Crypto_is_plain_decimals_in_UTC()
    {
        // 60000,7420,7422,7405,7405,13.35069752 and 60000,…,7415,2.5833652000000003,…,7415.01,27.643747620000003 on 2018-04-04
        var data = new LeanDataSet(new() { Path = LeanData.Folder, Assets = LeanAssets.Crypto, Symbols = ["BTCUSD"], To = new(2018, 4, 4) });
        var slice = data.Read().Where(s => s.Time == Timestamp.Parse("2018-04-04T00:02:00Z")).ToList();
        Assert.Equal([SignalKind.Quote, SignalKind.Bar], slice.Select(s => s.Kind));
        Assert.Equal((7415m, 2.5833652000000003m, 7415.01m, 27.643747620000003m), (slice[0].Bid, slice[0].BidSize, slice[0].Ask, slice[0].AskSize));
        Assert.Equal((7420m, 7422m, 7405m, 7405m, 13.35069752m), (slice[1].Open, slice[1].High, slice[1].Low, slice[1].Price, slice[1].Size));
        var btc = Assert.Single(data.Instruments);
        Assert.Equal(("BTCUSD.XOFF", "USD", 0.00000001m, 0.01m, "crypto"), (btc.Id, btc.Currency, btc.LotSize, btc.TickSize, btc.Bucket));
    }

    [Fact]
    public void A_daily_bar_ends_at_16_New_York_in_winter_and_in_summer()
    {
        var bars = Daily(Adjustment.Raw, "spy").Read().ToDictionary(s => DateOnly.FromDateTime(s.Time.ToDateTime()));
        Assert.Equal("2013-10-07T20:00:00.000000Z", bars[new(2013, 10, 7)].Time.ToString());
        Assert.Equal("2013-10-07T04:00:00.000000Z", bars[new(2013, 10, 7)].Start.ToString());
        Assert.Equal("2013-12-02T21:00:00.000000Z", bars[new(2013, 12, 2)].Time.ToString());
        Assert.Equal("2013-11-29T18:00:00.000000Z", bars[new(2013, 11, 29)].Time.ToString());   // 13:00 behind Thanksgiving
        Assert.Equal(167.42m, bars[new(2013, 10, 7)].Price);
    }

    [Fact]
    public void Apple_before_its_split_of_7_to_1_is_in_todays_shares()
    {
        // 2014-06-06 closed at 645.57 on 12,116,671 shares; 7:1 the Monday after and 4:1 in 2020 make 28.
        var raw = On(Daily(Adjustment.Raw, "aapl"), new(2014, 6, 6));
        var split = On(Daily(Adjustment.Split, "aapl"), new(2014, 6, 6));
        Assert.Equal((645.57m, 12_116_671m), (raw.Price, raw.Size));
        Assert.InRange(split.Price, (645.57m / 28m) - 0.0001m, (645.57m / 28m) + 0.0001m);
        Assert.InRange(split.Size, (12_116_671m * 28m) - 1_000m, (12_116_671m * 28m) + 1_000m);

        // The day of the split is worth a quarter only, and the jump is gone: 23.06 to 23.43.
        Assert.Equal(93.70m / 4m, On(Daily(Adjustment.Split, "aapl"), new(2014, 6, 9)).Price);
        Assert.Equal(499.23m / 4m, On(Daily(Adjustment.Split, "aapl"), new(2020, 8, 28)).Price);
    }

    [Fact]
    public void Apples_dividends_lower_the_days_before_them()
    {
        // Apple paid 0.205 a share twice after 2020-11-05, on closes before the ex-day of 119.03 and 137.39.
        var expected = 119.03m * (1m - (0.205m / 119.03m)) * (1m - (0.205m / 137.39m));
        Assert.InRange(On(Daily(Adjustment.SplitAndDividend, "aapl"), new(2020, 11, 5)).Price, expected - 0.0001m, expected + 0.0001m);
        Assert.Equal(119.03m, On(Daily(Adjustment.Split, "aapl"), new(2020, 11, 5)).Price);
    }

    [Fact]
    public void IBM_split_2_to_1_and_AIG_1_to_20()
    {
        Assert.Equal(117.75m, On(Daily(Adjustment.Split, "ibm"), new(1999, 5, 26)).Price);
        Assert.Equal(116.06m, On(Daily(Adjustment.Split, "ibm"), new(1999, 5, 27)).Price);
        Assert.Equal((22.6m, 17_448_616m), (On(Daily(Adjustment.Split, "aig"), new(2009, 6, 30)).Price, On(Daily(Adjustment.Split, "aig"), new(2009, 6, 30)).Size));
    }

    [Fact]
    public void Days_hours_and_symbols_can_be_chosen()
    {
        var day = new DateOnly(2013, 10, 8);
        var data = new LeanDataSet(new() { Path = LeanData.Folder, Symbols = ["spy", "IBM"], From = day, To = day, Quotes = false, RegularHoursOnly = true });
        var signals = data.Read().ToList();
        Assert.Equal(780, signals.Count);
        Assert.All(signals, s => Assert.True(s.Time >= Timestamp.Parse("2013-10-08T13:31:00Z") && s.Time <= Timestamp.Parse("2013-10-08T20:00:00Z")));
        Assert.Equal(["IBM.XNYS", "SPY.ARCX"], data.Instruments.Select(i => i.Id));
        var e = Assert.Throws<BadMarketDataException>(() => new LeanDataSet(new() { Path = LeanData.Folder, Symbols = ["NOPE"] }));
        Assert.Equal(("symbol", "NOPE"), (e.Row.Field, e.Row.Value));
    }

    private static LeanDataSet Spy() => new(new() { Path = LeanData.Folder, Symbols = ["SPY"] });

    private static LeanDataSet Daily(Adjustment adjustment, params string[] symbols) =>
        new(new() { Path = LeanData.Folder, Resolution = LeanResolution.Daily, Symbols = symbols, Adjustment = adjustment });

    private static Signal On(LeanDataSet data, DateOnly day) => data.Read().Single(s => DateOnly.FromDateTime(s.Time.ToDateTime()) == day);
}
