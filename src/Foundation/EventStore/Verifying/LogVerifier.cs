using EventSourcedTrading.EventStore.Audit;
using Npgsql;

namespace EventSourcedTrading.EventStore.Verifying;

/// <summary>A size and root that somebody has signed.</summary>
/// <param name="From">Where it was found, for people.</param>
public sealed record SignedRoot(long Size, ReadOnlyMemory<byte> Root, string From);

/// <summary>What to verify, and against what.</summary>
/// <param name="Checkpoints">Signed roots, their signatures checked by the caller.</param>
public sealed record VerifyOptions(IReadOnlyList<SignedRoot> Checkpoints)
{
    /// <summary>Events up to this checkpoint are taken as verified; null to begin at the first.</summary>
    public SignedRoot? Since { get; init; }

    /// <summary>Ranges reckoned at a time, each with a connection of its own; from 1.</summary>
    public int Parallelism { get; init; } = Math.Max(2, Environment.ProcessorCount);
}

/// <param name="Size">Of the log, as its head says.</param>
/// <param name="Root">As its head says.</param>
/// <param name="Events">Events that were read and hashed.</param>
/// <param name="Agreeing">Checkpoints that the events lead to.</param>
/// <param name="Faults">The first comes first; not more than <see cref="LogVerifier.MaxFaults"/>.</param>
public sealed record LogVerification(long Size, ReadOnlyMemory<byte> Root, long Events, int Agreeing, IReadOnlyList<AuditFault> Faults)
{
    public bool Intact => Faults.Count == 0;
}

/// <summary>
/// Reckons every leaf anew from its row, the tree from the leaves, and compares it all with what was kept and what was signed. Reads
/// one snapshot of the database, as reader, over several connections.
/// </summary>
public sealed class LogVerifier(NpgsqlDataSource source)
{
    /// <summary>More are not collected: what is wrong is clear by then.</summary>
    public const int MaxFaults = 100;

    private const int RangeLength = 1 << 15;

    private readonly LogTree _tree = new(source);

    /// <param name="progress">Told how many events are done, and of how many.</param>
    public async Task<LogVerification> RunAsync(VerifyOptions options, IProgress<(long Done, long Of)>? progress = null, CancellationToken ct = default)
    {
        // One more than ranges need, for what the server compares by itself meanwhile.
        await using var snapshot = await LogSnapshot.OpenAsync(source, options.Parallelism + 1, ct);
        var faults = new List<AuditFault>();
        var frontier = await FrontierAsync(options.Since, faults, ct);
        var start = frontier.Size;
        var signed = new Queue<SignedRoot>(options.Checkpoints.Where(c => c.Size > start).OrderBy(c => c.Size));
        var agreeing = 0;
        var whole = faults.Count == 0;
        var streams = snapshot.BrokenStreamsAsync(start, ct);

        var ranges = new Queue<Task<LeafRange>>();
        var next = start;
        while (true)
        {
            for (; next < snapshot.Size && ranges.Count < options.Parallelism + 1; next += RangeLength)
                ranges.Enqueue(ReckonAsync(snapshot, next, Math.Min(snapshot.Size, next + RangeLength), ct));
            if (!ranges.TryDequeue(out var range)) break;
            var done = await range;
            if (done.Fault is { } fault) Add(faults, fault);
            whole &= done.Hashes.Length == (Math.Min(snapshot.Size, done.Start + RangeLength) - done.Start) * MerkleTree.HashSize;
            if (whole) agreeing += await GrowAsync(frontier, done.Hashes, signed, faults, ct);
            progress?.Report((Math.Min(snapshot.Size, done.Start + RangeLength) - start, snapshot.Size - start));
        }

        if (whole && !frontier.Root().AsSpan().SequenceEqual(snapshot.Root.Span))
            Add(faults, new(AuditFaultKind.HeadWrong, null, $"the head says that {snapshot.Size} events have the root {Hex(snapshot.Root.Span)}, but they have {Hex(frontier.Root())}"));
        foreach (var lost in signed.Where(c => c.Size > snapshot.Size).Take(1))
            Add(faults, new(AuditFaultKind.LogCutOff, snapshot.Size + 1, $"the log ends with event {snapshot.Size}, but {lost.From} is signed for {lost.Size} events: event {snapshot.Size + 1} and those behind it are gone"));
        foreach (var fault in await snapshot.StrayAsync(ct)) Add(faults, fault);
        foreach (var fault in await streams) Add(faults, fault);
        return new LogVerification(snapshot.Size, snapshot.Root, snapshot.Size - start, agreeing, faults);
    }

    private async Task<MerkleFrontier> FrontierAsync(SignedRoot? since, List<AuditFault> faults, CancellationToken ct)
    {
        if (since is null) return new MerkleFrontier();
        var frontier = await _tree.FrontierAsync(since.Size, ct);
        if (!frontier.Root().AsSpan().SequenceEqual(since.Root.Span))
            Add(faults, new(AuditFaultKind.CheckpointDisagrees, null, $"the leaves of the first {since.Size} events have the root {Hex(frontier.Root())}, but {since.From} is signed for {Hex(since.Root.Span)}; verify from the first event to find out where they part"));
        return frontier;
    }

    private async Task<LeafRange> ReckonAsync(LogSnapshot snapshot, long start, long end, CancellationToken ct)
    {
        AuditFault? broken = null;
        byte[]? stored = null;
        try
        {
            stored = await _tree.LeavesAsync(start, end, ct);
        }
        catch (AuditDataException e)
        {
            broken = new AuditFault(AuditFaultKind.LeavesBroken, e.Position, e.Message);
        }

        var range = await snapshot.UseAsync(c => LeafRange.ReckonAsync(c, start, (int)(end - start), stored, ct), ct);
        return broken is null || range.Fault is not null ? range : range with { Fault = broken };
    }

    /// <summary>Adds leaves to the tree, and compares on the way what was signed and kept.</summary>
    /// <returns>Checkpoints that agree.</returns>
    private async Task<int> GrowAsync(MerkleFrontier frontier, byte[] hashes, Queue<SignedRoot> signed, List<AuditFault> faults, CancellationToken ct)
    {
        var (agreeing, at, end) = (0, 0, frontier.Size + (hashes.Length / MerkleTree.HashSize));
        var finished = new List<FinishedSubtree>();
        while (true)
        {
            var upTo = signed.TryPeek(out var next) && next.Size <= end ? next.Size : end;
            var length = (int)(upTo - frontier.Size) * MerkleTree.HashSize;
            var from = frontier.Size;
            frontier.AppendAll(hashes.AsSpan(at, length), finished);
            at += length;
            if (next is null || next.Size > end) break;
            signed.Dequeue();
            if (frontier.Root().AsSpan().SequenceEqual(next.Root.Span)) agreeing++;
            else if (!faults.Exists(f => f.Kind == AuditFaultKind.CheckpointDisagrees))
                Add(faults, new(AuditFaultKind.CheckpointDisagrees, from + 1, $"{next.From} is signed for other events: the first {next.Size} have the root {Hex(frontier.Root())}, not {Hex(next.Root.Span)}; the first difference is at event {from + 1} or behind it, up to {next.Size}"));
        }

        foreach (var wrong in await _tree.WrongSubtreesAsync(finished, ct))
            Add(faults, new(AuditFaultKind.SubtreeWrong, (wrong.Index << (8 * wrong.Level)) + 1, $"the kept root of subtree {wrong.Index} of level {wrong.Level} is not that of its leaves"));
        return agreeing;
    }

    private static void Add(List<AuditFault> faults, AuditFault fault)
    {
        if (faults.Count < MaxFaults) faults.Add(fault);
    }

    private static string Hex(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..8]) + "…";
}
