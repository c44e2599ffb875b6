using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Control;

// Stream keys. Neither secret nor hash: the log is read by many.

/// <summary>Somebody may call the control plane from now on.</summary>
/// <param name="Person">The one whom commands with this key are counted to: a reference; in old logs a name.</param>
/// <param name="ExpiresAt">From then on it is worth nothing; no further event says so.</param>
/// <param name="IssuedBy">Who handed it out.</param>
public sealed record KeyIssued(string KeyId, string Person, IReadOnlyList<Role> Roles, Timestamp ExpiresAt, string IssuedBy, string Reason) : DomainEvent;

/// <summary>A key is worth nothing any more.</summary>
public sealed record KeyRevoked(string KeyId, string Person, string RevokedBy, string Reason) : DomainEvent;
