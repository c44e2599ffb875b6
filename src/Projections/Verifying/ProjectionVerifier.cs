using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Storage;
using Npgsql;

namespace EventSourcedTrading.Projections.Verifying;

/// <summary>What was found of one projection.</summary>
/// <param name="Position">Its place in the log; it was compared with what the events up to there make.</param>
/// <param name="Rows">How many rows were compared, over all its tables.</param>
/// <param name="Faults">What is wrong, in sentences; not more than a hundred.</param>
/// <param name="Differences">The rows behind those faults that are about one.</param>
/// <param name="NotCompared">Why it could not be compared; null if it was.</param>
public sealed record ProjectionVerdict(
    string Name, long Position, long Rows, IReadOnlyList<string> Faults, IReadOnlyList<RowDifference> Differences, string? NotCompared)
{
    public bool Agrees => Faults.Count == 0 && NotCompared is null;
}

/// <summary>
/// Folds the log anew in memory, by the very code of the projections, and compares each row of the live read models with it. Each
/// projection is compared in one snapshot, at the place in the log where it stands, so it may lag behind, and the platform may run meanwhile.
/// </summary>
/// <param name="source">Connects as est_reader.</param>
public sealed class ProjectionVerifier(NpgsqlDataSource source, Upcasters? upcasters = null)
{
    /// <summary>Sequence numbers of the log that are folded at a time.</summary>
    internal int Page { get; init; } = 5_000;

    /// <summary>Rows of each large table that are held.</summary>
    internal int Hold { get; init; } = 20_000;

    private readonly EventReader reader = new(source, upcasters);

    /// <summary>Compares all projections, several at a time.</summary>
    /// <param name="progress">Told how many events were folded, and of how many; over all projections.</param>
    /// <returns>In the order of <see cref="ProjectionHost.Names"/>.</returns>
    public async Task<IReadOnlyList<ProjectionVerdict>> RunAsync(IProgress<(long Done, long Of)>? progress = null, CancellationToken ct = default)
    {
        var names = ProjectionHost.Names;
        var (head, done, verdicts) = ((await reader.HeadAsync(ct)).Size, 0L, new ProjectionVerdict[names.Count]);
        // The last takes longest: it has a row for each event.
        var order = Enumerable.Range(0, names.Count).Reverse();
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = ct }, async (i, token) =>
        {
            var folded = 0L;
            verdicts[i] = await VerifyAsync(ProjectionHost.New(names[i]), position => Advance(position - folded), token);
            Advance(Math.Max(0, head - folded));

            void Advance(long by)
            {
                folded += by;
                progress?.Report((Interlocked.Add(ref done, by), head * names.Count));
            }
        });
        return verdicts;
    }

    private async Task<ProjectionVerdict> VerifyAsync(Projection projection, Action<long> advanced, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        // A rebuild that goes live truncates the old side, which no snapshot survives. Under this lock it deletes instead. LOCK comes
        // before the snapshot, which the first query takes.
        var tables = string.Join(", ", projection.Tables.SelectMany(t => new[] { $"read.{t.Table}_0", $"read.{t.Table}_1" }));
        await LiveSide.ExecuteAsync(connection, $"begin isolation level repeatable read read only; set local timezone = 'UTC'; lock table {tables} in access share mode", ct);
        if (await PlaceAsync(connection, projection.Name, ct) is not { } place)
            return Verdict(0, null, [$"read.projections has no row '{projection.Name}': it was deleted, or the database lacks a migration"]);
        var comparison = new Comparison(connection, place.Side) { Hold = Hold };
        if (place.Position > place.Head)
            return Verdict(place.Position, comparison, [$"it stands at event {place.Position}, but the log ends with {place.Head}"]);
        try
        {
            await FoldAsync(projection, comparison, place.Position, advanced, ct);
        }
        catch (PoisonEventException e)
        {
            return Verdict(place.Position, comparison, [], e.Message);
        }
        catch (TooManyDifferencesException e)
        {
            return Verdict(place.Position, comparison, [.. Sentences(comparison), e.Message]);
        }

        return Verdict(place.Position, comparison, Sentences(comparison));

        ProjectionVerdict Verdict(long position, Comparison? with, IReadOnlyList<string> faults, string? not = null) =>
            new(projection.Name, position, with?.Rows ?? 0, faults, with?.Differences ?? [], not);
    }

    private async Task FoldAsync(Projection projection, Comparison comparison, long position, Action<long> advanced, CancellationToken ct)
    {
        var folding = new Folding(projection);
        var (page, next) = (new List<RecordedEvent>(), (long)Page);
        await foreach (var e in reader.ReadAllAsync(1, projection.EventTypes, Page, ct))
        {
            if (e.SeqId > position) break;
            if (e.SeqId > next)
            {
                await folding.CompareAsync(folding.Read(page), comparison, ct);
                advanced(e.SeqId - 1);
                next = e.SeqId + Page;
                page.Clear();
            }

            page.Add(e);
        }

        await folding.CompareAsync(folding.Read(page), comparison, ct);
        foreach (var table in projection.Tables) await table.CompareAsync(comparison, last: true, ct);
    }

    private static List<string> Sentences(Comparison comparison) => [.. comparison.Differences.Select(d => d.ToString())];

    private static async Task<(int Side, long Position, long Head)?> PlaceAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select p.live, coalesce(g.last_seq_id, 0), h.size
              from read.projections p cross join audit.log_head h left join events.mt_event_progression g on g.name = $2 where p.name = $1
            """,
            connection);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(LiveSide.Checkpoint(name));
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetInt16(0), row.GetInt64(1), row.GetInt64(2)) : null;
    }
}
