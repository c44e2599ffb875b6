using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// Everything that a portfolio's decisions rest on. Owned by one engine; facts change it in <see cref="Evolving"/> alone, and the
/// functions that decide only read it.
/// </summary>
public sealed class PortfolioState(string portfolio)
{
    public string Portfolio { get; } = portfolio;
    public bool Opened { get; set; }
    public string BaseCurrency { get; set; } = "";
    public string Venue { get; set; } = "";
    public IReadOnlyDictionary<string, string> VenueSettings { get; set; } = new Dictionary<string, string>();
    public bool Halted { get; set; }

    /// <summary>Is the venue a broker rather than a simulation?</summary>
    public bool HasBroker { get; set; }

    /// <summary>Why no order may go to the broker; null while the venue is open.</summary>
    public string? VenueClosedFor { get; set; }

    /// <summary>What the broker takes; null on a simulated venue, and before it has said.</summary>
    public BrokerCapabilities? Capabilities { get; set; }
    public RiskLimits Limits { get; set; } = RiskLimits.None;
    public VotingPolicy Policy { get; set; } = VotingPolicy.Default;

    /// <summary>Policies of single instruments; the others are decided by <see cref="Policy"/>.</summary>
    public SortedDictionary<string, VotingPolicy> Policies { get; } = new(StringComparer.Ordinal);
    public VotingPolicy PolicyOf(string instrument) => Policies.Count > 0 && Policies.TryGetValue(instrument, out var own) ? own : Policy;

    public NamedMap<InstrumentBook> Books { get; } = new();
    public Dictionary<string, CurrencyLedger> Currencies { get; } = [];
    public NamedMap<AgentSeat> Agents { get; } = new();
    public Dictionary<(string Agent, string Instrument), Position> AgentPositions { get; } = new(NamePairs.Comparer);
    public Dictionary<string, TrackRecord> TrackRecords { get; } = [];

    /// <summary>Is there an agent of which a newer version is active?</summary>
    public bool HasSuperseded { get; set; }
    public Dictionary<string, Order> Orders { get; } = [];
    public Queue<string> EndedOrders { get; } = new();
    public List<KillSwitch> KillSwitches { get; } = [];

    /// <summary>The part of the firm's limit that this portfolio trades within.</summary>
    public FirmLease Lease { get; set; } = FirmLease.None;

    /// <summary>Gross exposure that an order was blocked for, as the firm's headroom was too small; zero if none was since.</summary>
    public decimal HeadroomMissed { get; set; }

    /// <summary>Has an agent missed the last market time?</summary>
    public bool HasMissed { get; set; }

    public long LastOrderNumber { get; set; }
    public string TradingDay { get; set; } = "";

    /// <summary>Trading days opened so far, today included.</summary>
    public long TradingDays { get; set; }
    public decimal EquityAtOpen { get; set; }

    /// <summary>Cash paid in or out since the trading day opened, in base currency: no profit and no loss.</summary>
    public decimal CashMovedToday { get; set; }
    public string DailyLossReachedOn { get; set; } = "";
    public RiskState Risk { get; } = new();

    /// <summary>Market time up to which everything is decided.</summary>
    public Timestamp Frontier { get; set; } = Timestamp.MinValue;
    public SliceQueue Slices { get; } = new();
    public int OpenIntents { get; set; }
    public Dictionary<string, long> FeedPositions { get; } = [];
    public RoundBook Rounds { get; } = new();
    public DecisionMemory Decisions { get; } = new();
    public AnswerMemory Intents { get; init; } = new(100_000);
    public AnswerMemory Commands { get; init; } = new(10_000);

    public StreamHead PortfolioStream { get; init; } = new("portfolio", portfolio);
    public StreamHead RiskStream { get; init; } = new("risk", portfolio);
    public StreamHead RefusalStream { get; init; } = new("refusals", portfolio);
    public StreamHead TapeStream { get; init; } = new("tape", portfolio);

    public StreamHead CommandStream { get; init; } = new("commands", portfolio);

    public IEnumerable<StreamHead> FixedStreams => [PortfolioStream, RiskStream, RefusalStream, TapeStream, CommandStream];
    public SortedDictionary<string, StreamHead> StrategyStreams { get; } = new(StringComparer.Ordinal);

    /// <summary>One stream per strategy name: all its versions are one story.</summary>
    public StreamHead StrategyStream(string agent)
    {
        var name = agent.Split('@')[0];
        if (!StrategyStreams.TryGetValue(name, out var stream)) StrategyStreams[name] = stream = new StreamHead("strategy", $"{Portfolio}-{name}");
        return stream;
    }

    public CurrencyLedger Ledger(string currency)
    {
        if (!Currencies.TryGetValue(currency, out var ledger)) Currencies[currency] = ledger = new CurrencyLedger { Rate = currency == BaseCurrency ? 1m : 0m };
        return ledger;
    }

    /// <summary>Price of one unit of a currency in base currency; zero if no pair that converts it has been seen yet.</summary>
    public decimal RateOf(string currency) => currency == BaseCurrency ? 1m : Currencies.TryGetValue(currency, out var ledger) ? ledger.Rate : 0m;

    /// <summary>Cash and positions at market, in base currency.</summary>
    public decimal Equity()
    {
        var equity = 0m;
        foreach (var (currency, ledger) in Currencies) equity += (ledger.Cash + ledger.PositionValue) * RateOf(currency);
        return equity;
    }

    /// <summary>Exposure of the whole portfolio at mark, in base currency.</summary>
    public Exposure TotalExposure()
    {
        var sum = default(Exposure);
        foreach (var ledger in Currencies.Values) sum += ledger.Exposure * ledger.Rate;
        return sum;
    }

    /// <summary>Largest gross exposure that open orders could lead to, in base currency.</summary>
    public decimal WorstExposure()
    {
        var sum = 0m;
        foreach (var ledger in Currencies.Values) sum += ledger.Exposure.Worst * ledger.Rate;
        return sum;
    }

    /// <summary>Realised and unrealised, fees included, since the trading day opened; negative is a loss.</summary>
    public decimal ProfitToday() => TradingDay.Length == 0 ? 0m : Equity() - EquityAtOpen - CashMovedToday;
}

/// <summary>Cash of one currency, and the market value of the positions that are priced in it.</summary>
public sealed class CurrencyLedger
{
    public decimal Cash { get; set; }
    public decimal PositionValue { get; set; }

    /// <summary>In base currency, and 1 for that one; zero until a currency pair has told.</summary>
    public decimal Rate { get; set; }

    /// <summary>Of the books in this currency; follows from them.</summary>
    [JsonIgnore]
    public Exposure Exposure { get; set; }

    public CurrencyLedger Copy() => (CurrencyLedger)MemberwiseClone();
}

public sealed record KillSwitch(KillSwitchScope Scope, string? Target, KillSwitchMode Mode, string Actor, string Reason)
{
    /// <summary>Does it stop an order of these agents for this instrument?</summary>
    public bool Covers(string instrument, IReadOnlyList<Allocation> allocation)
    {
        if (Scope is KillSwitchScope.Portfolio or KillSwitchScope.Firm) return true;
        if (Scope == KillSwitchScope.Instrument) return Target == instrument;
        foreach (var share in allocation)
            if (share.Agent == Target) return true;
        return false;
    }
}
