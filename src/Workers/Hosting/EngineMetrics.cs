using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Engines;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>Counters of what engines of this process have committed.</summary>
public sealed class EngineMetrics
{
    private long batches;
    private long events;
    private long inputs;

    public long Batches => Interlocked.Read(ref batches);
    public long Events => Interlocked.Read(ref events);
    public long Inputs => Interlocked.Read(ref inputs);

    public MetaMetrics Meta { get; } = new();
    public AuditMetrics Audit { get; } = new();

    public void Committed(EngineBatch batch, AppendResult result)
    {
        Interlocked.Increment(ref batches);
        Interlocked.Add(ref events, result.Count);
        Interlocked.Add(ref inputs, batch.Inputs);
        Meta.Committed(batch.Coordinations);
    }
}
