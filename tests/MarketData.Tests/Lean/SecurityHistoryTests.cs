using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData.Lean;

namespace EventSourcedTrading.MarketData.Tests.Lean;

/// <summary>What a security lives through: other tickers, splits, dividends, days without trade.</summary>
public sealed class SecurityHistoryTests : IDisposable
{
    private const string Row = "34200000,10000,10100,9900,10050,7";
    private readonly OwnLeanFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_security_is_followed_through_its_tickers()
    {
        // As LEAN has it of Twenty-First Century Fox: NWSA until 28 June 2013, FOXA from then on.
        _folder.Text("equity/usa/map_files/foxa.csv", "20041112,nwsa,Q", "20130628,nwsa,Q", "20501231,foxa,Q");
        foreach (var day in (string[])["20130627", "20130628", "20130701"]) _folder.Zip($"equity/usa/minute/nwsa/{day}_trade.zip", Row);
        _folder.Zip("equity/usa/minute/foxa/20130701_trade.zip", Row);
        _folder.Zip("equity/usa/minute/foxa/20130702_trade.zip", Row);
        foreach (var symbols in (string[]?[])[["FOXA"], null])
        {
            var data = Data(o => o with { Symbols = symbols });
            Assert.Equal(["06-27", "06-28", "07-01", "07-02"], data.Read().Select(s => s.Time.ToString()[5..10]));
            Assert.Equal("FOXA.XNYS", Assert.Single(data.Instruments).Id);
        }

        // Asked for by a ticker that has no map file of its own, the folder is what it is.
        Assert.Equal(3, Data(o => o with { Symbols = ["nwsa"] }).Read().Count());
    }

    [Fact]
    public void A_daily_file_is_read_for_the_days_on_which_the_ticker_was_the_securitys()
    {
        _folder.Text("equity/usa/map_files/qqq.csv", "19990310,qqq", "20041130,qqq", "20110322,qqqq", "20501231,qqq");
        _folder.Zip("equity/usa/daily/qqq.zip", "20041130 00:00,10000,10000,10000,10000,1", "20041201 00:00,20000,20000,20000,20000,1", "20110323 00:00,30000,30000,30000,30000,1");
        _folder.Zip("equity/usa/daily/qqqq.zip", "20041201 00:00,40000,40000,40000,40000,1", "20110322 00:00,50000,50000,50000,50000,1", "20110323 00:00,60000,60000,60000,60000,1");
        Assert.Equal([1m, 4m, 5m, 3m], Data(o => o with { Resolution = LeanResolution.Daily }).Read().Select(s => s.Price));
    }

    [Theory]
    [InlineData("20130628", "row")]
    [InlineData("2013-06-28,nwsa", "date")]
    [InlineData("20041112,nwsa", "date")]
    [InlineData("20130628,../nwsa", "ticker")]
    public void A_bad_map_row_stops_the_reading_under_either_policy(string bad, string field)
    {
        _folder.Text("equity/usa/map_files/foxa.csv", "20041112,nwsa,Q", bad);
        _folder.Zip("equity/usa/minute/foxa/20130701_trade.zip", Row);
        var e = Assert.Throws<BadMarketDataException>(() => Data(o => o with { BadData = BadDataPolicy.Exclude }));
        Assert.Equal(("equity/usa/map_files/foxa.csv", 2L, field), (e.Row.File, e.Row.Line, e.Row.Field));
    }

    [Fact]
    public void Apples_splits_and_dividends_come_as_they_were()
    {
        var data = new LeanDataSet(new() { Path = LeanData.Folder, Resolution = LeanResolution.Daily, Symbols = ["aapl"], CorporateActions = true });
        Ordered.Count(data);
        var actions = data.Read().Where(s => !s.IsPrice).ToArray();
        Assert.Equal(
            ["2000-06-21T04:00:00.000000Z 2 for 1", "2005-02-28T05:00:00.000000Z 2 for 1", "2014-06-09T04:00:00.000000Z 7 for 1", "2020-08-31T04:00:00.000000Z 4 for 1"],
            actions.Where(s => s.Kind == SignalKind.Split).Select(s => FormattableString.Invariant($"{s.Time} {s.NewShares} for {s.OldShares}")));
        var paid = actions.Where(s => s.Kind == SignalKind.Dividend).ToDictionary(s => s.Time.ToString()[..10], s => s.CashPerShare);

        // Apple's own table of dividends: investor.apple.com/dividend-history.
        Assert.Equal((2.65m, 0.47m, 0.82m, 0.205m, 0.205m), (Math.Round(paid["2012-08-09"], 2), Math.Round(paid["2014-08-07"], 2), Math.Round(paid["2020-08-07"], 2), paid["2020-11-06"], paid["2021-02-05"]));
    }

    [Fact]
    public void Raw_prices_with_actions_grow_as_adjusted_prices_do()
    {
        // Splits applied to a holding of one share, dividends put into more of it at the close before: the growth of the adjusted price.
        LeanDataSet Daily(Adjustment adjustment, bool actions) => new(new() { Path = LeanData.Folder, Resolution = LeanResolution.Daily, Symbols = ["ibm"], Adjustment = adjustment, CorporateActions = actions });
        decimal shares = 1m, close = 0m, first = 0m;
        foreach (var signal in Daily(Adjustment.Raw, true).Read())
        {
            if (signal.Kind == SignalKind.Split) shares *= signal.NewShares / signal.OldShares;
            else if (signal.Kind == SignalKind.Dividend) shares /= 1m - (signal.CashPerShare / close);
            else close = signal.Price;
            if (first == 0m) first = close;
        }

        var adjusted = Daily(Adjustment.SplitAndDividend, false).Read().Select(s => s.Price).ToArray();
        var expected = adjusted[^1] / adjusted[0];
        Assert.InRange(shares * close / first, expected * 0.999m, expected * 1.001m);
    }

    [Fact]
    public void With_prices_adjusted_by_splits_dividends_are_told_in_todays_shares()
    {
        var data = new LeanDataSet(new() { Path = LeanData.Folder, Resolution = LeanResolution.Daily, Symbols = ["aapl"], CorporateActions = true, Adjustment = Adjustment.Split });
        var actions = data.Read().Where(s => !s.IsPrice).ToArray();
        Assert.All(actions, s => Assert.Equal(SignalKind.Dividend, s.Kind));
        Assert.Equal(0.205m, Math.Round(actions.Single(s => s.Time.ToString().StartsWith("2020-08-07", StringComparison.Ordinal)).CashPerShare, 3));   // 0.82 before the split of 4 for 1
        Assert.Throws<ArgumentException>(() => Data(o => o with { CorporateActions = true, Adjustment = Adjustment.SplitAndDividend }));
    }

    [Theory]
    [InlineData("7.0000", 7, 1)]
    [InlineData("1.99999", 2, 1)]
    [InlineData("0.05", 1, 20)]
    [InlineData("1.5000021", 3, 2)]
    [InlineData("0.33333366", 1, 3)]
    public void A_ratio_of_rounded_factors_is_a_simple_fraction(string ratio, int newShares, int oldShares) =>
        Assert.Equal((newShares, oldShares), CorporateActions.Simplest(decimal.Parse(ratio)));

    [Fact]
    public void Missing_days_are_told_and_holidays_are_not()
    {
        // Friday the 3rd to Wednesday the 8th of July 2013: the 4th was a holiday, the 6th and 7th a weekend; the 5th and 8th are gone.
        foreach (var day in (string[])["20130703", "20130709"]) _folder.Zip($"equity/usa/minute/spy/{day}_trade.zip", Row);
        Assert.Equal(2, Data().Read().Count());
        var e = Assert.Throws<BadMarketDataException>(() => Data(o => o with { CheckDays = true }).Read().Count());
        Assert.Equal(("SPY.ARCX", "day", "2013-07-05"), (e.Row.File, e.Row.Field, e.Row.Value));
        var data = Data(o => o with { CheckDays = true, BadData = BadDataPolicy.Exclude });
        Assert.Equal(2, Ordered.Count(data));
        Assert.Equal(["2013-07-05", "2013-07-08"], data.Exclusions.Listed.Select(x => x.Value));
        Assert.Equal([KeyValuePair.Create("day missing", 2L)], data.Exclusions.ByRule);
    }

    [Fact]
    public void Crypto_has_no_day_off()
    {
        _folder.Zip("crypto/coinbase/daily/btcusd_trade.zip", "20180406 00:00,1,3,1,2,0.5", "20180409 00:00,1,3,1,2,0.5");
        var data = Data(o => o with { Resolution = LeanResolution.Daily, CheckDays = true, BadData = BadDataPolicy.Exclude });
        Assert.Equal(2, data.Read().Count());
        Assert.Equal(["2018-04-07", "2018-04-08"], data.Exclusions.Listed.Select(x => x.Value));
    }

    [Fact]
    public void The_calendar_agrees_with_the_days_on_which_SPY_traded()
    {
        var traded = new LeanDataSet(new() { Path = LeanData.Folder, Resolution = LeanResolution.Daily, Symbols = ["spy"] }).Read()
            .Select(s => DateOnly.FromDateTime(s.Time.ToDateTime())).ToHashSet();
        for (var day = traded.Min(); day <= traded.Max(); day = day.AddDays(1))
            Assert.True(traded.Contains(day) == NyseCalendar.IsTradingDay(day), $"{day:yyyy-MM-dd}: traded {traded.Contains(day)}");
        Assert.True(traded.Count > 5_800);
    }

    private LeanDataSet Data(Func<LeanOptions, LeanOptions>? change = null)
    {
        var usual = new LeanOptions { Path = _folder.Path };
        return new(change is null ? usual : change(usual));
    }
}
