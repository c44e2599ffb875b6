namespace EventSourcedTrading.EventStore;

/// <summary>
/// One stream and the state that it makes, kept up as it grows, so that each decision reads only what is new. (The pattern is Equinox's
/// Decider.)
/// </summary>
/// <typeparam name="TState">The state that the stream's events make.</typeparam>
/// <param name="apply">Takes one event up into the state.</param>
public sealed class Decider<TState>(EventReader reader, EventAppender appender, TimeProvider time, string stream, TState state, Action<TState, RecordedEvent> apply)
{
    private readonly OptimisticAppender appends = new(reader, appender, time);
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The last version that was read; 0 before the first.</summary>
    public long Version { get; private set; }

    /// <summary>Takes up what others have written.</summary>
    /// <returns>The state, which nobody else may change.</returns>
    public Task<TState> RefreshAsync(CancellationToken ct) => TransactAsync(static _ => null, ct);

    /// <summary>Appends what is decided, if anything.</summary>
    /// <param name="decide">Pure; may be called again with a newer state. Gives type alias and data of the event, or null for none.</param>
    /// <returns>The state with it.</returns>
    /// <exception cref="EventStreamUnexpectedMaxEventIdException">Others were faster, again and again.</exception>
    public async Task<TState> TransactAsync(Func<TState, (string Type, ReadOnlyMemory<byte> Data)?> decide, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            await CatchUpAsync(ct);
            if (decide(state) is null) return state;
            await appends.TransactAsync(null, [stream], async () =>
            {
                await CatchUpAsync(ct);
                return decide(state) is { } e ? [new DecidedEvent(stream, e.Type, e.Data)] : [];
            }, ct);
            await CatchUpAsync(ct);
            return state;
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
