using System.Globalization;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Workers.Backtests;

/// <summary>Which signals are read, and from when on strategies may trade.</summary>
public readonly record struct TradingSpan(Timestamp? From, Timestamp? TradeFrom, Timestamp? Until)
{
    private const int FirstYear = 1900, LastYear = 2199;

    /// <param name="from">When trading begins, see <see cref="Moment"/>; null for the first signal, or the end of the warm-up behind it.</param>
    /// <param name="to">The last moment of which signals are read; null for the data's last.</param>
    /// <param name="warmUpDays">0 to 36,525, days of 24 hours.</param>
    /// <exception cref="ConfigurationException">A value breaks a rule.</exception>
    public static TradingSpan Of(string? from, string? to, double warmUpDays, IMarketDataSource data)
    {
        if (!(warmUpDays >= 0 && warmUpDays <= 36_525)) throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"--warm-up {warmUpDays} must be 0 to 36525 days."));
        var (begin, until) = (Moment("--from", from, atEnd: false), Moment("--to", to, atEnd: true));
        if (begin >= until) throw new ConfigurationException($"--from {from} must be before --to {to}.");
        if (warmUpDays == 0) return new TradingSpan(begin, null, until);
        var before = TimeSpan.FromDays(warmUpDays);
        if (begin is { } known) return new TradingSpan(known - before, known, until);
        return new TradingSpan(null, data.Read().FirstOrDefault() is { } first ? first.Time + before : null, until);
    }

    /// <summary>
    /// A time with its offset, or a day in UTC: its first moment, or <paramref name="atEnd"/> its last, the midnight behind it, since a bar that ends
    /// there is of that day. A session of New York lies within one day of UTC.
    /// </summary>
    /// <param name="option">Whose value it is.</param>
    /// <param name="text">Null for none.</param>
    /// <exception cref="ConfigurationException">It is neither, or not of the years 1900 to 2199.</exception>
    public static Timestamp? Moment(string option, string? text, bool atEnd)
    {
        if (text is null) return null;
        var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        var moment = isDay ? Timestamp.FromDateTime(day.ToDateTime(TimeOnly.MinValue)) : default;
        if (!isDay && !Timestamp.TryParse(text, out moment))
            throw new ConfigurationException($"{option} '{text}' must be a time with its offset, such as 2013-10-07T13:30:00Z, or a day, such as 2013-10-07.");
        if (moment.ToDateTime().Year is < FirstYear or > LastYear) throw new ConfigurationException($"{option} '{text}' must be of the years {FirstYear} to {LastYear}.");
        return isDay && atEnd ? moment + TimeSpan.FromDays(1) : moment;
    }
}
