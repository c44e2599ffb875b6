using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

// Stream risk-{portfolio}.

/// <param name="Rule">Reason code of the rule, such as <c>POSITION_CAP</c>.</param>
/// <param name="Value">What would have been, or was, in <paramref name="Unit"/>.</param>
public sealed record RiskViolationDetected(
    string Portfolio, string Rule, ViolationKind Kind, decimal Value, decimal Limit, string Unit,
    string? Instrument, string? OrderId, string? DecisionId, string Detail, Timestamp AsOf) : DomainEvent;

/// <summary>Blocked: an order that was turned away. Breach: the book itself is over a limit, as after a market move.</summary>
public enum ViolationKind { Blocked, Breach, NearMiss }

/// <param name="Target">The agent or instrument that is stopped; null for the whole portfolio.</param>
public sealed record KillSwitchEngaged(
    string Portfolio, KillSwitchScope Scope, string? Target, KillSwitchMode Mode, string Actor, string Reason) : DomainEvent;

public sealed record KillSwitchReleased(
    string Portfolio, KillSwitchScope Scope, string? Target, string Actor, string Reason) : DomainEvent;

/// <param name="Loss">Realised and unrealised loss since the day opened, in base currency, positive.</param>
public sealed record DailyLossLimitReached(string Portfolio, string Day, decimal Loss, decimal Limit, string Currency, Timestamp AsOf) : DomainEvent;

/// <summary>Firm: all portfolios of the platform; it is engaged and released in stream firm, and each engine follows.</summary>
public enum KillSwitchScope { Portfolio, Agent, Instrument, Firm }

/// <summary>Halt: nothing passes. ReduceOnly: only what makes a position smaller.</summary>
public enum KillSwitchMode { Halt, ReduceOnly }
