using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData;

/// <summary>
/// Turns wall-clock times of one zone into UTC. Remembers the offset of the latest day, as files go day by day and only two
/// days a year change theirs.
/// </summary>
/// <exception cref="TimeZoneNotFoundException">The machine's time-zone data do not know the zone.</exception>
internal sealed class ZoneClock(string zoneId)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
    private DateOnly _day = DateOnly.MinValue;
    private TimeSpan? _offset;

    public DateTime ToLocal(Timestamp utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc.ToDateTime(), DateTimeKind.Utc), _zone);

    /// <summary>
    /// A time that comes twice (clocks set back) is taken as the later one, so that nothing is known before it happened.
    /// False for a time that does not exist (clocks set forward).
    /// </summary>
    public bool TryToUtc(DateOnly day, TimeSpan sinceMidnight, out Timestamp utc)
    {
        if (day != _day)
        {
            _day = day;
            var midnight = day.ToDateTime(TimeOnly.MinValue);
            var first = _zone.GetUtcOffset(midnight);
            _offset = first == _zone.GetUtcOffset(midnight.AddDays(1)) ? first : null;
        }

        var local = day.ToDateTime(TimeOnly.MinValue) + sinceMidnight;
        utc = default;
        if (_offset is null && _zone.IsInvalidTime(local)) return false;
        utc = Timestamp.FromDateTime(local - (_offset ?? _zone.GetUtcOffset(local)));
        return true;
    }
}
