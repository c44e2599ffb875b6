using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Projections.Following;

/// <summary>
/// Takes stretches of the log into one side of a projection's tables. What it remembers between stretches is only good while
/// nobody else writes to that side and each stretch follows the last; otherwise it forgets and reads the tables again.
/// </summary>
internal sealed class Folding(Projection projection)
{
    private static readonly string Tape = EventJson.AliasOf<InputsRecorded>();
    private (int Side, long Position)? at;

    public void Forget() => at = null;

    /// <summary>Reads what the events need, applies them, and writes the net change, all within the caller's transaction.</summary>
    /// <exception cref="PoisonEventException">An event cannot be read or applied; the caller must roll back.</exception>
    public async Task FoldAsync(
        IReadOnlyList<RecordedEvent> events, long after, long upTo, NpgsqlConnection connection, int side, CancellationToken ct)
    {
        var follows = at == (side, after);
        at = null;
        if (!follows)
            foreach (var table in projection.Tables) table.Forget();

        var facts = new Fact[events.Count];
        for (var i = 0; i < facts.Length; i++)
        {
            try
            {
                facts[i] = Read(events[i]);
                projection.Prepare(facts[i]);
            }
            catch (Exception cause)
            {
                throw new PoisonEventException(projection.Name, events[i], cause);
            }
        }

        foreach (var table in projection.Tables) await table.LoadAsync(connection, side, ct);
        if (!follows) projection.Loaded();
        foreach (var fact in facts)
        {
            try
            {
                projection.Apply(fact);
            }
            catch (Exception cause)
            {
                throw new PoisonEventException(projection.Name, fact.Recorded, cause);
            }
        }

        projection.Finish();
        foreach (var table in projection.Tables) await table.SaveAsync(connection, side, ct);
        at = (side, upTo);
    }

    private static Fact Read(RecordedEvent recorded) =>
        new(recorded, recorded.Type == Tape ? null : EventJson.Deserialize(recorded.Type, recorded.Data.Span));
}
