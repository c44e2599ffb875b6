using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Clocks;

// Stream clock-{host}.

/// <summary>How far a host's clock was from a source of UTC, by one exchange with it (RFC 5905 section 8).</summary>
/// <param name="Host">The host that asked.</param>
/// <param name="Source">Whom it asked, <c>name:port</c>.</param>
/// <param name="OffsetMicros">Source less host, in microseconds: positive if the host is behind.</param>
/// <param name="DelayMicros">Round trip, in microseconds; the offset is wrong by half of it at the most, if the source is right.</param>
/// <param name="Stratum">Of the source, 1 to 15; 1 has a reference clock of its own.</param>
/// <param name="IntervalSeconds">After how long the next measurement was planned, above zero.</param>
/// <param name="At">By the host's own clock, as the answer came.</param>
public sealed record ClockOffsetMeasured(
    string Host, string Source, decimal OffsetMicros, decimal DelayMicros, int Stratum, int IntervalSeconds, Timestamp At) : DomainEvent;
