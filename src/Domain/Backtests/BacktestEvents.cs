using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Backtests;

// Stream backtest-{backtestId}. Written by who runs it, not by an engine: what the run decided stays in its folder.

/// <summary>A portfolio was put before old or invented market data. Equal hashes, version and seed promise an equal digest.</summary>
/// <param name="DataHash">SHA-256 of the signals as they are told, in lower-case hexadecimal.</param>
/// <param name="ConfigurationHash">SHA-256 of the run's configuration in canonical JSON, in lower-case hexadecimal.</param>
/// <param name="CodeVersion">Of the program that runs it.</param>
/// <param name="Seed">Of the venue's draws; that of simulated data is part of the data.</param>
/// <param name="Source">The feed, such as <c>lean</c>.</param>
/// <param name="Strategies">Agents, <c>name@semver</c>, in ordinal order.</param>
/// <param name="TradeFrom">Before it they only watched; null if they traded from the first signal on.</param>
public sealed record BacktestStarted(
    string BacktestId, string Portfolio, string DataHash, string ConfigurationHash, string CodeVersion, long Seed, string Source,
    IReadOnlyList<string> Strategies, Timestamp? TradeFrom = null) : DomainEvent;

/// <param name="DecisionDigest">SHA-256 over every decision, order and fill, in lower-case hexadecimal.</param>
/// <param name="Signals">How many were read.</param>
/// <param name="Events">How many the engine put on record.</param>
/// <param name="Statistics">By name, as docs/statistics.md has them, rounded to ten digits after the point; what has no value is left out.</param>
/// <param name="AsOf">The last market time that was decided.</param>
public sealed record BacktestCompleted(
    string BacktestId, string Portfolio, string DecisionDigest, long Signals, long Events, IReadOnlyDictionary<string, decimal> Statistics, Timestamp AsOf) : DomainEvent;
