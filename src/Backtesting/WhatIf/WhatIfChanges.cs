using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>What is to be otherwise than it was. Whatever is null or empty stays.</summary>
/// <param name="Limits">In force from the beginning of the question; what the tape says of limits later is passed over.</param>
/// <param name="Policy">Likewise. The policies of single instruments stay.</param>
/// <param name="Venue">Settings of the paper venue that replace those of the portfolio, by name.</param>
/// <param name="Agents">Agents whose recorded intents are replaced by those of a strategy.</param>
/// <param name="From">Until here the other world is what the log says; null for the first event.</param>
/// <param name="To">Behind this nothing is asked; null for the last event.</param>
public sealed record WhatIfChanges(
    RiskLimits? Limits, VotingPolicy? Policy, IReadOnlyDictionary<string, string> Venue, IReadOnlyList<AgentExchange> Agents, TapePoint? From = null, TapePoint? To = null)
{
    public static readonly WhatIfChanges None = new(null, null, new Dictionary<string, string>(), []);
}

/// <param name="Agent">The seat, <c>name@version</c>: votes, fills and profit stay booked under this name.</param>
/// <param name="Strategy">A fresh one; it sees the tape's signals from the first.</param>
public sealed record AgentExchange(string Agent, IStrategy Strategy);

/// <summary>A place on a tape: a place in the log, or a market time.</summary>
public readonly record struct TapePoint(long? Position, Timestamp? Time)
{
    /// <summary>Null if the text is neither a seq_id from 1 nor a UTC time.</summary>
    public static TapePoint? Parse(string text) =>
        long.TryParse(text, out var position) ? position >= 1 ? new TapePoint(position, null) : null
        : Timestamp.TryParse(text, out var time) ? new TapePoint(null, time) : null;

    /// <summary>Does this input lie at the place or behind it?</summary>
    internal bool IsReached(TapeBatch batch, Signal? signal) =>
        Position is { } position ? batch.Tape.SeqId >= position : signal is not null && signal.Time >= Time;

    /// <summary>Does it lie behind the place?</summary>
    internal bool IsPassed(TapeBatch batch, Signal? signal) =>
        Position is { } position ? batch.Tape.SeqId > position : signal is not null && signal.Time > Time;
}
