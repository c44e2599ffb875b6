using System.Text;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Projections.Audit;
using EventSourcedTrading.TransparencyLog;
using Npgsql;

namespace EventSourcedTrading.Api.State;

/// <summary>What is signed of the log, and proofs under it.</summary>
/// <param name="source">Connects as est_reader.</param>
public sealed class LogStatusReader(NpgsqlDataSource source)
{
    private const int MaxPage = 500;

    private readonly EventReader log = new(source);
    private readonly LogTree tree = new(source);
    private readonly LogProofs proofs = new(source);
    private readonly CheckpointStore store = new(source);
    private readonly AuditQuery index = new(source);

    public async Task<LogStatus> ReadAsync(CancellationToken ct)
    {
        var (head, newest, last) = (await log.HeadAsync(ct), (await CheckpointsAsync(null, 1, ct)).FirstOrDefault(), await store.LastVerificationAsync(ct));
        bool? agrees = newest is null ? null : newest.Size <= head.Size && Convert.ToBase64String((await tree.FrontierAsync(newest.Size, ct)).Root()) == newest.Root;
        return new LogStatus(
            head.Size, Convert.ToBase64String(head.Root.Span), Timestamp.From(head.UpdatedAt), await index.IndexedToAsync(ct), newest?.Size, newest?.SignedAt, agrees,
            last is null ? null : new LogVerdict(Timestamp.From(last.At), last.Size, last.Faults));
    }

    /// <exception cref="RefusedException">BAD_LIMIT.</exception>
    public async Task<IReadOnlyList<LogCheckpoint>> CheckpointsAsync(long? before, int first, CancellationToken ct)
    {
        if (first is < 1 or > MaxPage) throw new RefusedException("BAD_LIMIT", $"first {first} must be 1 to {MaxPage}", "first");
        return await ListAsync("where c.size < $1 order by c.size desc", before ?? long.MaxValue, first, ct);
    }

    /// <summary>Those of more events, by size; at most 500.</summary>
    public Task<IReadOnlyList<LogCheckpoint>> CheckpointsAfterAsync(long size, CancellationToken ct) => ListAsync("where c.size > $1 order by c.size", size, MaxPage, ct);

    private async Task<IReadOnlyList<LogCheckpoint>> ListAsync(string which, long size, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            $"""
            select c.note, c.signed_at, array(select witness from audit.cosignatures s where s.size = c.size order by witness),
                   array(select line from audit.cosignatures s where s.size = c.size order by witness), array(select authority from audit.time_stamps t where t.size = c.size order by authority)
              from audit.checkpoints c {which} limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = size });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var row = await command.ExecuteReaderAsync(ct);
        var all = new List<LogCheckpoint>();
        while (await row.ReadAsync(ct))
        {
            var checkpoint = Checkpoint.Parse(SignedNote.Parse(row.GetString(0)).Text);
            all.Add(new LogCheckpoint(
                checkpoint.Size, checkpoint.Origin, Convert.ToBase64String(checkpoint.Root), row.GetString(0) + string.Concat(row.GetFieldValue<string[]>(3).Select(line => line + "\n")),
                Timestamp.From(row.GetFieldValue<DateTimeOffset>(1)), row.GetFieldValue<string[]>(2), row.GetFieldValue<string[]>(4)));
        }

        return all;
    }

    /// <exception cref="RefusedException">There is no such event, or no such checkpoint.</exception>
    public async Task<InclusionProof> ProveAsync(long position, long? size, CancellationToken ct)
    {
        var e = position < 1 ? null : await log.FindAsync(position, ct);
        if (e is null) throw new RefusedException("UNKNOWN_EVENT", $"no event has position {position}", "position");
        var note = await store.FindAsync(size, ct);
        if (note is null && size is null) throw new RefusedException("UNKNOWN_CHECKPOINT", "no checkpoint was ever signed; name a size to have a proof without one", "size");
        var of = size ?? Checkpoint.Parse(SignedNote.Parse(note!).Text).Size;
        if (of > (await log.HeadAsync(ct)).Size) throw new RefusedException("BAD_SIZE", $"size {of} is beyond the log's end", "size");
        if (of < position) throw new RefusedException("NOT_SIGNED_YET", $"event {position} is not among the first {of}; ask with a larger size, or wait for the notary", "size");
        var hash = new byte[32];
        LeafFormat.Hash(e, hash);
        var path = await proofs.InclusionAsync(position - 1, of, ct);
        return new InclusionProof(
            position, of, Encoding.UTF8.GetString(LeafFormat.Json(e)), Convert.ToBase64String(hash), [.. path.Select(Convert.ToBase64String)],
            Convert.ToBase64String((await tree.FrontierAsync(of, ct)).Root()), note);
    }
}
