using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Control;

// Stream persons. Whom a reference means is not in the log.

/// <summary>The key to a person's name was destroyed: from now on the reference means nobody.</summary>
/// <param name="Person">The reference.</param>
public sealed record PersonForgotten(string Person, string Actor, string Reason, Timestamp At) : DomainEvent;
