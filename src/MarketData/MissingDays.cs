using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.MarketData;

/// <summary>
/// Days between an instrument's first and last signal on which its exchange was open and nothing came. US exchanges keep
/// <see cref="NyseCalendar"/>, what trades off an exchange is open every day, and of others nothing is known.
/// </summary>
internal static class MissingDays
{
    /// <summary>Passes all signals on, and judges a gap when it has come to its end.</summary>
    /// <param name="ordered">By time; holds one date for each instrument.</param>
    public static IEnumerable<Signal> Check(IEnumerable<Signal> ordered, IReadOnlyList<Instrument> instruments, Exclusions exclusions, BadDataPolicy policy)
    {
        var newYork = new ZoneClock("America/New_York");
        var markets = instruments.ToDictionary(i => i.Id, i => i.Mic, StringComparer.Ordinal);
        var latest = new Dictionary<string, DateOnly>(StringComparer.Ordinal);
        foreach (var signal in ordered)
        {
            if (signal.IsPrice && markets.TryGetValue(signal.Instrument, out var market) && SessionsOf(market) is { } sessions)
            {
                // A bar that ends at midnight belongs to the day that ends.
                var at = signal.Time - TimeSpan.FromMicroseconds(1);
                var day = DateOnly.FromDateTime(sessions == Sessions.NewYork ? newYork.ToLocal(at) : at.ToDateTime());
                if (latest.TryGetValue(signal.Instrument, out var known) && known < day)
                    for (var missing = known.AddDays(1); missing < day; missing = missing.AddDays(1))
                        if (sessions == Sessions.EveryDay || NyseCalendar.IsTradingDay(missing))
                            exclusions.Judge(new(signal.Instrument, 0, "day", $"{missing:yyyy-MM-dd}", $"missing: {market} was open and there must be data"), policy);
                latest[signal.Instrument] = day;
            }

            yield return signal;
        }
    }

    private enum Sessions { NewYork, EveryDay }

    private static Sessions? SessionsOf(string market) => market switch
    {
        "XNYS" or "ARCX" or "XNAS" or "XASE" or "BATS" => Sessions.NewYork,
        "XOFF" => Sessions.EveryDay,
        _ => null,
    };
}
