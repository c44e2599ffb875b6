using System.Numerics;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.EventStore.Audit;

/// <summary>
/// The log's Merkle tree as the database has it: leaves as they were appended, and the roots of finished subtrees as the notary has
/// kept them. What the notary has not kept yet is reckoned from the level below.
/// </summary>
/// <remarks>Thread-safe. Indexes are those of RFC 6962, from 0: the event with seq_id n is leaf n − 1.</remarks>
public sealed class LogTree(NpgsqlDataSource source)
{
    /// <summary>Hashes of one tile: a subtree of level n has 256^n leaves.</summary>
    public const int TileWidth = 256;

    /// <summary>Leaf hashes from one index up to another, whatever transactions they came in.</summary>
    /// <exception cref="AuditDataException">Leaves are missing, or there are more than there should be.</exception>
    public async Task<byte[]> LeavesAsync(long start, long end, CancellationToken ct = default)
    {
        var hashes = new byte[(end - start) * MerkleTree.HashSize];
        var next = start;
        await foreach (var (first, packed) in PackedLeavesAsync(start, end, ct))
        {
            var skip = next - (first - 1);
            if (skip < 0) throw new AuditDataException(next + 1, $"the leaf of event {next + 1} is missing; the next one that is kept is that of event {first}");
            var count = Math.Min((packed.Length / MerkleTree.HashSize) - skip, end - next);
            if (count <= 0) throw new AuditDataException(first, $"the leaves that begin with event {first} do not follow on those before them");
            packed.AsSpan((int)skip * MerkleTree.HashSize, (int)count * MerkleTree.HashSize).CopyTo(hashes.AsSpan((int)(next - start) * MerkleTree.HashSize));
            next += count;
        }

        return next == end ? hashes : throw new AuditDataException(next + 1, $"the leaf of event {next + 1} is missing");
    }

    /// <summary>A tile of C2SP tlog-tiles: hashes of one level that lie side by side.</summary>
    /// <param name="level">From 0, the leaves.</param>
    /// <param name="index">From 0.</param>
    /// <param name="width">1 to 256; below 256 for the tile at the tree's right edge.</param>
    public async Task<byte[]> TileAsync(int level, long index, int width, CancellationToken ct = default)
    {
        var start = index * TileWidth;
        if (level == 0) return await LeavesAsync(start, start + width, ct);
        var kept = await SubtreesAsync(level, start, width, ct);
        var tile = new byte[width * MerkleTree.HashSize];
        for (var i = 0; i < width; i++)
        {
            var hash = kept[i] ?? MerkleRoot.Of(await TileAsync(level - 1, start + i, TileWidth, ct));
            hash.CopyTo(tile, i * MerkleTree.HashSize);
        }

        return tile;
    }

    /// <summary>The root over leaves from one index up to another. They need not be a power of two; it is then what RFC 6962 makes of such a range.</summary>
    public async Task<byte[]> RootAsync(long start, long end, CancellationToken ct = default)
    {
        var frontier = new List<byte[]>();
        for (var at = start; at < end;)
        {
            var size = LargestPerfect(at - start, end - at);
            frontier.Add(await PerfectAsync(at, size, ct));
            at += size;
        }

        if (frontier.Count == 0) return MerkleTree.EmptyRoot.ToArray();
        var root = frontier[^1];
        for (var i = frontier.Count - 2; i >= 0; i--) MerkleTree.HashNode(frontier[i], root, root);
        return root;
    }

    /// <summary>The right edge of the tree as it was at a size.</summary>
    public async Task<MerkleFrontier> FrontierAsync(long size, CancellationToken ct = default)
    {
        using var hashes = new ByteWriter(64 * MerkleTree.HashSize);
        for (var at = 0L; at < size;)
        {
            var perfect = LargestPerfect(at, size - at);
            hashes.Write(await PerfectAsync(at, perfect, ct));
            at += perfect;
        }

        return MerkleFrontier.Load(size, hashes.Written);
    }

    /// <summary>Those of some subtrees that are kept with another root.</summary>
    public async Task<IReadOnlyList<FinishedSubtree>> WrongSubtreesAsync(IReadOnlyList<FinishedSubtree> subtrees, CancellationToken ct = default)
    {
        var wrong = new List<FinishedSubtree>();
        foreach (var level in subtrees.GroupBy(s => s.Level))
        {
            var (first, last) = (level.Min(s => s.Index), level.Max(s => s.Index));
            var kept = await SubtreesAsync(level.Key, first, (int)(last - first + 1), ct);
            wrong.AddRange(level.Where(s => kept[s.Index - first] is { } hash && !hash.AsSpan().SequenceEqual(s.Hash)));
        }

        return wrong;
    }

    /// <summary>Root of a subtree whose size is a power of two and whose start is a multiple of it: from the tile that holds its nodes.</summary>
    private async Task<byte[]> PerfectAsync(long start, long size, CancellationToken ct)
    {
        var level = BitOperations.Log2((ulong)size) / 8;
        var span = 1L << (8 * level);
        var (first, width) = (start / span, (int)(size / span));
        if (level == 0) return MerkleRoot.Of(await LeavesAsync(start, start + size, ct));
        var kept = await SubtreesAsync(level, first, width, ct);
        var nodes = new byte[width * MerkleTree.HashSize];
        for (var i = 0; i < width; i++) (kept[i] ?? MerkleRoot.Of(await TileAsync(level - 1, first + i, TileWidth, ct))).CopyTo(nodes, i * MerkleTree.HashSize);
        return MerkleRoot.Of(nodes);
    }

    /// <summary>The largest perfect subtree that begins at an offset of a range and does not pass its end.</summary>
    private static long LargestPerfect(long offset, long left)
    {
        var fits = 1L << BitOperations.Log2((ulong)left);
        return offset == 0 ? fits : Math.Min(fits, offset & -offset);
    }

    private async Task<byte[]?[]> SubtreesAsync(int level, long first, int count, CancellationToken ct)
    {
        var hashes = new byte[]?[count];
        await using var command = source.CreateCommand("select index, hash from audit.subtrees where level = $1 and index >= $2 and index < $3");
        command.Parameters.Add(new NpgsqlParameter { Value = (short)level });
        command.Parameters.Add(new NpgsqlParameter { Value = first });
        command.Parameters.Add(new NpgsqlParameter { Value = first + count });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) hashes[rows.GetInt64(0) - first] = rows.GetFieldValue<byte[]>(1);
        return hashes;
    }

    /// <summary>Packed leaves of all transactions that have a leaf in the range, by their first seq_id.</summary>
    private async IAsyncEnumerable<(long First, byte[] Hashes)> PackedLeavesAsync(long start, long end, [EnumeratorCancellation] CancellationToken ct)
    {
        if (start >= end) yield break;
        await using var command = source.CreateCommand(
            """
            select first_seq, hashes from audit.leaves
             where first_seq >= coalesce((select max(first_seq) from audit.leaves where first_seq <= $1), $1) and first_seq <= $2
             order by first_seq
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = start + 1, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter { Value = end, NpgsqlDbType = NpgsqlDbType.Bigint });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return (rows.GetInt64(0), rows.GetFieldValue<byte[]>(1));
    }
}

/// <summary>The audit tables are not what an appender would have left. Names the first event that shows it.</summary>
public sealed class AuditDataException(long position, string what) : Exception(what)
{
    /// <summary>seq_id of the event.</summary>
    public long Position { get; } = position;
}
