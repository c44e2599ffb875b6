using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class SessionTests
{
    private static readonly TradingCalendar Nyse = NyseCalendar.ToCalendar();
    private static readonly SessionHours Day = new(new(9, 30), new(16, 0)), Night = new(new(18, 0), new(17, 0));

    [Theory]
    [InlineData("2026-11-20T14:29:59Z", "2026-11-20T14:30:00Z", "2026-11-20T21:00:00Z")]
    [InlineData("2026-11-20T14:30:00Z", "2026-11-23T14:30:00Z", "2026-11-20T21:00:00Z")] // it has begun: Monday's
    [InlineData("2026-11-20T21:00:00Z", "2026-11-23T14:30:00Z", "2026-11-23T21:00:00Z")] // it has ended: Monday's
    [InlineData("2026-11-21T12:00:00Z", "2026-11-23T14:30:00Z", "2026-11-23T21:00:00Z")]
    [InlineData("2026-11-25T22:00:00Z", "2026-11-27T14:30:00Z", "2026-11-27T18:00:00Z")] // Thanksgiving, and the half day behind it
    [InlineData("2026-10-30T21:00:00Z", "2026-11-02T14:30:00Z", "2026-11-02T21:00:00Z")] // the clocks change in between
    [InlineData("2026-03-06T22:00:00Z", "2026-03-09T13:30:00Z", "2026-03-09T20:00:00Z")]
    public void The_next_opening_and_close_of_new_york(string after, string opening, string close) => Assert.Equal(
        (Timestamp.Parse(opening), Timestamp.Parse(close)), (Nyse.NextOpening(Day, Timestamp.Parse(after)), Nyse.NextClose(Day, Timestamp.Parse(after))));

    [Theory]
    [InlineData("2026-11-20T14:30:00Z", "2026-11-21T05:00:00Z")] // the weekend belongs to Monday, and begins with it
    [InlineData("2026-11-21T12:00:00Z", "2026-11-24T05:00:00Z")]
    [InlineData("2026-11-23T05:00:00Z", "2026-11-24T05:00:00Z")]
    public void Without_hours_a_trading_day_ends_where_the_next_begins(string after, string next) => Assert.Equal(
        (Timestamp.Parse(next), Timestamp.Parse(next)), (Nyse.NextOpening(null, Timestamp.Parse(after)), Nyse.NextClose(null, Timestamp.Parse(after))));

    [Fact]
    public void A_session_over_midnight_ends_on_the_next_day()
    {
        var futures = Nyse with { DayBeginsMinute = -360 };
        Assert.Equal(Timestamp.Parse("2026-11-22T23:00:00Z"), futures.NextOpening(Night, Timestamp.Parse("2026-11-20T23:00:00Z")));
        Assert.Equal(Timestamp.Parse("2026-11-23T22:00:00Z"), futures.NextClose(Night, Timestamp.Parse("2026-11-23T04:00:00Z")));
        Assert.Equal(Timestamp.Parse("2026-11-23T22:00:00Z"), futures.NextClose(Night, Timestamp.Parse("2026-11-23T21:59:59Z")));
    }

    [Fact]
    public void Where_no_session_comes_there_is_no_auction()
    {
        var never = new TradingCalendar(Holidays: [.. Enumerable.Range(0, 1_000).Select(new DateOnly(2026, 11, 1).AddDays)]);
        Assert.Equal((Timestamp.MaxValue, Timestamp.MaxValue), (never.NextOpening(Day, Some.Time(0)), never.NextClose(Day, Some.Time(0))));
        Assert.Equal(Timestamp.MaxValue, TradingCalendar.Utc.NextOpening(Day, Timestamp.MaxValue));
    }

    /// <summary>Against a plain search through the minutes with IsOpen alone.</summary>
    [Fact]
    public void The_next_opening_and_close_are_where_the_venue_changes() => Draw.Property(20, random =>
    {
        var hours = random.Of(Day, Night, new SessionHours(new(0, 0), new(23, 0)), new SessionHours(new(10, 15), new(10, 45)));
        var calendar = Nyse with { DayBeginsMinute = ReferenceEquals(hours, Night) ? -360 : 0, EarlyCloses = ReferenceEquals(hours, Night) ? null : Nyse.EarlyCloses };
        var after = Timestamp.Parse("2026-01-05T00:00:00Z") + TimeSpan.FromMinutes(random.Next(300 * 1_440));
        var (opening, close, was) = (Timestamp.MaxValue, Timestamp.MaxValue, calendar.IsOpen(hours, after));
        for (var at = after + TimeSpan.FromMinutes(1); opening == Timestamp.MaxValue || close == Timestamp.MaxValue; at += TimeSpan.FromMinutes(1))
        {
            var open = calendar.IsOpen(hours, at);
            if (open && !was && opening == Timestamp.MaxValue) opening = at;
            if (!open && was && close == Timestamp.MaxValue) close = at;
            was = open;
        }

        Assert.Equal((opening, close), (calendar.NextOpening(hours, after), calendar.NextClose(hours, after)));
    });
}
