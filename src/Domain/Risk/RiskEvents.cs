using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

// Stream risk-{portfolio}.

/// <param name="Rule">Reason code of the rule, such as <c>POSITION_CAP</c>.</param>
/// <param name="Value">What would have been, or was, in <paramref name="Unit"/>.</param>
/// <param name="Target">The bucket or instrument of a breach or a near miss, where the rule has a limit for each.</param>
public sealed record RiskViolationDetected(
    string Portfolio, string Rule, ViolationKind Kind, decimal Value, decimal Limit, string Unit,
    string? Instrument, string? OrderId, string? DecisionId, string Detail, Timestamp AsOf, string? Target = null) : DomainEvent;

/// <summary>
/// Blocked: an order that was turned away. Breach: the book itself is over a limit, as after a market move. NearMiss: an approved
/// order came close to a limit. The last two once per crossing: again only after the value has been well below.
/// </summary>
public enum ViolationKind { Blocked, Breach, NearMiss }

/// <param name="Target">The agent or instrument that is stopped; null for the whole portfolio or firm.</param>
public sealed record KillSwitchEngaged(
    string Portfolio, KillSwitchScope Scope, string? Target, KillSwitchMode Mode, string Actor, string Reason) : DomainEvent;

public sealed record KillSwitchReleased(
    string Portfolio, KillSwitchScope Scope, string? Target, string Actor, string Reason) : DomainEvent;

/// <param name="Loss">Realised and unrealised loss since the day opened, in base currency, positive.</param>
public sealed record DailyLossLimitReached(string Portfolio, string Day, decimal Loss, decimal Limit, string Currency, Timestamp AsOf) : DomainEvent;

/// <param name="Peak">Highest equity before, in base currency.</param>
/// <param name="Drawdown">How far equity is below it, positive.</param>
/// <param name="Limit">The share of the peak that was allowed, as an amount.</param>
public sealed record DrawdownLimitReached(string Portfolio, decimal Peak, decimal Drawdown, decimal Limit, string Currency, Timestamp AsOf) : DomainEvent;

/// <summary>An agent has done the same thing too often in too short a time; its orders are blocked until a person lets it go on.</summary>
public sealed record ThrottleTripped(
    string Portfolio, string Agent, string Instrument, Side Side, int Count, int Seconds, Timestamp AsOf) : DomainEvent;

public sealed record ThrottleReleased(string Portfolio, string Agent, string Actor, string Reason) : DomainEvent;

/// <summary>Measured returns have put instruments together anew.</summary>
/// <param name="Buckets">Instrument to bucket; instruments that are not named are in the bucket of their terms.</param>
public sealed record BucketsReformed(
    string Portfolio, IReadOnlyDictionary<string, string> Buckets, decimal Correlation, int Samples, int StepSeconds, Timestamp AsOf) : DomainEvent;

/// <summary>Firm: all portfolios of the platform; it is engaged and released in stream firm, and each engine follows.</summary>
public enum KillSwitchScope { Portfolio, Agent, Instrument, Firm }

/// <summary>Halt: nothing passes. ReduceOnly: only what makes a position smaller.</summary>
public enum KillSwitchMode { Halt, ReduceOnly }
