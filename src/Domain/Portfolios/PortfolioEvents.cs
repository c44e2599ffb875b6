using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Portfolios;

// Stream portfolio-{id}.

/// <param name="BaseCurrency">ISO 4217 code in which equity, exposure and limits of the whole portfolio are counted.</param>
/// <param name="Venue">Where orders go: <c>paper</c> or the name of a broker adapter.</param>
/// <param name="VenueSettings">Settings of the paper venue, so that a replay fills alike; empty for real brokers.</param>
public sealed record PortfolioOpened(
    string Portfolio, string BaseCurrency, IReadOnlyList<Instrument> Instruments, string Venue,
    IReadOnlyDictionary<string, string> VenueSettings, string Actor, string Reason) : DomainEvent;

/// <param name="Amount">Positive in, negative out.</param>
public sealed record CashMoved(string Portfolio, string Currency, decimal Amount, string Actor, string Reason) : DomainEvent;

public sealed record RiskLimitsSet(string Portfolio, RiskLimits Limits, string Actor, string Reason) : DomainEvent;

/// <param name="Instrument">The one instrument that is decided so from now on; null for all that have no policy of their own.</param>
public sealed record VotingPolicySet(string Portfolio, VotingPolicy Policy, string Actor, string Reason, string? Instrument = null) : DomainEvent;

/// <summary>The instrument is decided by the portfolio's policy again.</summary>
public sealed record VotingPolicyCleared(string Portfolio, string Instrument, string Actor, string Reason) : DomainEvent;

/// <summary>A new trading day began: day orders of the last one have expired, and the daily loss counts from <paramref name="Equity"/>.</summary>
/// <param name="Day"><c>yyyy-MM-dd</c>.</param>
/// <param name="Equity">Cash and positions at market, in base currency, as the day began.</param>
public sealed record TradingDayOpened(string Portfolio, string Day, decimal Equity, Timestamp AsOf) : DomainEvent;

public sealed record TradingHalted(string Portfolio, string Actor, string Reason) : DomainEvent;

public sealed record TradingResumed(string Portfolio, string Actor, string Reason) : DomainEvent;
