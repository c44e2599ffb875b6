using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.EventStore.Verifying;
using EventSourcedTrading.TransparencyLog;
using Npgsql;

namespace EventSourcedTrading.Notary;

/// <summary>Against what a log is verified.</summary>
/// <param name="Keys">The notary's key, and those that it has replaced; named like the log. None: checkpoints are not looked at.</param>
public sealed record AuditOptions(IReadOnlyList<NoteKey> Keys)
{
    /// <summary>Folder of exported checkpoints; null to trust those in the database, which whoever owns it could have made anew with the key.</summary>
    public string? Archive { get; init; }

    /// <summary>A checkpoint that the caller has verified before: only what came after it is read, of events and of checkpoints.</summary>
    public SignedNote? Since { get; init; }
}

/// <param name="Log">Rows, leaves, tree, head, streams and roots.</param>
/// <param name="Checkpoints">How many were read, from the database and from the archive.</param>
/// <param name="Newest">The newest that agrees with the log; null if there is none.</param>
public sealed record AuditResult(LogVerification Log, int Checkpoints, Checkpoint? Newest, IReadOnlyList<AuditFault> Faults)
{
    public bool Intact => Faults.Count == 0;
}

/// <summary>Verifies a log with all that was ever signed for it.</summary>
public static class LogAudit
{
    private const int Slice = 1 << 16;

    /// <param name="source">Connects as est_reader.</param>
    /// <exception cref="InvalidProofException">The trusted checkpoint is none.</exception>
    public static async Task<AuditResult> RunAsync(NpgsqlDataSource source, AuditOptions options, IProgress<(long Done, long Of)>? progress = null, CancellationToken ct = default)
    {
        var faults = new List<AuditFault>();
        var trusted = options.Since is { } note ? Opened(note, options.Keys) : null;
        var after = trusted?.Size ?? -1;
        var (exported, stored) = await CheckpointsAsync(source, options, after, faults, ct);

        // The database's go last: of two with one size the archive's is the one to name.
        SignedRoot[] signed = [.. exported.Select(c => Root(c, $"the exported checkpoint of {c.Size} events")), .. stored.Select(c => Root(c, $"the stored checkpoint of {c.Size} events"))];
        var log = await new LogVerifier(source).RunAsync(new VerifyOptions(signed) { Since = trusted is null ? null : Root(trusted, "the trusted checkpoint") }, progress, ct);
        faults.InsertRange(0, await NamedAsync(log, source, options.Archive, ct));
        var newest = faults.Exists(f => f.Kind is AuditFaultKind.CheckpointDisagrees or AuditFaultKind.LogCutOff) ? null
            : exported.Concat(stored).Append(trusted).Where(c => c?.Size <= log.Size).MaxBy(c => c!.Size);
        return new AuditResult(log, stored.Count + exported.Count, newest, faults);
    }

    /// <summary>
    /// The archive is read before the database and its end once more behind it: a notary that goes on meanwhile writes to the archive
    /// first, so by then nothing but its very last checkpoint may be in one of the two alone.
    /// </summary>
    private static async Task<(List<Checkpoint> Exported, List<Checkpoint> Stored)> CheckpointsAsync(
        NpgsqlDataSource source, AuditOptions options, long after, List<AuditFault> faults, CancellationToken ct)
    {
        if (options.Keys.Count == 0) return ([], []);
        var exported = options.Archive is null ? [] : Open([.. CheckpointArchive.Notes(options.Archive, after)], options.Keys, "in the archive", faults);
        var stored = Open(await new CheckpointStore(source).AllAsync(after, ct), options.Keys, "in the database", faults);
        if (options.Archive is null) return (exported, stored);
        var newest = exported.Count == 0 ? after : exported.Max(c => c.Size);
        var since = Open([.. CheckpointArchive.Notes(options.Archive, newest)], options.Keys, "in the archive", []);
        Compare(stored, exported, since, faults);
        return (exported, stored);
    }

    private static SignedRoot Root(Checkpoint checkpoint, string from) => new(checkpoint.Size, checkpoint.Root, from);

    private static Checkpoint Opened(SignedNote note, IReadOnlyList<NoteKey> keys)
    {
        note.Verify([.. keys]);
        var checkpoint = Checkpoint.Parse(note.Text);
        return checkpoint.Origin == keys[0].Name ? checkpoint : throw new InvalidProofException($"It is of the log '{checkpoint.Origin}', not of '{keys[0].Name}'.");
    }

    private static List<Checkpoint> Open(IReadOnlyList<string> notes, IReadOnlyList<NoteKey> keys, string where, List<AuditFault> faults)
    {
        var opened = new Checkpoint?[notes.Count];
        var refused = new AuditFault?[notes.Count];
        Parallel.For(0, notes.Count, i =>
        {
            try
            {
                opened[i] = Opened(SignedNote.Parse(notes[i]), keys);
            }
            catch (InvalidProofException e)
            {
                refused[i] = new AuditFault(AuditFaultKind.CheckpointInvalid, null, $"checkpoint {i + 1} of {notes.Count} {where} is not the notary's: {e.Message}");
            }
        });
        faults.AddRange(refused.OfType<AuditFault>().Take(LogVerifier.MaxFaults));
        return [.. opened.OfType<Checkpoint>()];
    }

    private static void Compare(List<Checkpoint> stored, List<Checkpoint> exported, List<Checkpoint> since, List<AuditFault> faults)
    {
        var (inStore, inArchive) = (stored.Select(c => c.ToString()).ToHashSet(), exported.Concat(since).Select(c => c.ToString()).ToHashSet());
        // The very last may be on its way, or was cut short by a crash: the notary brings it in when it starts.
        foreach (var gone in exported.SkipLast(1).Where(c => !inStore.Contains(c.ToString())).Take(1))
            faults.Add(new(AuditFaultKind.CheckpointDisagrees, null, $"the exported checkpoint of {gone.Size} events is not in the database: it was deleted or altered there"));
        foreach (var gone in stored.Where(c => !inArchive.Contains(c.ToString())).Take(1))
            faults.Add(new(AuditFaultKind.CheckpointDisagrees, null, $"the stored checkpoint of {gone.Size} events is not in the archive: the archive is not whole, or somebody else has the notary's key"));
    }

    /// <summary>Where all hashes were made anew, the archive's leaves tell which event it began with.</summary>
    private static async Task<List<AuditFault>> NamedAsync(LogVerification log, NpgsqlDataSource source, string? archive, CancellationToken ct)
    {
        var named = log.Faults.ToList();
        var at = named.FindIndex(f => f.Kind == AuditFaultKind.CheckpointDisagrees && f.Position is not null);
        if (at < 0 || archive is null) return named;
        var (tree, start) = (new LogTree(source), named[at].Position!.Value - 1);
        while (true)
        {
            var exported = CheckpointArchive.Leaves(archive, start, Math.Min(log.Size, start + Slice));
            if (exported.Length == 0) return named;
            var kept = await tree.LeavesAsync(start, start + (exported.Length / MerkleTree.HashSize), ct);
            var same = exported.AsSpan().CommonPrefixLength(kept) / MerkleTree.HashSize;
            if (same * MerkleTree.HashSize < exported.Length)
            {
                var position = start + same + 1;
                named[at] = named[at] with { Position = position, What = $"event {position} is not the one whose leaf was exported, and all hashes were reckoned anew behind it; {named[at].What}" };
                return named;
            }

            start += same;
        }
    }
}
