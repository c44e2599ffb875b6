using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Strategies;

// Stream strategy-{portfolio}-{name}: the portfolio's engine writes it, so the portfolio is part of the name (ADR 0001).

/// <param name="Agent"><c>name@semver</c>.</param>
public sealed record StrategyRegistered(
    string Portfolio, string Agent, string Summary, IReadOnlyList<string> Instruments,
    IReadOnlyDictionary<string, string> Parameters, string Actor) : DomainEvent;

/// <summary>From now on rounds wait for this agent.</summary>
public sealed record StrategyLoaded(string Portfolio, string Agent, string Actor) : DomainEvent;

public sealed record StrategyPaused(string Portfolio, string Agent, string Actor, string Reason) : DomainEvent;

public sealed record StrategyResumed(string Portfolio, string Agent, string Actor, string Reason) : DomainEvent;

/// <summary>It threw; rounds no longer wait for it and its intents are refused. The others go on.</summary>
public sealed record StrategyQuarantined(string Portfolio, string Agent, string Reason) : DomainEvent;

/// <summary>It let several market times in a row end at their deadline; rounds no longer wait for it. Its own progress, once it has
/// caught up with the market, resumes it, or a person does.</summary>
/// <param name="Missed">Market times in a row.</param>
/// <param name="AsOf">The last of them.</param>
public sealed record StrategySuspended(string Portfolio, string Agent, int Missed, Timestamp AsOf) : DomainEvent;

public sealed record StrategyUnloaded(string Portfolio, string Agent, string Actor, string Reason) : DomainEvent;
