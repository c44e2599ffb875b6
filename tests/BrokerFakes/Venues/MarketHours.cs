namespace EventSourcedTrading.BrokerFakes.Venues;

/// <summary>Regular hours in New York, 9:30 to 16:00 on weekdays, without holidays. A fake's market does not follow them; they only tell the time.</summary>
public static class MarketHours
{
    private static readonly TimeSpan Opening = new(9, 30, 0), Closing = new(16, 0, 0);

    public static TimeZoneInfo NewYork { get; } = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    public static DateTimeOffset NextOpen(DateTimeOffset now) => Next(now, Opening);

    public static DateTimeOffset NextClose(DateTimeOffset now) => Next(now, Closing);

    private static DateTimeOffset Next(DateTimeOffset now, TimeSpan at)
    {
        var day = TimeZoneInfo.ConvertTime(now, NewYork).Date;
        for (; ; day = day.AddDays(1))
        {
            var local = day + at;
            var then = new DateTimeOffset(local, NewYork.GetUtcOffset(local));
            if (then > now && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) return then;
        }
    }
}
