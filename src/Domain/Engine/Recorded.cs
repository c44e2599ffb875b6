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
/// <param name="Version">0 if it is lost.</param>
/// <param name="Event">Null if it is lost or cannot be read; only who compares a log with the code goes on over it.</param>
public readonly record struct Logged(string Stream, long Version, DomainEvent? Event);

/// <summary>What this code decided beside what the log has.</summary>
/// <param name="Decided">Null if the log has an event that this code would not have written.</param>
/// <param name="Place">Where this code would have put it; null if it decided nothing, or the log has nothing more.</param>
/// <param name="Logged">Null if the log has no such event.</param>
public readonly record struct Compared(DomainEvent? Decided, Recorded? Place, Logged? Logged);
