using EventSourcedTrading.MarketData.Lean;
using EventSourcedTrading.MarketData.Tests.Lean;
using EventSourcedTrading.Workers.Backtests;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>What --from, --to and --warm-up mean, and what of them is refused.</summary>
public sealed class TradingSpanTests : IDisposable
{
    private readonly OwnLeanFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("2013-10-07", false, "2013-10-07T00:00:00.000000Z")]
    [InlineData("2013-10-07", true, "2013-10-08T00:00:00.000000Z")]
    [InlineData("2012-02-29", true, "2012-03-01T00:00:00.000000Z")]
    [InlineData("2013-12-31", true, "2014-01-01T00:00:00.000000Z")]
    [InlineData("2013-10-07T13:30:00Z", false, "2013-10-07T13:30:00.000000Z")]
    [InlineData("2013-10-07T13:30:00Z", true, "2013-10-07T13:30:00.000000Z")]
    [InlineData("2013-10-07T09:30:00-04:00", false, "2013-10-07T13:30:00.000000Z")]
    [InlineData("2013-10-07T13:30:00.1234567Z", true, "2013-10-07T13:30:00.123456Z")]
    public void A_day_or_a_time_is_read(string text, bool atEnd, string expected) => Assert.Equal(expected, TradingSpan.Moment("--from", text, atEnd)?.ToString());

    [Fact]
    public void Nothing_is_nothing() => Assert.Null(TradingSpan.Moment("--from", null, atEnd: false));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2013-10-32")]
    [InlineData("2013-02-29")]
    [InlineData("2013-13-01")]
    [InlineData("10/07/2013")]
    [InlineData("7.10.2013")]
    [InlineData("20131007")]
    [InlineData("2013-10-07T13:30:00")]
    [InlineData("2013-10-07 13:30")]
    [InlineData("2013-10-07T25:00:00Z")]
    public void What_is_neither_is_refused(string text)
    {
        var message = Assert.Throws<ConfigurationException>(() => TradingSpan.Moment("--to", text, atEnd: true)).Message;
        Assert.Equal($"--to '{text}' must be a time with its offset, such as 2013-10-07T13:30:00Z, or a day, such as 2013-10-07.", message);
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("1899-12-31")]
    [InlineData("9999-12-31")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void Years_that_no_market_has_are_refused_and_overflow_nothing(string text) =>
        Assert.Contains("must be of the years 1900 to 2199", Assert.Throws<ConfigurationException>(() => TradingSpan.Of(null, text, 36_525, Days())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1)]
    [InlineData(36_526)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_warm_up_is_none_to_a_hundred_years(double days) =>
        Assert.Contains("must be 0 to 36525 days", Assert.Throws<ConfigurationException>(() => TradingSpan.Of("2013-10-07", null, days, Days())).Message, StringComparison.Ordinal);

    [Fact]
    public void The_beginning_must_be_before_the_end()
    {
        Assert.Contains("--from 2013-10-08 must be before --to 2013-10-07", Assert.Throws<ConfigurationException>(() => TradingSpan.Of("2013-10-08", "2013-10-07", 0, Days())).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => TradingSpan.Of("2013-10-08T00:00:00Z", "2013-10-07", 0, Days()));
        Assert.Equal(TimeSpan.FromDays(1), Assert.NotNull(Both(TradingSpan.Of("2013-10-07", "2013-10-07", 0, Days()))));
    }

    [Fact]
    public void A_warm_up_lies_before_the_beginning_or_behind_the_first_signal()
    {
        var data = Days();
        Assert.Equal(("", "", ""), Text(TradingSpan.Of(null, null, 0, data)));
        Assert.Equal(("2013-10-08T00:00:00.000000Z", "", ""), Text(TradingSpan.Of("2013-10-08", null, 0, data)));
        Assert.Equal(("2013-10-05T12:00:00.000000Z", "2013-10-08T00:00:00.000000Z", ""), Text(TradingSpan.Of("2013-10-08", null, 2.5, data)));
        Assert.Equal(("", "2013-10-08T13:31:00.000000Z", "2013-10-10T00:00:00.000000Z"), Text(TradingSpan.Of(null, "2013-10-09", 1, data)));
        Assert.Equal((data.Read().First().Time - TimeSpan.FromDays(36_525)).ToString(), TradingSpan.Of("2013-10-07T13:31:00Z", null, 36_525, data).From?.ToString());
    }

    [Theory]
    [InlineData("2013-10-08", "13:31", "20:00")] // summer: four hours behind UTC
    [InlineData("2013-11-05", "14:31", "21:00")] // winter: five
    public void A_day_of_UTC_holds_the_session_of_New_York(string day, string first, string last)
    {
        var date = DateOnly.ParseExact(day, "yyyy-MM-dd");
        foreach (var offset in (int[])[-1, 0, 1])
        {
            // Before the opening, its first minute, its last, and hours that are behind midnight of UTC.
            folder.Zip($"equity/usa/minute/spy/{date.AddDays(offset):yyyyMMdd}_trade.zip", [.. ((int[])[14_400_000, 34_200_000, 57_540_000, 71_940_000]).Select(ms => $"{ms},10000,10000,10000,10000,1")]);
            folder.Zip($"equity/usa/daily/d{offset + 1}.zip", $"{date.AddDays(offset):yyyyMMdd} 00:00,10000,10000,10000,10000,1");
        }

        Assert.Equal([$"{day}T{first}:00.000000Z", $"{day}T{last}:00.000000Z"], Within(LeanResolution.Minute));
        Assert.Equal([$"{day}T{last}:00.000000Z"], Within(LeanResolution.Daily));

        IEnumerable<string> Within(LeanResolution resolution)
        {
            var data = new LeanDataSet(new LeanOptions { Path = folder.Path, Resolution = resolution, RegularHoursOnly = true });
            var span = TradingSpan.Of(day, day, 0, data);
            return data.Read().Where(s => s.Time >= span.From && s.Time <= span.Until).Select(s => s.Time.ToString());
        }
    }

    private LeanDataSet Days()
    {
        if (!Directory.Exists(Path.Combine(folder.Path, "equity"))) folder.Zip("equity/usa/minute/spy/20131007_trade.zip", "34200000,10000,10000,10000,10000,1");
        return new LeanDataSet(new LeanOptions { Path = folder.Path });
    }

    private static TimeSpan? Both(TradingSpan span) => span.Until - span.From;

    private static (string From, string TradeFrom, string Until) Text(TradingSpan span) => ($"{span.From}", $"{span.TradeFrom}", $"{span.Until}");
}
