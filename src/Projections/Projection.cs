using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections;

/// <summary>An event with what its JSON says; <see cref="Event"/> is null for the tape, and where the projection reads the JSON itself.</summary>
internal readonly record struct Fact(RecordedEvent Recorded, DomainEvent? Event);

/// <summary>
/// A read model: which events it follows and what each does to its rows. Pure: no clock, no I/O, and the same rows whatever
/// batches the log is cut into.
/// </summary>
internal abstract class Projection
{
    /// <summary>Its name in the status, and of its checkpoint.</summary>
    public abstract string Name { get; }

    /// <summary>Null for every event, also of types that this version does not know.</summary>
    public abstract IReadOnlyList<string>? EventTypes { get; }

    /// <summary>False if it reads the JSON itself and wants no objects.</summary>
    public virtual bool ReadsEvents => true;

    public abstract IReadOnlyList<Rows> Tables { get; }

    /// <summary>Called for each event of a batch before any is applied: names the rows that it will read. Small tables are loaded by then.</summary>
    public virtual void Prepare(Fact fact)
    {
    }

    public abstract void Apply(Fact fact);

    /// <summary>Called at the end of a batch.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>Called when all rows were loaded anew.</summary>
    public virtual void Loaded()
    {
    }

    protected static string Alias<T>() where T : DomainEvent => EventJson.AliasOf<T>();
}

/// <summary>An event that a projection cannot take. The projection stops before it; nothing of its batch is kept.</summary>
public sealed class PoisonEventException(string projection, RecordedEvent @event, Exception cause) : Exception(
    $"Projection {projection} cannot apply event {@event.SeqId} ({@event.Type}, stream {@event.StreamId} version {@event.Version}, id {@event.Id}): " +
    $"{cause.Message} Nothing of that batch was kept. Mend the projection, then run 'est projections rebuild {projection}' or start it again.", cause)
{
    public string Projection { get; } = projection;
    public RecordedEvent Event { get; } = @event;
}
