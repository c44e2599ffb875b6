using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class TradingCalendarTests
{
    private static readonly DayOfWeek[] Weekend = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>New York, as currencies trade there: a day begins at 17:00 of the evening before.</summary>
    private static readonly TradingCalendar NewYork = new(
        -420, -300, [new(Timestamp.Parse("2026-03-08T07:00:00Z"), -240), new(Timestamp.Parse("2026-11-01T06:00:00Z"), -300)], Weekend, [new(2026, 12, 25)]);

    [Theory]
    [InlineData("2026-11-20T21:59:59.999999Z", "2026-11-20")]
    [InlineData("2026-11-20T22:00:00Z", "2026-11-23")] // Friday 17:00: the weekend belongs to Monday
    [InlineData("2026-11-22T22:00:00Z", "2026-11-23")]
    [InlineData("2026-11-23T22:00:00Z", "2026-11-24")]
    [InlineData("2026-07-01T20:59:59Z", "2026-07-01")] // summer: 17:00 is 21:00 UTC
    [InlineData("2026-07-01T21:00:00Z", "2026-07-02")]
    [InlineData("2026-12-24T22:00:00Z", "2026-12-28")] // Christmas is a Friday
    public void A_moment_belongs_to_a_trading_day(string at, string day)
    {
        Assert.Equal(DateOnly.Parse(day), NewYork.DayOf(Timestamp.Parse(at), out var until));
        Assert.True(until > Timestamp.Parse(at));
    }

    [Fact]
    public void The_answer_holds_as_long_as_it_says_over_a_year() => Draw.Property(20, random =>
    {
        var time = Timestamp.Parse("2026-01-01T00:00:00Z");
        for (var i = 0; i < 300; i++, time += TimeSpan.FromMinutes(random.Next(1, 4_000)))
        {
            var day = NewYork.DayOf(time, out var until);
            Assert.Equal(day, NewYork.DayOf(until - TimeSpan.FromMicroseconds(1), out _));
            Assert.True(NewYork.IsTradingDay(day));
            Assert.True(NewYork.DayOf(until, out _) >= day);
        }
    });

    [Theory]
    [InlineData("2026-11-20T14:29:59.999999Z", false)]
    [InlineData("2026-11-20T14:30:00Z", true)]
    [InlineData("2026-11-20T20:59:59.999999Z", true)]
    [InlineData("2026-11-20T21:00:00Z", false)]
    [InlineData("2026-07-01T13:30:00Z", true)]
    [InlineData("2026-11-21T15:00:00Z", false)]
    [InlineData("2026-12-25T15:00:00Z", false)]
    public void A_venue_is_open_in_its_local_hours(string at, bool open) =>
        Assert.Equal(open, NewYork.IsOpen(new(new(9, 30), new(16, 0)), Timestamp.Parse(at)));

    [Theory]
    [InlineData(17 * 60, 16 * 60, 0, true)]
    [InlineData(17 * 60, 16 * 60, (16 * 60) - 1, true)]
    [InlineData(17 * 60, 16 * 60, 16 * 60, false)]
    [InlineData(17 * 60, 16 * 60, 17 * 60, true)]
    [InlineData(0, 0, 700, true)]
    public void Hours_may_go_over_midnight_and_round_the_clock(int opens, int closes, int minute, bool holds) =>
        Assert.Equal(holds, new SessionHours(new(opens / 60, opens % 60), new(closes / 60, closes % 60)).Holds(minute));

    [Fact]
    public void Every_day_means_rest_days_too() => Assert.True(NewYork.IsOpen(new(new(0, 0), new(0, 0), EveryDay: true), Timestamp.Parse("2026-12-26T12:00:00Z")));

    [Fact]
    public void The_daily_loss_counts_from_the_roll_of_the_calendar()
    {
        // Second 0 is 09:30 in New York on a Friday; 17:00 comes after 27,000 seconds.
        var desk = Scenario.Given([.. Some.Desk(Some.Open(Some.Limits(dailyLoss: 100m) with { Calendar = NewYork }), Some.Ada),
            Some.Quote(Some.Spy, 10m, 10m, 1), Some.Wants(Some.Ada, Domain.Orders.Side.Buy, 100m, 1), Some.Done(Some.Ada, 1)]);
        Assert.Equal("2026-11-20", desk.State.TradingDay);
        desk.When(Some.Quote(Some.Spy, 9.5m, 9.5m, 26_999), Some.Done(Some.Ada, 26_999)).Then();
        Assert.Equal("2026-11-23", desk.When(Some.Quote(Some.Spy, 9.4m, 9.4m, 27_000), Some.Done(Some.Ada, 27_000)).Only<TradingDayOpened>().Day);
        // 50 lost on Friday and 60 since are over a hundred only together.
        desk.When(Some.Quote(Some.Spy, 8.9m, 8.9m, 27_001), Some.Done(Some.Ada, 27_001)).Then();
        desk.When(Some.Quote(Some.Spy, 8.5m, 8.5m, 27_002), Some.Done(Some.Ada, 27_002));
        Assert.Equal((100m, "2026-11-23"), (desk.Only<DailyLossLimitReached>().Loss, desk.Only<DailyLossLimitReached>().Day));
    }
}
