using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Simulation;

/// <summary>
/// A seeded market for when there is no data: for every minute of the sessions (13:30 to 20:00 UTC) a quote and a bar of each
/// instrument. Returns have a factor that the bucket shares and one of their own; buckets pass through regimes (quiet, trends up
/// and down, reversion, turmoil) so that strategies of every style find their day. Volume is high at open and close.
/// </summary>
/// <remarks>
/// Only IEEE basic operations and square roots are used, in one fixed order, so a seed means the same prices on every platform.
/// Prices become decimals at the tick; the model is not money.
/// </remarks>
public sealed class SimulatedMarket : IMarketDataSource
{
    private const int MinutesPerSession = 390, StepsPerMinute = 4, ShortestRegime = 30, RegimeSpread = 90;
    private static readonly Timestamp FirstOpen = Timestamp.Parse("2024-01-02T13:30:00Z");

    private readonly SimulationOptions _options;
    private readonly SimulatedInstrument[] _instruments;

    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the rule.</exception>
    public SimulatedMarket(SimulationOptions? options = null)
    {
        _options = options ?? new();
        _instruments = Checked(_options.Instruments);
        if (_options.Days is < 1 or > 10_000) throw new ArgumentException($"days {_options.Days} must be 1 to 10000", nameof(options));
        if (_options.Correlation is not (>= 0 and <= 1)) throw new ArgumentException($"correlation {_options.Correlation} must be 0 to 1", nameof(options));
    }

    public string Name => $"simulated-{_options.Seed}";

    public IReadOnlyList<Instrument> Instruments => [.. _instruments.Select(i => i.Instrument)];

    public Exclusions Exclusions { get; } = new();

    public IEnumerable<Signal> Read()
    {
        var name = Name;
        var random = new Xoshiro256(_options.Seed);
        var buckets = _instruments.Select(i => i.Instrument.Bucket).Distinct(StringComparer.Ordinal).Select(_ => new Regime()).ToArray();
        var bucketNames = _instruments.Select(i => i.Instrument.Bucket).Distinct(StringComparer.Ordinal).ToList();
        var walks = _instruments.Select(i => new SimulatedWalk(i, buckets[bucketNames.IndexOf(i.Instrument.Bucket)], _options.Correlation)).ToArray();
        var sequence = 0L;
        var open = FirstOpen;
        for (var day = 0; day < _options.Days; day++, open = NextOpen(open))
        {
            for (var minute = 0; minute < MinutesPerSession; minute++)
            {
                var start = open + TimeSpan.FromMinutes(minute);
                var end = start + TimeSpan.FromMinutes(1);
                foreach (var bucket in buckets) bucket.Pass(random, ShortestRegime, RegimeSpread, StepsPerMinute);
                foreach (var walk in walks) walk.Step(random, (minute - (MinutesPerSession / 2)) / (MinutesPerSession / 2.0));
                if (_options.Quotes)
                    foreach (var walk in walks) yield return walk.Quote(name, ++sequence, end);
                for (var i = 0; i < walks.Length; i++) yield return walks[i].Bar(name, ++sequence, start, end, i == walks.Length - 1);
            }
        }
    }

    internal static SimulatedInstrument[] Checked(IReadOnlyList<SimulatedInstrument> instruments)
    {
        if (instruments.Count is < 1 or > 10_000) throw new ArgumentException($"instruments: {instruments.Count} of them, must be 1 to 10000", nameof(instruments));
        foreach (var i in instruments)
        {
            if (i.Instrument.Validate() is { } error) throw new ArgumentException(error, nameof(instruments));
            if (i.Price < i.Instrument.TickSize * 10m) throw new ArgumentException($"{i.Instrument.Id}: price {i.Price} must be ten ticks or more", nameof(instruments));
            if (i.Volatility is not (>= 0 and <= 0.05)) throw new ArgumentException($"{i.Instrument.Id}: volatility {i.Volatility} must be 0 to 0.05", nameof(instruments));
            if (i.Volume < 1) throw new ArgumentException($"{i.Instrument.Id}: volume {i.Volume} must be 1 or more", nameof(instruments));
        }

        if (instruments.DistinctBy(i => i.Instrument.Id, StringComparer.Ordinal).Count() != instruments.Count)
            throw new ArgumentException("instruments must not repeat", nameof(instruments));
        return [.. instruments.OrderBy(i => i.Instrument.Id, StringComparer.Ordinal)];
    }

    private static Timestamp NextOpen(Timestamp open)
    {
        do open += TimeSpan.FromDays(1);
        while (open.ToDateTime().DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
        return open;
    }
}
