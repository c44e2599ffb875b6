namespace EventSourcedTrading.EventStore;

/// <summary>
/// A stream was not at the version that the writer expected, so the whole batch was refused: someone else has
/// written to the stream. Read it again and decide anew. (The name is Marten's.)
/// </summary>
public sealed class EventStreamUnexpectedMaxEventIdException(string streamId, long expected, long actual)
    : Exception($"Stream '{streamId}' was expected at version {expected} but is at {actual}; nothing of the batch was written. Read the stream again and decide anew.")
{
    public string StreamId { get; } = streamId;

    /// <summary>The version before the first event of the batch; 0 for a stream that should not exist.</summary>
    public long Expected { get; } = expected;

    /// <summary>The version in the database; 0 if the stream does not exist.</summary>
    public long Actual { get; } = actual;
}

/// <summary>An event breaks a rule of the log; nothing of its batch was written.</summary>
public sealed class InvalidEventException(int index, string field, string rule, Exception? inner = null)
    : ArgumentException($"Event {index} of the batch: {field} {rule}", inner)
{
    /// <summary>The event's place in the batch, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>The member of <see cref="PendingEvent"/> that is wrong.</summary>
    public string Field { get; } = field;
}

/// <summary>
/// The connection was lost while the transaction was committing: the batch is in the log entirely or not at all,
/// and nobody here knows which. Do not append it again; read the log from the last known position and go on
/// from what it says.
/// </summary>
public sealed class AppendOutcomeUnknownException(Exception inner)
    : Exception("The connection was lost during commit: the batch is either wholly in the log or not at all. Read the log again before writing.", inner);

/// <summary>The database could not be reached, or refused to work, for longer than an append waits. Nothing was written.</summary>
public sealed class EventStoreUnavailableException(string what, Exception inner)
    : Exception($"{what}: {inner.Message} Nothing was written.", inner);
