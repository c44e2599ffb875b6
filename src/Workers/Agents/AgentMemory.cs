using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Agents;

/// <summary>What an agent needs to go on where it was: how far it read, how much it sent, what its strategy remembers.</summary>
/// <param name="Passed">Its watermark; null before the first.</param>
public sealed record AgentSnapshot(
    StreamPosition Position, IReadOnlyDictionary<string, long> Feeds, Timestamp? Passed, long Sent,
    IReadOnlyList<UnansweredIntent> Unanswered, JsonElement? Strategy)
{
    public const int Format = 2;
    public static readonly AgentSnapshot Empty = new(StreamPosition.Start, new Dictionary<string, long>(), null, 0, [], null);
}

/// <summary>Keeps an agent's snapshots. Without one it starts at the first signal and arrives at the same state.</summary>
public sealed class AgentMemory(SnapshotStore snapshots, string portfolio, IStrategy strategy)
{
    private readonly string key = $"agent-{portfolio}-{strategy.Description.Agent}";
    private long saved;

    public async Task<AgentSnapshot> LoadAsync(CancellationToken ct)
    {
        if (await snapshots.LoadAsync(key, AgentSnapshot.Format, ct) is not { } found) return AgentSnapshot.Empty;
        saved = found.Position;
        var snapshot = JsonSerializer.Deserialize(found.Data.Span, AgentSnapshotJson.Default.AgentSnapshot)!;
        if (snapshot.Strategy is { } state) strategy.Restore(state);
        return snapshot;
    }

    public Task SaveAsync(StreamPosition position, IReadOnlyDictionary<string, long> feeds, Timestamp passed, AgentOutbox outbox, CancellationToken ct)
    {
        var snapshot = new AgentSnapshot(position, feeds, passed, outbox.Sent, outbox.Pending(), strategy.Capture());
        return snapshots.SaveAsync(new Snapshot(key, ++saved, AgentSnapshot.Format, JsonSerializer.SerializeToUtf8Bytes(snapshot, AgentSnapshotJson.Default.AgentSnapshot)), ct);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(AgentSnapshot))]
internal sealed partial class AgentSnapshotJson : JsonSerializerContext;
