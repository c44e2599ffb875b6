using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Verifying;
using Npgsql;

namespace EventSourcedTrading.Projections.Following;

/// <summary>
/// Takes stretches of the log into one side of a projection's tables. What it remembers between stretches is only good while
/// nobody else writes to that side; otherwise it forgets and reads the tables again.
/// </summary>
internal sealed class Folding(Projection projection)
{
    private static readonly string Tape = EventJson.AliasOf<InputsRecorded>();
    private (int Side, long Turn)? at;

    public void Forget() => at = null;

    /// <summary>Reads the JSON of the events. Has no state, so a rebuild does it while an earlier stretch is being written.</summary>
    /// <exception cref="PoisonEventException">An event cannot be read.</exception>
    public Fact[] Read(IReadOnlyList<RecordedEvent> events)
    {
        var facts = new Fact[events.Count];
        for (var i = 0; i < facts.Length; i++)
        {
            var e = events[i];
            try
            {
                facts[i] = new Fact(e, !projection.ReadsEvents || e.Type == Tape ? null : EventJson.Deserialize(e.Type, e.Data.Span));
            }
            catch (Exception cause)
            {
                throw new PoisonEventException(projection.Name, e, cause);
            }
        }

        return facts;
    }

    /// <summary>Loads the rows that the facts need, applies them, and writes the net change, all within the caller's transaction.</summary>
    /// <param name="turn">Counts the writes to the projection, whoever made them: memory is good only if the last one was ours.</param>
    /// <exception cref="PoisonEventException">An event cannot be applied; the caller must roll back.</exception>
    public async Task FoldAsync(Fact[] facts, NpgsqlConnection connection, int side, long turn, CancellationToken ct)
    {
        var follows = at == (side, turn - 1);
        at = null;
        if (!follows)
            foreach (var table in projection.Tables) table.Forget();

        // Once before Prepare, which may look into the small tables, and once for the rows that it has named.
        foreach (var table in projection.Tables) await table.LoadAsync(connection, side, ct);
        Each(facts, projection.Prepare);
        foreach (var table in projection.Tables) await table.LoadAsync(connection, side, ct);
        if (!follows) projection.Loaded();
        Each(facts, projection.Apply);
        projection.Finish();
        foreach (var table in projection.Tables) await table.SaveAsync(connection, side, ct);
        at = (side, turn);
    }

    /// <summary>Folds from nothing, without a write, and compares with the tables what they should have in its final form by now.</summary>
    /// <exception cref="PoisonEventException">An event cannot be applied.</exception>
    public async Task CompareAsync(Fact[] facts, Comparison comparison, CancellationToken ct)
    {
        Each(facts, projection.Prepare);
        foreach (var table in projection.Tables) await table.RecallAsync(comparison, ct);
        Each(facts, projection.Apply);
        projection.Finish();
        foreach (var table in projection.Tables) await table.CompareAsync(comparison, last: false, ct);
    }

    private void Each(Fact[] facts, Action<Fact> take)
    {
        foreach (var fact in facts)
        {
            try
            {
                take(fact);
            }
            catch (Exception cause)
            {
                throw new PoisonEventException(projection.Name, fact.Recorded, cause);
            }
        }
    }
}
