using System.Globalization;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Tabular;

/// <summary>Reads the times of a table.</summary>
internal sealed class TableClock(TableOptions options)
{
    private readonly ZoneClock _zone = new(options.TimeZone);

    /// <summary>Nanoseconds in a unit of a count; 0 if times are no counts.</summary>
    private readonly long _unit = options.TimeFormat switch { "unix" => 1_000_000_000, "unixMs" => 1_000_000, "unixUs" => 1_000, "unixNs" => 1, _ => 0 };

    public bool TryRead(string text, out Timestamp time)
    {
        time = default;
        if (_unit > 0) return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && TryRead(count, out time);
        if (options.TimeFormat is null && Timestamp.TryParse(text, out time)) return true;
        var read = options.TimeFormat is null
            ? DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            : DateTime.TryParseExact(text, options.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
        return read && local.Kind == DateTimeKind.Unspecified && TryLocal(local, out time);
    }

    /// <summary>A count since 1970; without a format that says of what, it is no time. Cut to whole microseconds.</summary>
    public bool TryRead(decimal count, out Timestamp time)
    {
        time = default;
        var micros = Math.Abs(count) < 1e19m ? decimal.Floor(count * _unit / 1_000m) : decimal.MaxValue;
        if (_unit == 0 || micros < Timestamp.MinValue.UnixMicros || micros > Timestamp.MaxValue.UnixMicros) return false;
        time = new Timestamp((long)micros);
        return true;
    }

    /// <summary>A time on the wall clock of the zone; false for one that does not exist.</summary>
    public bool TryLocal(DateTime local, out Timestamp time) => _zone.TryToUtc(DateOnly.FromDateTime(local), local.TimeOfDay, out time);
}
