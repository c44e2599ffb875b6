using EventSourcedTrading.Domain.Instruments;

namespace EventSourcedTrading.MarketData.Simulation;

/// <param name="Price">Opening price of the first session, in the instrument's currency.</param>
/// <param name="Volatility">Standard deviation of a minute's return; 0.0005 is about 16 % a year.</param>
/// <param name="Volume">Shares in an average minute.</param>
public sealed record SimulatedInstrument(Instrument Instrument, decimal Price, double Volatility, int Volume);

public sealed record SimulationOptions
{
    public ulong Seed { get; init; } = 1;

    /// <summary>Sessions, from 2024-01-02, on weekdays; 1 to 10,000.</summary>
    public int Days { get; init; } = 5;

    /// <summary>Share of an instrument's variance that it has in common with its bucket, 0 to 1.</summary>
    public double Correlation { get; init; } = 0.5;

    /// <summary>A quote before each bar; without them there are bars alone, of the same prices.</summary>
    public bool Quotes { get; init; } = true;

    /// <summary>Names of real shares with invented prices: the feed's name, <c>simulated-{seed}</c>, says so.</summary>
    public IReadOnlyList<SimulatedInstrument> Instruments { get; init; } = Default;

    public static IReadOnlyList<SimulatedInstrument> Default { get; } =
    [
        new(new("SPY.ARCX", "USD", Bucket: "index-etf"), 472.65m, 0.0004, 180_000),
        new(new("QQQ.XNAS", "USD", Bucket: "index-etf"), 402.59m, 0.0005, 120_000),
        new(new("AAPL.XNAS", "USD", Bucket: "technology"), 185.64m, 0.0007, 150_000),
        new(new("IBM.XNYS", "USD", Bucket: "technology"), 161.50m, 0.0006, 10_000),
        new(new("BAC.XNYS", "USD", Bucket: "financials"), 33.90m, 0.0008, 90_000),
        new(new("AIG.XNYS", "USD", Bucket: "financials"), 68.20m, 0.0008, 12_000),
    ];
}
