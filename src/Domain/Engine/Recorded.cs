namespace EventSourcedTrading.Domain.Engine;

/// <summary>Where an event came from: an earlier event, or an input from outside such as <c>intent:7f3a</c>.</summary>
public readonly record struct Cause(string? Stream, long Version, string? Input)
{
    public static Cause Of(StreamHead stream) => new(stream.Name, stream.Version, null);

    public static Cause Of(string input) => new(null, 0, input);
}

/// <summary>An event with its place in its stream and its cause, ready to be written.</summary>
/// <param name="CorrelationId">The decision that it belongs to, if any.</param>
public readonly record struct Recorded(string Stream, long Version, DomainEvent Event, string? CorrelationId, Cause Cause);

/// <summary>An event as the log has it.</summary>
public readonly record struct Logged(string Stream, long Version, DomainEvent Event);
