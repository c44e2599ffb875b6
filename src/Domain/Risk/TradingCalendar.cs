using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>
/// When a trading day begins and which days are none. A time zone is given as data, its offset and the moments at which the offset
/// changes (as <c>zdump -v</c> lists them): a machine's own zone tables differ, and a replay must not depend on them.
/// </summary>
/// <param name="DayBeginsMinute">
/// When the day begins, in minutes from local midnight, −1,439 to 1,439. −420: at 17:00 of the evening before, as currencies do.
/// </param>
/// <param name="UtcOffsetMinutes">Local time less UTC before the first change, −840 to 840: −300 for New York in winter.</param>
/// <param name="OffsetChanges">In order of time; at most 1,000.</param>
/// <param name="RestDays">Such as saturday and sunday, at most six. What happens then belongs to the next trading day.</param>
/// <param name="Holidays">Local dates in order, at most 10,000; like rest days.</param>
/// <param name="EarlyCloses">Days in order, at most 10,000, on which venues close before their hours end. <see cref="NyseCalendar"/> has them all for New York.</param>
public sealed partial record TradingCalendar(
    int DayBeginsMinute = 0, int UtcOffsetMinutes = 0, IReadOnlyList<UtcOffsetChange>? OffsetChanges = null,
    IReadOnlyList<DayOfWeek>? RestDays = null, IReadOnlyList<DateOnly>? Holidays = null,
    IReadOnlyList<EarlyClose>? EarlyCloses = null)
{
    /// <summary>Every UTC calendar day.</summary>
    public static readonly TradingCalendar Utc = new();

    private const long MicrosPerMinute = 60_000_000L, MicrosPerDay = 1_440 * MicrosPerMinute;
    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The trading day that a moment belongs to.</summary>
    /// <param name="until">The answer holds at least until then.</param>
    public DateOnly DayOf(Timestamp time, out Timestamp until)
    {
        var (offset, change) = OffsetAt(time);
        var shift = (offset - DayBeginsMinute) * MicrosPerMinute;
        var number = Floor(time.UnixMicros + shift, MicrosPerDay);
        until = Timestamp.Min(new Timestamp(((number + 1) * MicrosPerDay) - shift), change);
        var day = DateOnly.FromDayNumber(EpochDay + (int)number);
        while (!IsTradingDay(day)) day = day.AddDays(1);
        return day;
    }

    /// <summary>Is the venue open: inside the hours, on a trading day?</summary>
    public bool IsOpen(SessionHours hours, Timestamp time)
    {
        var local = time.UnixMicros + (OffsetAt(time).Minutes * MicrosPerMinute);
        var minute = (int)(Floor(local, MicrosPerMinute) - (Floor(local, MicrosPerDay) * 1_440));
        if (!hours.Holds(minute)) return false;
        if (hours.EveryDay) return true;
        if (EarlyCloses is not null && ClosedEarly(DateOnly.FromDayNumber(EpochDay + (int)Floor(local, MicrosPerDay)), minute)) return false;
        return IsTradingDay(DateOnly.FromDayNumber(EpochDay + (int)Floor(local - (DayBeginsMinute * MicrosPerMinute), MicrosPerDay)));
    }

    private bool ClosedEarly(DateOnly day, int minute) => EarlyCloseOf(day) is { } closes && minute >= (closes.Hour * 60) + closes.Minute;

    private TimeOnly? EarlyCloseOf(DateOnly day)
    {
        if (EarlyCloses is null) return null;
        var (low, high) = (0, EarlyCloses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (EarlyCloses[middle].Day < day) low = middle + 1;
            else high = middle;
        }

        return low < EarlyCloses.Count && EarlyCloses[low].Day == day ? EarlyCloses[low].Closes : null;
    }

    public bool IsTradingDay(DateOnly day)
    {
        if (RestDays is not null)
            for (var i = 0; i < RestDays.Count; i++)
                if (RestDays[i] == day.DayOfWeek) return false;
        if (Holidays is null) return true;
        var (low, high) = (0, Holidays.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Holidays[middle] < day) low = middle + 1;
            else high = middle;
        }

        return low == Holidays.Count || Holidays[low] != day;
    }

    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    public string? Validate()
    {
        if (DayBeginsMinute is < -1_439 or > 1_439) return $"calendar.dayBeginsMinute {DayBeginsMinute} must be -1439 to 1439";
        if (Math.Abs(UtcOffsetMinutes) > 840) return $"calendar.utcOffsetMinutes {UtcOffsetMinutes} must be -840 to 840";
        if (OffsetChanges is { Count: > 1_000 }) return $"calendar.offsetChanges has {OffsetChanges.Count} entries; at most 1000 are allowed";
        for (var i = 0; i < OffsetChanges?.Count; i++)
        {
            if (Math.Abs(OffsetChanges[i].UtcOffsetMinutes) > 840) return $"calendar.offsetChanges[{i}].utcOffsetMinutes {OffsetChanges[i].UtcOffsetMinutes} must be -840 to 840";
            if (i > 0 && OffsetChanges[i].At <= OffsetChanges[i - 1].At) return $"calendar.offsetChanges[{i}].at {OffsetChanges[i].At} must be later than the one before";
        }

        if (RestDays?.Distinct().Count() > 6) return "calendar.restDays must leave at least one day of the week";
        if (Holidays is { Count: > 10_000 }) return $"calendar.holidays has {Holidays.Count} entries; at most 10000 are allowed";
        for (var i = 1; i < Holidays?.Count; i++)
            if (Holidays[i] <= Holidays[i - 1]) return $"calendar.holidays[{i}] {Holidays[i]:yyyy-MM-dd} must be later than the one before";
        if (EarlyCloses is { Count: > 10_000 }) return $"calendar.earlyCloses has {EarlyCloses.Count} entries; at most 10000 are allowed";
        for (var i = 1; i < EarlyCloses?.Count; i++)
            if (EarlyCloses[i].Day <= EarlyCloses[i - 1].Day) return $"calendar.earlyCloses[{i}].day {EarlyCloses[i].Day:yyyy-MM-dd} must be later than the one before";
        return null;
    }

    private (int Minutes, Timestamp NextChange) OffsetAt(Timestamp time)
    {
        var next = Timestamp.MaxValue;
        for (var i = (OffsetChanges?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (OffsetChanges![i].At <= time) return (OffsetChanges[i].UtcOffsetMinutes, next);
            next = OffsetChanges[i].At;
        }

        return (UtcOffsetMinutes, next);
    }

    private static long Floor(long value, long unit) => Math.DivRem(value, unit, out var rest) - (rest < 0 ? 1 : 0);
}

/// <param name="At">From this moment on.</param>
/// <param name="UtcOffsetMinutes">Local time less UTC: −240 for New York in summer.</param>
public sealed record UtcOffsetChange(Timestamp At, int UtcOffsetMinutes);

/// <param name="Closes">Local time; from then on the venue is closed.</param>
public sealed record EarlyClose(DateOnly Day, TimeOnly Closes);

/// <summary>Hours of a venue, in the calendar's local time. Equal ends are the whole day; a close before the opening is on the next day.</summary>
/// <param name="EveryDay">Also on rest days and holidays.</param>
public sealed record SessionHours(TimeOnly Opens, TimeOnly Closes, bool EveryDay = false)
{
    /// <param name="minute">Of the local day, 0 to 1,439. The closing minute is outside.</param>
    public bool Holds(int minute)
    {
        var (opens, closes) = ((Opens.Hour * 60) + Opens.Minute, (Closes.Hour * 60) + Closes.Minute);
        return opens < closes ? minute >= opens && minute < closes : opens == closes || minute >= opens || minute < closes;
    }
}
