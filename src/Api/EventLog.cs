using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Api;

/// <summary>Streams that the control plane writes. Several processes may serve the control plane at once.</summary>
public sealed class EventLog(EventReader reader, EventAppender appender, TimeProvider time)
{
    private readonly OptimisticAppender appends = new(reader, appender, time);

    public EventReader Reader => reader;

    /// <summary>Appends what is decided, if anything.</summary>
    /// <param name="decide">May be called again: each time it must read what it decides on.</param>
    /// <exception cref="RefusedException">LOG_UNAVAILABLE; whatever <paramref name="decide"/> throws.</exception>
    public async Task TransactAsync(string causation, IReadOnlyList<string> streams, Func<Task<IReadOnlyList<(string Stream, DomainEvent Event)>>> decide, CancellationToken ct)
    {
        try
        {
            await appends.TransactAsync(
                causation, streams, async () => [.. (await decide()).Select(e => new DecidedEvent(e.Stream, EventJson.AliasOf(e.Event), EventJson.Serialize(e.Event)))], ct);
        }
        catch (EventStoreUnavailableException)
        {
            throw new RefusedException("LOG_UNAVAILABLE", "the log cannot be written now; nothing was done. Try again with the same idempotency key");
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
}
