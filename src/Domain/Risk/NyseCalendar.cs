using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>
/// Trading days and closing times of the New York Stock Exchange (XNYS; ARCX, XNAS and the other US equity exchanges keep the same),
/// 1998 to 2026, by rule: NYSE Rule 7.2 for holidays, the exchange's yearly notices for early closes, and the closures that no rule
/// foresees. Local dates and times of New York.
/// </summary>
public static class NyseCalendar
{
    public const int FirstYear = 1998, LastYear = 2026;

    public static readonly TimeOnly Opens = new(9, 30), Closes = new(16, 0), ClosesEarly = new(13, 0);

    /// <summary>September 2001; funerals of presidents Reagan, Ford, Bush and Carter; hurricane Sandy.</summary>
    private static readonly DateOnly[] Unforeseen =
    [
        new(2001, 9, 11), new(2001, 9, 12), new(2001, 9, 13), new(2001, 9, 14), new(2004, 6, 11), new(2007, 1, 2),
        new(2012, 10, 29), new(2012, 10, 30), new(2018, 12, 5), new(2025, 1, 9),
    ];

    public static bool IsTradingDay(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsHoliday(day) && Array.IndexOf(Unforeseen, day) < 0;

    /// <summary>The first trading day behind this one.</summary>
    public static DateOnly Next(DateOnly day)
    {
        do day = day.AddDays(1);
        while (!IsTradingDay(day));
        return day;
    }

    /// <summary>When a trading day's session ends.</summary>
    public static TimeOnly CloseOf(DateOnly day) => IsHalfDay(day) ? ClosesEarly : Closes;

    /// <summary>All of it as data, for a portfolio's limits: New York's clock, days that begin at midnight, holidays and early closes.</summary>
    public static TradingCalendar ToCalendar(int fromYear = FirstYear, int toYear = LastYear)
    {
        var days = Enumerable.Range(0, new DateOnly(toYear, 12, 31).DayNumber - new DateOnly(fromYear, 1, 1).DayNumber + 1).Select(new DateOnly(fromYear, 1, 1).AddDays).ToArray();
        return new TradingCalendar(
            UtcOffsetMinutes: -300, OffsetChanges: [.. Enumerable.Range(fromYear, toYear - fromYear + 1).SelectMany(ClockChanges)],
            RestDays: [DayOfWeek.Saturday, DayOfWeek.Sunday],
            Holidays: [.. days.Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsTradingDay(d))],
            EarlyCloses: [.. days.Where(d => IsTradingDay(d) && IsHalfDay(d)).Select(d => new EarlyClose(d, ClosesEarly))]);
    }

    private static bool IsHoliday(DateOnly d)
    {
        var (month, week) = (d.Month, ((d.Day - 1) / 7) + 1);
        return (month, d.DayOfWeek) switch
        {
            (1, DayOfWeek.Monday) when week == 3 => true,                               // Martin Luther King, since 1998
            (2, DayOfWeek.Monday) when week == 3 => true,                               // Washington
            (5, DayOfWeek.Monday) when d.Day > 24 => true,                              // Memorial Day
            (9, DayOfWeek.Monday) when week == 1 => true,                               // Labor Day
            (11, DayOfWeek.Thursday) when week == 4 => true,                            // Thanksgiving
            _ => IsObserved(d, 7, 4) || IsObserved(d, 12, 25) || (d.Year >= 2022 && IsObserved(d, 6, 19))
                // A New Year's Day on a Saturday is not made up for: the year's last day stays open.
                || (month == 1 && (d.Day == 1 || (d.Day == 2 && d.DayOfWeek == DayOfWeek.Monday)))
                || d == Easter(d.Year).AddDays(-2),
        };
    }

    /// <summary>A fixed holiday on a Saturday is kept on the Friday, one on a Sunday on the Monday.</summary>
    private static bool IsObserved(DateOnly d, int month, int day)
    {
        var date = new DateOnly(d.Year, month, day);
        return d == date.DayOfWeek switch { DayOfWeek.Saturday => date.AddDays(-1), DayOfWeek.Sunday => date.AddDays(1), _ => date };
    }

    private static bool IsHalfDay(DateOnly d) => (d.Month, d.Day) switch
    {
        (11, >= 23 and <= 29) => d.DayOfWeek == DayOfWeek.Friday,                       // after Thanksgiving
        (12, 24) => true,
        (12, 26) => d.Year == 2003,
        (12, 31) => d.Year == 1999,
        // Before Independence Day; until 2012, where that was a Thursday, the Friday behind it instead.
        (7, 3) => d.DayOfWeek is DayOfWeek.Monday or DayOfWeek.Tuesday or DayOfWeek.Thursday || (d.DayOfWeek == DayOfWeek.Wednesday && d.Year >= 2013),
        (7, 5) => d.DayOfWeek == DayOfWeek.Friday && d.Year < 2013,
        _ => false,
    };

    /// <summary>New York's clock goes forward and back at 02:00: until 2006 on the first Sunday of April and the last of October, since 2007 on the second of March and the first of November.</summary>
    private static IEnumerable<UtcOffsetChange> ClockChanges(int year)
    {
        var (forward, back) = year < 2007 ? (Sunday(new(year, 4, 1)), Sunday(new(year, 10, 25))) : (Sunday(new(year, 3, 8)), Sunday(new(year, 11, 1)));
        yield return new UtcOffsetChange(At(forward, 7), -240);
        yield return new UtcOffsetChange(At(back, 6), -300);

        static DateOnly Sunday(DateOnly from) => from.AddDays((7 - (int)from.DayOfWeek) % 7);
        static Timestamp At(DateOnly day, int utcHour) => Timestamp.FromDateTime(day.ToDateTime(new TimeOnly(utcHour, 0), DateTimeKind.Utc));
    }

    /// <summary>Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).</summary>
    private static DateOnly Easter(int year)
    {
        var (a, b, c) = (year % 19, year / 100, year % 100);
        var h = ((19 * a) + b - (b / 4) - ((b - ((b + 8) / 25) + 1) / 3) + 15) % 30;
        var l = (32 + (2 * (b % 4)) + (2 * (c / 4)) - h - (c % 4)) % 7;
        var n = h + l - (7 * ((a + (11 * h) + (22 * l)) / 451)) + 114;
        return new DateOnly(year, n / 31, (n % 31) + 1);
    }
}
