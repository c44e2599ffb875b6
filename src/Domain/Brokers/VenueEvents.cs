using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Brokers;

// Stream portfolio-{id}; only where a broker, not a simulation, is the venue.

/// <summary>Orders may go out: the broker has answered and the books agree.</summary>
/// <param name="Capabilities">What the account can do; absent in old records, and then nothing is known.</param>
public sealed record VenueOpened(string Portfolio, string Venue, string Reason, Timestamp AsOf, BrokerCapabilities? Capabilities = null) : DomainEvent;

/// <summary>Orders are blocked until the venue is open: also before its first opening.</summary>
public sealed record VenueClosed(string Portfolio, string Venue, string Reason, Timestamp AsOf) : DomainEvent;
