using EventSourcedTrading.EventStore.Audit;
using Npgsql;

namespace EventSourcedTrading.EventStore.Verifying;

/// <summary>Part of the log: what its leaves must be, reckoned from the rows, and the first row that is not what was recorded.</summary>
/// <param name="Start">Index of the first leaf, from 0.</param>
/// <param name="Hashes">32 bytes an event; up to the first that is missing.</param>
/// <param name="Fault">Null if each row is there and agrees with its leaf.</param>
internal sealed record LeafRange(long Start, byte[] Hashes, AuditFault? Fault)
{
    /// <param name="start">Index of the first leaf.</param>
    /// <param name="stored">The leaf hashes that were kept for the range; null to compare with none.</param>
    public static async Task<LeafRange> ReckonAsync(NpgsqlConnection connection, long start, int count, byte[]? stored, CancellationToken ct)
    {
        var hashes = new byte[count * MerkleTree.HashSize];
        AuditFault? fault = null;
        using var leaf = new ByteWriter(4_096);
        await using var rows = await RowCopy.StartAsync(connection, start, start + count, ct);
        var done = 0;
        for (; done < count && await rows.NextAsync(ct); done++)
        {
            var at = done * MerkleTree.HashSize;
            if (Reckon(rows, start + done + 1, leaf, hashes.AsSpan(at, MerkleTree.HashSize), stored.AsSpan(Math.Min(at, stored?.Length ?? 0))) is not { } found) continue;
            fault ??= found;
            if (found.Kind == AuditFaultKind.EventMissing) break;
        }

        if (done < count) fault ??= new AuditFault(AuditFaultKind.EventMissing, start + done + 1, $"event {start + done + 1} is missing");
        return new LeafRange(start, done == count ? hashes : hashes[..(done * MerkleTree.HashSize)], fault);
    }

    private static AuditFault? Reckon(RowCopy rows, long position, ByteWriter leaf, Span<byte> hash, ReadOnlySpan<byte> stored)
    {
        if (rows.SeqId != position) return new(AuditFaultKind.EventMissing, position, $"event {position} is missing; the next one that is there is {rows.SeqId}");
        var row = rows.Row;
        leaf.Clear();
        try
        {
            LeafFormat.Write(leaf, row);
        }
        catch (Exception e) when (e is CanonicalJsonException or ArgumentException)
        {
            return new(AuditFaultKind.EventChanged, position, $"event {position} holds what no appender writes: {e.Message}");
        }

        MerkleTree.Hash(leaf.Written, hash);
        return stored.IsEmpty || stored.StartsWith(hash) ? null
            : new(AuditFaultKind.EventChanged, position,
                $"event {position} ({row.Type.ToString()}, version {row.Version} of {row.Stream.ToString()}) is not what was recorded: its leaf is another");
    }
}
