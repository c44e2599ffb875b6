using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// A portfolio's state as plain data, so that recovery need not start at the first event. Only ever a short cut: the log alone
/// gives the same state. It shares nothing with the state that can change, so it may be written down while the engine goes on.
/// <see cref="Format"/> changes with the shape; a snapshot of another format is not used.
/// </summary>
public sealed record StateSnapshot(
    string Portfolio, bool Opened, string BaseCurrency, string Venue, IReadOnlyDictionary<string, string> VenueSettings, bool Halted,
    RiskLimits Limits, VotingPolicy Policy, IReadOnlyList<BookSnapshot> Books, IReadOnlyDictionary<string, CurrencyLedger> Currencies,
    IReadOnlyList<SeatSnapshot> Seats, IReadOnlyList<AgentPositionSnapshot> AgentPositions, IReadOnlyList<OrderSnapshot> Orders,
    IReadOnlyList<string> EndedOrders, IReadOnlyList<KillSwitch> KillSwitches, FirmLease Lease, decimal HeadroomMissed, long LastOrderNumber,
    string TradingDay, decimal EquityAtOpen, decimal CashMovedToday, string DailyLossReachedOn, Timestamp Frontier,
    IReadOnlyList<SliceSnapshot> Slices, IReadOnlyDictionary<string, long> FeedPositions, IReadOnlyList<RoundSnapshot> Rounds,
    IReadOnlyList<Remembered> Intents, IReadOnlyList<Remembered> Commands, IReadOnlyDictionary<string, long> Streams,
    RiskSnapshot Risk, VotingSnapshot Voting, bool HasBroker, string? VenueClosedFor, BrokerCapabilities? Capabilities)
{
    public const int Format = 11;

    public static StateSnapshot Of(PortfolioState s) => new(
        s.Portfolio, s.Opened, s.BaseCurrency, s.Venue, s.VenueSettings, s.Halted, s.Limits, s.Policy,
        [.. s.Books.Values.Select(b => new BookSnapshot(b.Instrument, b.Market.Copy(), b.Position.Copy()))],
        s.Currencies.ToDictionary(c => c.Key, c => c.Value.Copy()),
        [.. s.Agents.Values.Select(a => new SeatSnapshot(a.Agent, a.Status, a.Watermark, a.Received, [.. a.AheadOfGap], [.. a.Promised.Select(p => new PromiseSnapshot(p.Key, p.Value))], a.Missed))],
        [.. s.AgentPositions.Select(p => new AgentPositionSnapshot(p.Key.Agent, p.Key.Instrument, p.Value.Copy()))],
        [.. s.Orders.Values.Select(o => new OrderSnapshot(o.Terms, o.Allocation, o.State, o.Filled, o.SubmittedAt, o.Triggered, o.StopAt, o.AuctionAt, o.QueueAhead, o.Executions.ToArray(), o.Version, o.BrokerOrderId))],
        [.. s.EndedOrders], [.. s.KillSwitches], s.Lease, s.HeadroomMissed, s.LastOrderNumber, s.TradingDay, s.EquityAtOpen, s.CashMovedToday, s.DailyLossReachedOn, s.Frontier,
        [.. s.Slices.Select(x => new SliceSnapshot(x.Time, [.. x.Signals], x.Complete))], new Dictionary<string, long>(s.FeedPositions),
        [.. s.Rounds.InOrder.Select(r => new RoundSnapshot(r.Instrument, r.AsOf, [.. r.Intents], r.Overridden, r.Stream.Version))],
        s.Intents.Copy(), s.Commands.Copy(), s.FixedStreams.Concat(s.StrategyStreams.Values).ToDictionary(h => h.Name, h => h.Version),
        s.Risk.Snapshot(), VotingSnapshot.Of(s), s.HasBroker, s.VenueClosedFor, s.Capabilities);

    /// <summary>For who writes it down piece by piece.</summary>
    public static JsonTypeInfo Json => InputJson.Options.GetTypeInfo(typeof(StateSnapshot));

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    public static StateSnapshot FromJson(ReadOnlySpan<byte> json) =>
        (StateSnapshot)JsonSerializer.Deserialize(json, Json)!;

    public PortfolioState Restore()
    {
        var s = new PortfolioState(Portfolio)
        {
            Opened = Opened, BaseCurrency = BaseCurrency, Venue = Venue, VenueSettings = VenueSettings, Halted = Halted, Limits = Limits, Policy = Policy,
            LastOrderNumber = LastOrderNumber, TradingDay = TradingDay, EquityAtOpen = EquityAtOpen, CashMovedToday = CashMovedToday,
            DailyLossReachedOn = DailyLossReachedOn, Frontier = Frontier, HasBroker = HasBroker, VenueClosedFor = VenueClosedFor, Capabilities = Capabilities,
        };
        foreach (var (currency, ledger) in Currencies) s.Currencies[currency] = ledger;
        foreach (var b in Books) s.Books[b.Instrument.Id] = new InstrumentBook(b.Instrument, s.Ledger(b.Instrument.Currency)) { Market = b.Market, Position = b.Position };
        foreach (var a in Seats)
        {
            s.Agents[a.Agent] = new AgentSeat(a.Agent, s.StrategyStream(a.Agent))
            {
                Status = a.Status, Missed = a.Missed, Watermark = a.Watermark, Received = a.Received, AheadOfGap = [.. a.AheadOfGap],
                Promised = new SortedDictionary<long, Timestamp>(a.Promised.ToDictionary(p => p.Sent, p => p.AsOf)),
            };
        }

        foreach (var p in AgentPositions) s.AgentPositions[(p.Agent, p.Instrument)] = p.Position;
        Voting.Restore(s);
        foreach (var o in Orders) Restore(s, o);
        s.Risk.Restore(Risk);
        s.Risk.Settle(s);
        foreach (var book in s.Books.Values) book.Revalue();
        foreach (var id in EndedOrders) s.EndedOrders.Enqueue(id);
        s.KillSwitches.AddRange(KillSwitches);
        (s.Lease, s.HeadroomMissed) = (Lease, HeadroomMissed);
        foreach (var x in Slices)
        {
            var slice = s.Slices.Add(x.Time);
            slice.Signals.AddRange(x.Signals);
            slice.Complete = x.Complete;
        }

        foreach (var (feed, position) in FeedPositions) s.FeedPositions[feed] = position;
        foreach (var r in Rounds)
        {
            var id = Round.IdOf(Portfolio, r.Instrument, r.AsOf);
            var round = new Round(id, r.Instrument, r.AsOf) { Overridden = r.Overridden, Stream = new StreamHead("round", id, r.Version) };
            s.Rounds.Add(round);
            foreach (var intent in r.Intents) Evolving.Apply(s, new IntentReceived(id, intent));
        }

        foreach (var m in Intents) s.Intents.TryRemember(m, out _);
        foreach (var m in Commands) s.Commands.TryRemember(m, out _);
        foreach (var head in s.FixedStreams.Concat(s.StrategyStreams.Values)) head.Version = Streams.GetValueOrDefault(head.Name);
        return s;
    }

    private static void Restore(PortfolioState s, OrderSnapshot o)
    {
        var order = new Order(o.Terms.OrderId, o.Version)
        {
            Terms = o.Terms, Allocation = o.Allocation, State = o.State, Filled = o.Filled, SubmittedAt = o.SubmittedAt, Triggered = o.Triggered, StopAt = o.StopAt, AuctionAt = o.AuctionAt, QueueAhead = o.QueueAhead, BrokerOrderId = o.BrokerOrderId,
        };
        foreach (var execution in o.Executions) order.Executions.Add(execution);
        s.Orders[o.Terms.OrderId] = order;
        if (!order.Live) return;
        var book = s.Books[o.Terms.Instrument];
        book.Open.Add(order);
        book.Reserve(o.Terms, s.Reserves(order));
        s.Risk.OpenOrders++;
    }
}

/// <summary>What the meta-agent remembers beyond its open rounds.</summary>
public sealed record VotingSnapshot(IReadOnlyDictionary<string, VotingPolicy> Policies, long TradingDays, IReadOnlyDictionary<string, DayResult[]> TrackRecords,
    IReadOnlyList<DecidedSnapshot> Decisions)
{
    public static VotingSnapshot Of(PortfolioState s) => new(
        s.Policies.ToDictionary(p => p.Key, p => p.Value), s.TradingDays, s.TrackRecords.ToDictionary(r => r.Key, r => r.Value.Days.ToArray()),
        [.. s.Decisions.InOrder().Select(d => new DecidedSnapshot(d.DecisionId, d.Instrument, d.Stream.Version))]);

    public void Restore(PortfolioState s)
    {
        foreach (var (instrument, policy) in Policies) s.Policies[instrument] = policy;
        foreach (var (agent, days) in TrackRecords) s.TrackRecords[agent] = new TrackRecord { Days = [.. days] };
        foreach (var d in Decisions) s.Decisions.Remember(new Decided(d.DecisionId, d.Instrument, new StreamHead("round", d.DecisionId, d.Version)));
        s.TradingDays = TradingDays;
        s.HasMissed = s.Agents.Values.Any(a => a.Missed > 0);
        s.HasSuperseded = Superseded.Mark(s.Agents.Values);
    }
}

public sealed record DecidedSnapshot(string DecisionId, string Instrument, long Version);

public sealed record BookSnapshot(Instrument Instrument, MarketView Market, Position Position);

public sealed record SeatSnapshot(string Agent, SeatStatus Status, Timestamp Watermark, long Received, IReadOnlyList<long> AheadOfGap, IReadOnlyList<PromiseSnapshot> Promised, int Missed);

public sealed record PromiseSnapshot(long Sent, Timestamp AsOf);

public sealed record AgentPositionSnapshot(string Agent, string Instrument, Position Position);

public sealed record OrderSnapshot(
    OrderTerms Terms, IReadOnlyList<Allocation> Allocation, OrderState State, decimal Filled, Timestamp SubmittedAt, bool Triggered, decimal? StopAt, Timestamp? AuctionAt, decimal? QueueAhead,
    IReadOnlyList<string> Executions, long Version, string? BrokerOrderId = null);

public sealed record SliceSnapshot(Timestamp Time, IReadOnlyList<Signal> Signals, bool Complete);

public sealed record RoundSnapshot(string Instrument, Timestamp AsOf, IReadOnlyList<Intent> Intents, DecisionOverridden? Overridden, long Version);
