using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

// When sessions begin and end, looking ahead from a moment.
public sealed partial record TradingCalendar
{
    /// <summary>So far is looked ahead; a calendar without a session in that time has none.</summary>
    private const int MostDays = 400;

    /// <summary>When the auction is that an order takes part in which arrives then; null for an order that waits for none.</summary>
    /// <param name="hours">Of the instrument; null if it has none.</param>
    public Timestamp? AuctionOf(TimeInForce force, SessionHours? hours, Timestamp arrival) => force switch
    {
        TimeInForce.AtTheOpening => NextOpening(hours, arrival),
        TimeInForce.AtTheClose => NextClose(hours, arrival),
        _ => null,
    };

    /// <summary>The first opening of a session behind a moment; without hours, the beginning of the next trading day. <see cref="Timestamp.MaxValue"/> if there is none.</summary>
    public Timestamp NextOpening(SessionHours? hours, Timestamp after)
    {
        if (hours is null) return NextDay(after);
        foreach (var (opens, _) in Sessions(hours, after))
            if (opens > after) return opens;
        return Timestamp.MaxValue;
    }

    /// <summary>The first end of a session behind a moment, early closes included; without hours, the end of the trading day. <see cref="Timestamp.MaxValue"/> if there is none.</summary>
    public Timestamp NextClose(SessionHours? hours, Timestamp after)
    {
        if (hours is null) return NextDay(after);
        foreach (var (_, closes) in Sessions(hours, after))
            if (closes > after) return closes;
        return Timestamp.MaxValue;
    }

    private Timestamp NextDay(Timestamp after)
    {
        var day = DayOf(after, out var until);
        // Rest days, holidays and changes of the clock do not begin a trading day.
        for (var step = 0; step < 2 * MostDays && until < Timestamp.MaxValue; step++)
        {
            if (DayOf(until, out var next) > day) return until;
            until = next;
        }

        return Timestamp.MaxValue;
    }

    /// <summary>In order of time, from the one that may still run.</summary>
    private IEnumerable<(Timestamp Opens, Timestamp Closes)> Sessions(SessionHours hours, Timestamp after)
    {
        var today = EpochDay + (int)Floor(after.UnixMicros + (OffsetAt(after).Minutes * MicrosPerMinute), MicrosPerDay);
        for (var number = Math.Max(1, today - 1); number < Math.Min(DateOnly.MaxValue.DayNumber, today + MostDays); number++)
        {
            var day = DateOnly.FromDayNumber(number);
            var opens = ToUtc(day, hours.Opens);
            if (!IsOpen(hours, opens)) continue;
            var last = hours.Closes > hours.Opens ? day : day.AddDays(1);
            var closes = ToUtc(last, hours.Closes);
            for (var d = day; !hours.EveryDay && d <= last; d = d.AddDays(1))
                if (EarlyCloseOf(d) is { } early && ToUtc(d, early) > opens) closes = Timestamp.Min(closes, ToUtc(d, early));
            yield return (opens, closes);
        }
    }

    private Timestamp ToUtc(DateOnly day, TimeOnly time)
    {
        var local = ((day.DayNumber - EpochDay) * MicrosPerDay) + (((time.Hour * 60) + time.Minute) * MicrosPerMinute);
        var guess = new Timestamp(local - (OffsetAt(new Timestamp(local)).Minutes * MicrosPerMinute));
        // The guess took the offset of a moment some hours off; near a change of the clock the other one holds.
        return new Timestamp(local - (OffsetAt(guess).Minutes * MicrosPerMinute));
    }
}
