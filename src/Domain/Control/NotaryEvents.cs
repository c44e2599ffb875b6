using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Control;

// Stream notary. Public keys alone: the private ones are in no database.

/// <summary>The log's checkpoints are signed with this key from now on; the first one.</summary>
/// <param name="Origin">The log's name, by convention a URL without its scheme.</param>
/// <param name="Key">C2SP note verifier key: <c>name+id+base64</c>.</param>
public sealed record NotaryKeyIntroduced(string Origin, string Key, string Actor, string Reason, Timestamp At) : DomainEvent;

/// <summary>Another key takes its place.</summary>
/// <param name="Signature">The previous key's, over a C2SP note that names both: whoever trusts the one may trust the other.</param>
public sealed record NotaryKeyRotated(string Origin, string Key, string PreviousKey, string Signature, string Actor, string Reason, Timestamp At) : DomainEvent;
