using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Firm;

// Stream firm: one for all portfolios of a platform. Whoever writes it does so at the version that it has read, so two that
// lease at the same moment cannot both succeed.

/// <summary>What all portfolios together may have at risk.</summary>
/// <param name="MaxGross">Largest sum of gross exposures, open orders included, in <paramref name="Currency"/>; null for no limit.</param>
/// <param name="Currency">ISO 4217; portfolios with another base currency get no headroom while a limit is set.</param>
/// <param name="Chunk">How much a portfolio leases ahead of its needs; above zero.</param>
public sealed record FirmLimitsSet(decimal? MaxGross, string Currency, decimal Chunk, string Actor, string? Approver, string Reason) : DomainEvent;

/// <summary>A portfolio may now trade within more of the firm's limit.</summary>
/// <param name="Amount">What was added, above zero.</param>
/// <param name="Held">What the portfolio holds now.</param>
public sealed record HeadroomLeased(string Portfolio, decimal Amount, decimal Held) : DomainEvent;

/// <summary>A portfolio gave headroom back, after it had committed itself to do without.</summary>
public sealed record HeadroomReturned(string Portfolio, decimal Amount, decimal Held) : DomainEvent;

public sealed record FirmKillSwitchEngaged(KillSwitchMode Mode, string Actor, string Reason) : DomainEvent;

public sealed record FirmKillSwitchReleased(string Actor, string? Approver, string Reason) : DomainEvent;

// Stream portfolio-{id}, written by the portfolio's engine.

/// <summary>What the engine trades within from now on: never more than what the firm's stream says it holds.</summary>
/// <param name="Headroom">Largest gross exposure, open orders included, in base currency; null while the firm has no limit.</param>
/// <param name="LeaseVersion">Version of stream firm at which this portfolio's lease last changed, as the engine knew it.</param>
/// <param name="Returning">True if the rest of the lease is to be given back; until the firm's stream shows it, nothing is added.</param>
public sealed record FirmHeadroomSet(string Portfolio, decimal? Headroom, long LeaseVersion, bool Returning, string Reason) : DomainEvent;
