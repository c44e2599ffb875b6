using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Integration;

/// <summary>A market that a test makes by hand: a quote of SPY a minute, each a time of its own.</summary>
public sealed class Market : IMarketDataSource
{
    public const string Spy = "SPY.ARCX";
    private readonly List<Signal> signals = [];

    public string Name => "hand-made";
    public IReadOnlyList<Instrument> Instruments { get; } = [new(Spy, "USD", Bucket: "index-etf")];
    public Exclusions Exclusions { get; } = new();
    public int Minutes => signals.Count;

    public static Timestamp Time(int minute) => Timestamp.Parse("2024-01-02T14:30:00Z") + TimeSpan.FromMinutes(minute);

    /// <summary>One more minute; gives its number, from 1.</summary>
    public int Quote(decimal bid = 99.99m, decimal ask = 100.01m)
    {
        signals.Add(new Signal
        {
            Kind = SignalKind.Quote, Instrument = Spy, Time = Time(signals.Count + 1), Feed = Name, Sequence = signals.Count + 1, SliceEnd = true,
            Bid = bid, Ask = ask, BidSize = 1_000m, AskSize = 1_000m,
        });
        return signals.Count;
    }

    public IEnumerable<Signal> Read() => signals.ToArray();

    /// <summary>A portfolio for it without strategies of ours.</summary>
    public PortfolioOptions Portfolio(params string[] outside) => new()
    {
        Id = "main", Instruments = Instruments, Cash = new Dictionary<string, decimal> { ["USD"] = 1_000_000m }, OutsideAgents = outside,
        VenueSettings = new Dictionary<string, string> { ["seed"] = "7" }, RoundDeadlineSeconds = 600,
    };

    /// <summary>One day of the simulator, six instruments.</summary>
    public static SimulatedMarket OneDay(ulong seed = 1) => new(new SimulationOptions { Seed = seed, Days = 1 });

    public static Timestamp EndOf(IMarketDataSource data) => data.Read().Last().Time;
}
