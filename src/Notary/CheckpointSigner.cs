using System.Security.Cryptography;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.TransparencyLog;
using Npgsql;

namespace EventSourcedTrading.Notary;

/// <summary>A checkpoint that was signed, and where it went.</summary>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, SignedNote Note, DateTimeOffset At);

/// <summary>
/// Signs the log's size and root, after it has seen for itself that the log only grew since the last time: it follows the leaves from
/// what it last exported, and signs the root that <em>it</em> reckons. Where that is not the head's root, or the log is shorter, it
/// refuses, for good: a signature would give away the proof.
/// </summary>
/// <param name="app">Connects as est_app.</param>
/// <param name="known">The key, and those that it has replaced.</param>
public sealed class CheckpointSigner(NpgsqlDataSource app, string origin, ECDsa key, IReadOnlyList<NoteKey> known, CheckpointArchive archive, TimeProvider time)
{
    /// <summary>Leaves that are read at a time: 2 MB.</summary>
    private const int Slice = 1 << 16;

    private readonly EventReader reader = new(app);
    private readonly LogTree tree = new(app);
    private readonly CheckpointStore store = new(app);
    private MerkleFrontier? frontier;
    private long signedSize = -1;

    /// <summary>Signs what is new.</summary>
    /// <returns>Null if nothing is.</returns>
    /// <exception cref="NotaryAlarmException">The log is not what was signed before; nothing was signed.</exception>
    public async Task<SignedCheckpoint?> SignAsync(CancellationToken ct = default)
    {
        try
        {
            return await SignNewAsync(ct);
        }
        catch (AuditDataException e)
        {
            frontier = null;
            throw new NotaryAlarmException(e.Position, e.Message);
        }
    }

    private async Task<SignedCheckpoint?> SignNewAsync(CancellationToken ct)
    {
        frontier ??= await TakeUpAsync(ct);
        var head = await reader.HeadAsync(ct);
        if (head.Size < frontier.Size) throw new NotaryAlarmException(head.Size + 1, $"the log has {head.Size} events, but {frontier.Size} were signed before: event {head.Size + 1} and those behind it are gone");
        if (head.Size == signedSize)
        {
            return head.Root.Span.SequenceEqual(frontier.Root()) ? null
                : throw new NotaryAlarmException(null, $"the head's root is another than that of the {head.Size} events that were signed");
        }

        var (first, finished) = (frontier.Size, new List<FinishedSubtree>());
        await FollowAsync(frontier, head.Size, finished, export: true, ct);
        if (!frontier.Root().AsSpan().SequenceEqual(head.Root.Span))
        {
            frontier = null;
            throw new NotaryAlarmException(first + 1, $"the leaves lead to another root than the head has: history up to event {first} or the leaves behind it were changed");
        }

        var checkpoint = new Checkpoint(origin, frontier.Size, frontier.Root());
        var signed = new SignedCheckpoint(checkpoint, SignedNote.Of(checkpoint.ToString()).Sign(origin, key), time.GetUtcNow());
        // Outside first: what the database knows of must not be all that there is.
        archive.Append(signed.Note, signed.At);
        await store.SaveAsync(signed, finished, ct);
        signedSize = checkpoint.Size;
        return signed;
    }

    /// <summary>From where the last checkpoint left off: the tree up to there must be the one that was exported.</summary>
    private async Task<MerkleFrontier> TakeUpAsync(CancellationToken ct)
    {
        var stored = await store.NewestSizeAsync(ct);
        if (archive.Newest() is not { } newest)
        {
            return stored is null ? new MerkleFrontier()
                : throw new NotaryAlarmException(null, $"the archive is empty, but a checkpoint of {stored} events was signed before; bring the archive back, or say that a new one begins (--adopt)");
        }

        var exported = Open(newest);
        var from = Math.Min(stored ?? 0, exported.Size);
        if (stored > exported.Size) throw new NotaryAlarmException(null, $"the archive ends with {exported.Size} events, but {stored} were signed: its newest checkpoints are gone");
        var head = await reader.HeadAsync(ct);
        if (head.Size < exported.Size) throw new NotaryAlarmException(head.Size + 1, $"the log has {head.Size} events, but a checkpoint of {exported.Size} was exported: event {head.Size + 1} and those behind it are gone");
        var taken = await tree.FrontierAsync(from, ct);
        var finished = new List<FinishedSubtree>();
        await FollowAsync(taken, exported.Size, finished, export: false, ct);
        if (!taken.Root().AsSpan().SequenceEqual(exported.Root))
            throw new NotaryAlarmException(null, $"the first {exported.Size} events have another root than the checkpoint that was exported for them; 'est audit verify' names the event");
        // A crash may have come between the archive and the database.
        if (exported.Size > (stored ?? -1)) await store.SaveAsync(new SignedCheckpoint(exported, SignedNote.Parse(newest), time.GetUtcNow()), finished, ct);
        signedSize = exported.Size;
        return taken;
    }

    private Checkpoint Open(string text)
    {
        try
        {
            var note = SignedNote.Parse(text);
            note.Verify([.. known]);
            var checkpoint = Checkpoint.Parse(note.Text);
            return checkpoint.Origin == origin ? checkpoint : throw new InvalidProofException($"It is of the log '{checkpoint.Origin}', not of '{origin}'.");
        }
        catch (InvalidProofException e)
        {
            throw new NotaryAlarmException(null, $"the newest checkpoint of the archive is not ours: {e.Message}");
        }
    }

    private async Task FollowAsync(MerkleFrontier from, long to, List<FinishedSubtree> finished, bool export, CancellationToken ct)
    {
        while (from.Size < to)
        {
            var leaves = await tree.LeavesAsync(from.Size, Math.Min(to, from.Size + Slice), ct);
            if (export) archive.WriteLeaves(from.Size, leaves);
            from.AppendAll(leaves, finished);
        }
    }
}

/// <summary>The log is not what it was. Nothing is signed until a person has looked.</summary>
public sealed class NotaryAlarmException(long? position, string what) : Exception($"The notary refuses to sign: {what}.")
{
    /// <summary>The first event that shows it, where one can be named.</summary>
    public long? Position { get; } = position;
}
