using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Risk;

/// <summary>Against the exchange's published lists: nyse.com/markets/hours-calendars, and its notices of earlier years.</summary>
public sealed class NyseCalendarTests
{
    [Theory]
    [InlineData(1999, "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24")]
    [InlineData(2000, "01-17 02-21 04-21 05-29 07-04 09-04 11-23 12-25")]      // 1 January was a Saturday
    [InlineData(2001, "01-01 01-15 02-19 04-13 05-28 07-04 09-03 09-11 09-12 09-13 09-14 11-22 12-25")]
    [InlineData(2004, "01-01 01-19 02-16 04-09 05-31 06-11 07-05 09-06 11-25 12-24")]
    [InlineData(2007, "01-01 01-02 01-15 02-19 04-06 05-28 07-04 09-03 11-22 12-25")]
    [InlineData(2012, "01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25")]
    [InlineData(2013, "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25")]
    [InlineData(2021, "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24")] // before Juneteenth; 1 January 2022 is not made up for
    [InlineData(2022, "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26")]
    [InlineData(2023, "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25")]
    [InlineData(2024, "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25")]
    [InlineData(2025, "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25")]
    [InlineData(2026, "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25")]
    public void Holidays_are_those_that_were_published(int year, string expected) =>
        Assert.Equal(expected, string.Join(' ', Weekdays(year).Where(d => !NyseCalendar.IsTradingDay(d)).Select(d => d.ToString("MM-dd"))));

    [Theory]
    [InlineData(1999, "11-26 12-31")]
    [InlineData(2002, "07-05 11-29 12-24")]
    [InlineData(2003, "07-03 11-28 12-24 12-26")]
    [InlineData(2012, "07-03 11-23 12-24")]
    [InlineData(2013, "07-03 11-29 12-24")]
    [InlineData(2015, "11-27 12-24")]
    [InlineData(2018, "07-03 11-23 12-24")]
    [InlineData(2022, "11-25")]
    [InlineData(2023, "07-03 11-24")]
    [InlineData(2024, "07-03 11-29 12-24")]
    [InlineData(2025, "07-03 11-28 12-24")]
    [InlineData(2026, "11-27 12-24")]
    public void Early_closes_are_those_that_were_published(int year, string expected) =>
        Assert.Equal(expected, string.Join(' ', Weekdays(year).Where(d => NyseCalendar.IsTradingDay(d) && NyseCalendar.CloseOf(d) == new TimeOnly(13, 0)).Select(d => d.ToString("MM-dd"))));

    [Theory]
    [InlineData("2013-10-07T13:29:59Z", false)]
    [InlineData("2013-10-07T13:30:00Z", true)]      // 09:30 in summer
    [InlineData("2013-10-07T19:59:59Z", true)]
    [InlineData("2013-10-07T20:00:00Z", false)]
    [InlineData("2013-11-04T14:29:59Z", false)]
    [InlineData("2013-11-04T14:30:00Z", true)]      // and in winter
    [InlineData("2013-11-29T17:59:59Z", true)]
    [InlineData("2013-11-29T18:00:00Z", false)]     // 13:00 behind Thanksgiving
    [InlineData("2013-11-28T15:00:00Z", false)]
    [InlineData("2013-10-12T15:00:00Z", false)]     // Saturday
    [InlineData("2006-04-02T07:00:00Z", false)]
    [InlineData("2006-03-31T14:30:00Z", true)]      // until 2006 summer began in April
    [InlineData("2006-04-03T13:30:00Z", true)]
    public void As_data_it_opens_and_closes_a_venue(string at, bool open)
    {
        var calendar = NyseCalendar.ToCalendar();
        Assert.Null(calendar.Validate());
        Assert.Equal(open, calendar.IsOpen(new SessionHours(NyseCalendar.Opens, NyseCalendar.Closes), Timestamp.Parse(at)));
    }

    [Fact]
    public void Its_clock_is_that_of_the_time_zone_data()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var calendar = NyseCalendar.ToCalendar();
        var all = new SessionHours(new(0, 0), new(12, 0), EveryDay: true);
        for (var at = new DateTime(1998, 1, 1, 0, 30, 0, DateTimeKind.Utc); at.Year <= NyseCalendar.LastYear; at = at.AddHours(1))
            Assert.True(calendar.IsOpen(all, Timestamp.FromDateTime(at)) == (TimeZoneInfo.ConvertTimeFromUtc(at, zone).Hour < 12), $"{at:O}");
    }

    [Fact]
    public void The_next_trading_day_leaves_out_weekends_and_holidays()
    {
        Assert.Equal(new DateOnly(2001, 9, 17), NyseCalendar.Next(new DateOnly(2001, 9, 10)));
        Assert.Equal(new DateOnly(2014, 6, 9), NyseCalendar.Next(new DateOnly(2014, 6, 6)));
    }

    private static IEnumerable<DateOnly> Weekdays(int year) => Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365)
        .Select(new DateOnly(year, 1, 1).AddDays).Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
}
