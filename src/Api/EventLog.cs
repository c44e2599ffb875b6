using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Api;

/// <summary>
/// Streams that the control plane writes: read, decide, append at the version that was read, and again if someone else was faster.
/// Several processes may serve the control plane at once.
/// </summary>
public sealed class EventLog(EventReader reader, EventAppender appender, TimeProvider time)
{
    private const int MaxAttempts = 20;

    public EventReader Reader => reader;

    /// <summary>Appends what is decided, if anything.</summary>
    /// <param name="decide">May be called again: each time it must read what it decides on.</param>
    /// <exception cref="RefusedException">LOG_UNAVAILABLE; whatever <paramref name="decide"/> throws.</exception>
    public async Task TransactAsync(string causation, IReadOnlyList<string> streams, Func<Task<IReadOnlyList<(string Stream, DomainEvent Event)>>> decide, CancellationToken ct)
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
                await appender.AppendAsync(new AppendBatch([.. events.Select(e => Pending(e.Stream, ++versions[e.Stream], e.Event, causation))], time.GetUtcNow()), ct);
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
            catch (EventStoreUnavailableException)
            {
                throw new RefusedException("LOG_UNAVAILABLE", "the log cannot be written now; nothing was done. Try again with the same idempotency key");
            }
        }
    }

    /// <summary>Appends without a decision.</summary>
    public Task AppendAsync(string stream, string causation, IReadOnlyList<DomainEvent> events, CancellationToken ct) =>
        TransactAsync(causation, [stream], () => Task.FromResult<IReadOnlyList<(string, DomainEvent)>>([.. events.Select(e => (stream, e))]), ct);

    public async Task<bool> HasAsync<T>(string stream, Func<T, bool> matches, CancellationToken ct) where T : DomainEvent
    {
        await foreach (var e in reader.ReadStreamAsync(stream, ct: ct))
            if (EventJson.Deserialize(e.Type, e.Data.Span) is T found && matches(found)) return true;
        return false;
    }

    private static PendingEvent Pending(string stream, long version, DomainEvent e, string causation) =>
        new(stream, version, EventJson.AliasOf(e), EventId.For(stream, version), EventJson.Serialize(e), null, causation);
}
