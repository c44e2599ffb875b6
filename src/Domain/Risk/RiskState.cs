using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>What the risk rules remember from order to order. Part of the portfolio's state, and like it changed by facts and the tape alone.</summary>
public sealed class RiskState
{
    /// <summary>Buckets as they stand, by name.</summary>
    public SortedDictionary<string, Bucket> Buckets { get; } = new(StringComparer.Ordinal);

    /// <summary>Where measured returns have put an instrument; others are where their terms say.</summary>
    public SortedDictionary<string, string> MeasuredBuckets { get; } = new(StringComparer.Ordinal);
    public PriceSamples Samples { get; } = new();

    /// <summary>Highest equity since the portfolio began, or since a drawdown was released; cash paid in or out moves it along.</summary>
    public decimal PeakEquity { get; set; }
    public bool DrawdownReached { get; set; }

    /// <summary>The trading day is the same at least until then; worked out anew whenever it is not known.</summary>
    public Timestamp DayHoldsUntil { get; set; } = Timestamp.MinValue;

    public int OpenOrders { get; set; }
    public RateWindow OrderTimes { get; private set; } = new();
    public NamedMap<RateWindow> AgentOrderTimes { get; } = new();
    public RateWindow MessageTimes { get; private set; } = new();
    public NamedMap<RateWindow> AgentMessageTimes { get; } = new();
    public Dictionary<Repetition, RateWindow> Repetitions { get; } = [];

    /// <summary>Agents that have repeated themselves too often, and what they did.</summary>
    public SortedDictionary<string, Repetition> Throttled { get; } = new(StringComparer.Ordinal);
    public RecentOrders RecentOrders { get; } = new();

    /// <summary>Limits that are passed, or nearly, and have been reported.</summary>
    public HashSet<Crossing> Crossings { get; } = [];

    /// <summary>Works out which bucket and which limits each book has; due whenever limits, books or buckets change.</summary>
    public void Settle(PortfolioState state)
    {
        foreach (var bucket in Buckets.Values) bucket.Limit = null;
        foreach (var (id, book) in state.Books)
        {
            book.Limits = InstrumentLimits.Of(id, state.Limits);
            var name = MeasuredBuckets.GetValueOrDefault(id, book.Instrument.Bucket);
            if (!Buckets.TryGetValue(name, out var bucket)) Buckets[name] = bucket = new Bucket(name);
            book.JoinBucket(bucket);
            // What was measured must not loosen what was given.
            var limit = state.Limits.BucketLimitOf(book.Instrument.Bucket);
            if (bucket.Limit is null || limit < bucket.Limit) bucket.Limit = limit ?? bucket.Limit;
        }

        DayHoldsUntil = Timestamp.MinValue;
    }

    /// <summary>Takes up an approved order in everything that counts orders.</summary>
    public void Take(OrderApproved approved, RiskLimits limits)
    {
        var (terms, allocation, at) = (approved.Terms, approved.Allocation, approved.AsOf);
        if (limits.OrderRate is { } all) OrderTimes.Add(at, all.Count);
        for (var i = 0; i < allocation.Count; i++)
        {
            var agent = allocation[i].Agent;
            if (limits.AgentOrderRate is { } each) Window(AgentOrderTimes, agent).Add(at, each.Count);
            if (limits.RepeatThrottle is { } repeats) Window(new Repetition(agent, terms.Instrument, terms.Side)).Add(at, repeats.Count);
        }

        if (limits.DuplicateSeconds is { } seconds) RecentOrders.Add(new RecentOrder(terms, allocation, at), seconds);
    }

    public static RateWindow Window(NamedMap<RateWindow> windows, string agent)
    {
        if (!windows.TryGetValue(agent, out var window)) windows[agent] = window = new RateWindow();
        return window;
    }

    private RateWindow Window(in Repetition doing)
    {
        if (!Repetitions.TryGetValue(doing, out var window)) Repetitions[doing] = window = new RateWindow();
        return window;
    }

    public RiskSnapshot Snapshot() => new(
        PeakEquity, DrawdownReached, new Dictionary<string, string>(MeasuredBuckets), Samples.Snapshot(), [.. OrderTimes.InOrder], Times(AgentOrderTimes),
        [.. MessageTimes.InOrder], Times(AgentMessageTimes),
        [.. Repetitions.OrderBy(r => r.Key).Select(r => new RepetitionSnapshot(r.Key, [.. r.Value.InOrder]))], [.. Throttled.Values],
        [.. RecentOrders.InOrder], [.. Crossings.Order()]);

    public void Restore(RiskSnapshot s)
    {
        (PeakEquity, DrawdownReached) = (s.PeakEquity, s.DrawdownReached);
        foreach (var (instrument, bucket) in s.MeasuredBuckets) MeasuredBuckets[instrument] = bucket;
        Samples.Restore(s.Samples);
        (OrderTimes, MessageTimes) = (Window(s.OrderTimes), Window(s.MessageTimes));
        foreach (var a in s.AgentOrderTimes) AgentOrderTimes[a.Agent] = Window(a.Times);
        foreach (var a in s.AgentMessageTimes) AgentMessageTimes[a.Agent] = Window(a.Times);
        foreach (var r in s.Repetitions) Repetitions[r.Of] = Window(r.Times);
        foreach (var t in s.Throttled) Throttled[t.Agent] = t;
        foreach (var order in s.RecentOrders) RecentOrders.Add(order, RateLimit.MaxSeconds);
        foreach (var crossing in s.Crossings) Crossings.Add(crossing);
    }

    private static RateWindow Window(IReadOnlyList<Timestamp> times)
    {
        var window = new RateWindow();
        foreach (var time in times) window.Add(time, RateLimit.MaxCount);
        return window;
    }

    private static AgentTimesSnapshot[] Times(NamedMap<RateWindow> windows) =>
        [.. windows.Select(w => new AgentTimesSnapshot(w.Key, [.. w.Value.InOrder]))];
}

/// <summary>An agent doing the same thing again.</summary>
public readonly record struct Repetition(string Agent, string Instrument, Side Side) : IComparable<Repetition>
{
    public int CompareTo(Repetition other) =>
        string.CompareOrdinal(Agent, other.Agent) is not 0 and var byAgent ? byAgent
        : string.CompareOrdinal(Instrument, other.Instrument) is not 0 and var byInstrument ? byInstrument
        : Side.CompareTo(other.Side);

    /// <summary>Asked for every share of every order.</summary>
    public override int GetHashCode() => Fingerprint.HashOf(Agent, Instrument) + (int)Side;
}

/// <summary>A limit that a value has passed, or come near to.</summary>
/// <param name="Target">Bucket or instrument, where the rule has one limit for each; else empty.</param>
public readonly record struct Crossing(ViolationKind Kind, string Rule, string Target) : IComparable<Crossing>
{
    public int CompareTo(Crossing other) =>
        Kind != other.Kind ? Kind.CompareTo(other.Kind)
        : string.CompareOrdinal(Rule, other.Rule) is not 0 and var byRule ? byRule
        : string.CompareOrdinal(Target, other.Target);
}

public sealed record RiskSnapshot(
    decimal PeakEquity, bool DrawdownReached, IReadOnlyDictionary<string, string> MeasuredBuckets, PriceSamplesSnapshot Samples,
    IReadOnlyList<Timestamp> OrderTimes, IReadOnlyList<AgentTimesSnapshot> AgentOrderTimes,
    IReadOnlyList<Timestamp> MessageTimes, IReadOnlyList<AgentTimesSnapshot> AgentMessageTimes,
    IReadOnlyList<RepetitionSnapshot> Repetitions, IReadOnlyList<Repetition> Throttled,
    IReadOnlyList<RecentOrder> RecentOrders, IReadOnlyList<Crossing> Crossings);

public sealed record AgentTimesSnapshot(string Agent, IReadOnlyList<Timestamp> Times);

public sealed record RepetitionSnapshot(Repetition Of, IReadOnlyList<Timestamp> Times);
