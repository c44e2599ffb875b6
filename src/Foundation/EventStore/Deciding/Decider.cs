namespace EventSourcedTrading.EventStore;

/// <summary>
/// Reads a stream, decides on what it says, and appends at the version that was read; if someone else was faster, reads what is new
/// and decides again. For streams that several processes write, each seldom. (The pattern is Equinox's Decider.)
/// </summary>
/// <typeparam name="TState">The state that the stream's events make.</typeparam>
/// <param name="apply">Takes one event up into the state.</param>
public sealed class Decider<TState>(EventReader reader, EventAppender appender, TimeProvider time, string stream, TState state, Action<TState, RecordedEvent> apply)
{
    /// <summary>Attempts after which a stream that others write without pause is given up.</summary>
    public const int MaxAttempts = 20;

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The last version that was read; 0 before the first.</summary>
    public long Version { get; private set; }

    /// <summary>Takes up what others have written.</summary>
    /// <returns>The state, which nobody else may change.</returns>
    public async Task<TState> RefreshAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            await CatchUpAsync(ct);
            return state;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Appends what is decided, if anything.</summary>
    /// <param name="decide">Pure; may be called again with a newer state. Gives type alias and data of the event, or null for none; and a result.</param>
    /// <exception cref="EventStreamUnexpectedMaxEventIdException">Others were faster <see cref="MaxAttempts"/> times.</exception>
    public async Task<TResult> TransactAsync<TResult>(Func<TState, (TResult Result, string? Type, ReadOnlyMemory<byte> Data)> decide, string? causation, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                await CatchUpAsync(ct);
                var (result, type, data) = decide(state);
                if (type is null) return result;
                try
                {
                    var version = Version + 1;
                    await appender.AppendAsync(new AppendBatch(
                        [new PendingEvent(stream, version, type, EventId.For(stream, version), data, null, causation)], time.GetUtcNow()), ct);
                    await CatchUpAsync(ct);
                    return result;
                }
                catch (EventStreamUnexpectedMaxEventIdException) when (attempt < MaxAttempts)
                {
                    await Task.Delay(Random.Shared.Next(1, 10 * attempt), ct);
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task CatchUpAsync(CancellationToken ct)
    {
        await foreach (var e in reader.ReadStreamAsync(stream, Version + 1, ct: ct))
        {
            apply(state, e);
            Version = e.Version;
        }
    }
}
