namespace EventSourcedTrading.EventStore;

/// <summary>An event that gets its version when it is written.</summary>
public readonly record struct DecidedEvent(string StreamId, string Type, ReadOnlyMemory<byte> Data);

/// <summary>
/// Read, decide, append at the version that was read, and again if someone else was faster: for streams that several processes write,
/// each seldom.
/// </summary>
public sealed class OptimisticAppender(EventReader reader, EventAppender appender, TimeProvider time)
{
    /// <summary>Attempts after which streams that others write without pause are given up.</summary>
    public const int MaxAttempts = 20;

    /// <summary>Appends what is decided, if anything.</summary>
    /// <param name="streams">All that may be written to.</param>
    /// <param name="decide">May be called again: each time it must read what it decides on.</param>
    /// <exception cref="EventStreamUnexpectedMaxEventIdException">Others were faster <see cref="MaxAttempts"/> times.</exception>
    public async Task TransactAsync(string? causation, IReadOnlyList<string> streams, Func<Task<IReadOnlyList<DecidedEvent>>> decide, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var versions = new Dictionary<string, long>();
            // Before what the decision rests on: whatever is written after this makes the append fail.
            foreach (var stream in streams) versions[stream] = await reader.StreamVersionAsync(stream, ct);
            var events = await decide();
            if (events.Count == 0) return;
            try
            {
                await appender.AppendAsync(new AppendBatch([.. events.Select(e => Pending(e, ++versions[e.StreamId], causation))], time.GetUtcNow()), ct);
                return;
            }
            catch (EventStreamUnexpectedMaxEventIdException) when (attempt < MaxAttempts)
            {
                await Task.Delay(Random.Shared.Next(1, 10 * attempt), ct);
            }
            catch (AppendOutcomeUnknownException) when (attempt < MaxAttempts)
            {
                // In the log or not: the next look tells, and decides nothing twice.
                await Task.Delay(Random.Shared.Next(50, 200), ct);
            }
        }
    }

    private static PendingEvent Pending(in DecidedEvent e, long version, string? causation) =>
        new(e.StreamId, version, e.Type, EventId.For(e.StreamId, version), e.Data, null, causation);
}
