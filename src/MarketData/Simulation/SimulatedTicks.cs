using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.MarketData.Simulation;

/// <summary>
/// Quotes at an even rate for benchmarks, one instrument after the other in random order. Each has a time of its own and ends its
/// slice, so that every quote may open a round. Time starts at 2024-01-02 13:30 UTC and knows no sessions.
/// </summary>
/// <param name="perSecond">1 to 1,000,000, the resolution of <see cref="Timestamp"/>.</param>
/// <param name="count">How many quotes; 0 or more.</param>
public sealed class SimulatedTicks(ulong seed, int perSecond, long count, IReadOnlyList<SimulatedInstrument>? instruments = null) : IMarketDataSource
{
    private static readonly Timestamp Start = Timestamp.Parse("2024-01-02T13:30:00Z");
    private readonly SimulatedInstrument[] _instruments = SimulatedMarket.Checked(instruments ?? SimulationOptions.Default);
    private readonly int _perSecond = perSecond is >= 1 and <= 1_000_000 ? perSecond
        : throw new ArgumentException($"perSecond {perSecond} must be 1 to 1000000", nameof(perSecond));

    public string Name { get; } = $"ticks-{seed}";

    public IReadOnlyList<Instrument> Instruments => [.. _instruments.Select(i => i.Instrument)];

    public Exclusions Exclusions { get; } = new();

    public IEnumerable<Signal> Read()
    {
        var random = new Xoshiro256(seed);
        var bids = _instruments.Select(i => (long)(i.Price / i.Instrument.TickSize)).ToArray();
        for (var n = 1L; n <= count; n++)
        {
            var draw = random.Next();
            var at = (int)((uint)draw % (uint)_instruments.Length);
            var instrument = _instruments[at].Instrument;
            var bid = bids[at] = Math.Max(10, bids[at] + (long)((draw >> 32) % 3) - 1);
            yield return new Signal
            {
                Kind = SignalKind.Quote, Instrument = instrument.Id, Feed = Name, Sequence = n, SliceEnd = true, Time = At(n),
                Bid = bid * instrument.TickSize, BidSize = (1 + (long)((draw >> 40) & 15)) * 100 * instrument.LotSize,
                Ask = (bid + 1) * instrument.TickSize, AskSize = (1 + (long)((draw >> 44) & 15)) * 100 * instrument.LotSize,
            };
        }
    }

    /// <summary>Whole seconds and the part of one apart, so that no rounding adds up and nothing overflows.</summary>
    private Timestamp At(long n) =>
        new(Start.UnixMicros + ((n - 1) / _perSecond * 1_000_000L) + ((n - 1) % _perSecond * 1_000_000L / _perSecond));
}
