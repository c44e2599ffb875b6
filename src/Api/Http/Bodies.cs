using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Api.Http;

// What callers send. Reason: one line, kept on record.

public interface IBody
{
    string Reason { get; }
}

public sealed record WhyBody(string Reason) : IBody;

/// <param name="Limits">All of them: a limit that is left out is no limit.</param>
public sealed record LimitsBody(RiskLimits Limits, string Reason) : IBody;

/// <param name="Instrument">Null for the portfolio's own policy.</param>
public sealed record PolicyBody(VotingPolicy Policy, string Reason, string? Instrument = null) : IBody;

public sealed record InstrumentBody(string Instrument, string Reason) : IBody;

/// <param name="How">adopt: the broker is right; dismiss: the difference may stand.</param>
public sealed record ResolveBreakBody(BreakResolution How, string Reason) : IBody;

/// <param name="Action">buy or sell; at market, for the day.</param>
/// <param name="Quantity">Above zero.</param>
public sealed record OverrideBody(DecisionAction Action, decimal Quantity, string Reason) : IBody;

/// <param name="Target">The agent or instrument, for those scopes.</param>
public sealed record EngageBody(KillSwitchScope Scope, KillSwitchMode Mode, string Reason, string? Target = null) : IBody;

public sealed record ReleaseBody(KillSwitchScope Scope, string Reason, string? Target = null) : IBody;

/// <param name="MaxGross">In <paramref name="Currency"/>; null for no limit.</param>
/// <param name="Chunk">How much a portfolio leases ahead; null for a twentieth of the limit.</param>
public sealed record FirmLimitsBody(decimal? MaxGross, string Currency, string Reason, decimal? Chunk = null) : IBody;

public sealed record FirmEngageBody(KillSwitchMode Mode, string Reason) : IBody;

/// <summary>Problem details (RFC 9457).</summary>
/// <param name="Code">Stable, upper case; also the last part of the type.</param>
/// <param name="Field">The member of the request that is wrong, if one is.</param>
public sealed record ProblemBody(string Type, string Title, int Status, string Detail, string Instance, string Code, string? Field, string? CommandId);
