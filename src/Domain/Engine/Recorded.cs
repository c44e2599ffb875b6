namespace EventSourcedTrading.Domain.Engine;

/// <summary>Where an event came from: an earlier event, or an input from outside such as <c>intent:7f3a</c>.</summary>
public readonly record struct Cause
{
    private readonly StreamHead? head;
    private readonly string? kind, id;

    private Cause(StreamHead? head, long version, string? kind, string? id) => (this.head, Version, this.kind, this.id) = (head, version, kind, id);

    public string? Stream => head?.Name;
    public long Version { get; }
    public string? Input => kind is null ? null : $"{kind}:{id}";

    /// <summary>The last event of that stream.</summary>
    public static Cause Of(StreamHead stream) => new(stream, stream.Version, null, null);

    public static Cause Of(StreamHead stream, long version) => new(stream, version, null, null);

    public static Cause Of(string kind, string id) => new(null, 0, kind, id);
}

/// <summary>An event with its place in its stream and its cause, ready to be written.</summary>
/// <param name="CorrelationId">The decision that it belongs to, if any.</param>
public readonly record struct Recorded(StreamHead Head, long Version, DomainEvent Event, string? CorrelationId, Cause Cause)
{
    public string Stream => Head.Name;
}

/// <summary>An event as the log has it.</summary>
public readonly record struct Logged(string Stream, long Version, DomainEvent Event);
