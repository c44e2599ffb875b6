using System.Text.Json;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>A market of quotes without a spread, written down: minutes after 2013-10-07 13:30 UTC, by time.</summary>
internal sealed class WrittenMarket(IReadOnlyList<Instrument> instruments, params (int Minute, string Instrument, decimal Price)[] prices) : IMarketDataSource
{
    public string Name => "written";
    public IReadOnlyList<Instrument> Instruments => instruments;
    public Exclusions Exclusions { get; } = new();

    public static Timestamp At(int minute) => Timestamp.Parse("2013-10-07T13:30:00Z") + TimeSpan.FromMinutes(minute);

    public IEnumerable<Signal> Read() => prices.Select((p, i) => new Signal
    {
        Kind = SignalKind.Quote, Instrument = p.Instrument, Time = At(p.Minute), Feed = Name, Sequence = i + 1, SliceEnd = i + 1 == prices.Length || prices[i + 1].Minute > p.Minute,
        Bid = p.Price, BidSize = 1_000_000m, Ask = p.Price, AskSize = 1_000_000m,
    });
}

/// <summary>An agent, <c>ada@1.0.0</c>, that wants at given minutes what it was told to want: below zero is to sell.</summary>
internal sealed class Scripted(string instrument, params (int Minute, decimal Quantity)[] wishes) : IStrategy
{
    public const string Agent = "ada@1.0.0";

    /// <summary>What it says beyond quantity and side.</summary>
    public Func<Proposal, Proposal> With { get; init; } = static p => p;

    public StrategyDescription Description { get; } = new("ada", "1.0.0", "does as it was told", [instrument], new Dictionary<string, string>());

    public void OnSignal(Signal signal, ICollection<Proposal> proposals)
    {
        foreach (var (minute, quantity) in wishes)
            if (WrittenMarket.At(minute) == signal.Time) proposals.Add(With(new Proposal(instrument, quantity > 0m ? Side.Buy : Side.Sell, Math.Abs(quantity), 1m, "it is written")));
    }

    public JsonElement Capture() => default;

    public void Restore(JsonElement state)
    {
        // It remembers nothing.
    }
}
