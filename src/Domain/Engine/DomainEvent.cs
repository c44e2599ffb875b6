namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// A fact of the domain. Facts are immutable and are only ever added to; the stream that each belongs to is said where it is
/// declared. Times inside an event (<c>AsOf</c>) are market time; when it was written down is the log's own business.
/// </summary>
public abstract record DomainEvent;
