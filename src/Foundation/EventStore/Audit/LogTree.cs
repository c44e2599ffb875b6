using System.Collections.Concurrent;
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

    /// <summary>A proof at ten million leaves takes six tiles at most, three of the leaf and three of the right edge.</summary>
    private const int TilesAtOnce = 6;

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
    public Task<byte[]> TileAsync(int level, long index, int width, CancellationToken ct = default) => NodesAsync(level, index * TileWidth, width, ct);

    /// <summary>
    /// The roots over ranges of leaves, each from one index up to another, as proofs of RFC 6962 have them: a range begins where a subtree of its
    /// size could. What the ranges share is read once: proofs of neighbours, or of events of one order, lead over the same tiles.
    /// </summary>
    /// <param name="size">Of the tree; no range goes beyond it.</param>
    public async Task<IReadOnlyList<byte[]>> RootsAsync(IEnumerable<(long Start, long End)> ranges, long size, CancellationToken ct = default)
    {
        var tiles = new ConcurrentDictionary<(int Level, long Index), Lazy<Task<byte[]>>>();
        using var places = new SemaphoreSlim(TilesAtOnce);
        return await Task.WhenAll(ranges.Select(async range => (await FrontierAsync(range.Start, range.End, OfTileAsync)).Root()).ToArray());

        // A perfect subtree of 1 to 128 nodes never lies across two tiles.
        async Task<byte[]> OfTileAsync(int level, long first, int count)
        {
            var tile = await tiles.GetOrAdd((level, first / TileWidth), at => new Lazy<Task<byte[]>>(() => ReadAsync(at.Level, at.Index))).Value;
            return tile.AsSpan((int)(first % TileWidth) * MerkleTree.HashSize, count * MerkleTree.HashSize).ToArray();
        }

        async Task<byte[]> ReadAsync(int level, long index)
        {
            await places.WaitAsync(ct);
            try
            {
                return await TileAsync(level, index, (int)Math.Min(TileWidth, (size >> (8 * level)) - (index * TileWidth)), ct);
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>The right edge of the tree as it was at a size.</summary>
    public Task<MerkleFrontier> FrontierAsync(long size, CancellationToken ct = default) => FrontierAsync(0, size, (level, first, count) => NodesAsync(level, first, count, ct));

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

    /// <summary>The perfect subtrees of a range, the largest first, each from the tile that holds its nodes.</summary>
    private static async Task<MerkleFrontier> FrontierAsync(long start, long end, Func<int, long, int, Task<byte[]>> nodes)
    {
        using var hashes = new ByteWriter(64 * MerkleTree.HashSize);
        for (var at = start; at < end;)
        {
            var height = BitOperations.Log2((ulong)(end - at));
            var (level, width) = (height / 8, 1 << (height % 8));
            hashes.Write(MerkleRoot.Of(await nodes(level, at >> (8 * level), width)));
            at += 1L << height;
        }

        return MerkleFrontier.Load(end - start, hashes.Written);
    }

    /// <summary>Nodes of one level, from an index on.</summary>
    private async Task<byte[]> NodesAsync(int level, long first, int count, CancellationToken ct)
    {
        if (level == 0) return await LeavesAsync(first, first + count, ct);
        var kept = await SubtreesAsync(level, first, count, ct);
        var nodes = new byte[count * MerkleTree.HashSize];
        for (var i = 0; i < count; i++) (kept[i] ?? MerkleRoot.Of(await TileAsync(level - 1, first + i, TileWidth, ct))).CopyTo(nodes, i * MerkleTree.HashSize);
        return nodes;
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

    /// <summary>What all transactions have of the range, by seq_id. A part of a value that is kept outside of its row is read without the rest.</summary>
    private async IAsyncEnumerable<(long First, byte[] Hashes)> PackedLeavesAsync(long start, long end, [EnumeratorCancellation] CancellationToken ct)
    {
        if (start >= end) yield break;
        await using var command = source.CreateCommand(
            """
            select greatest(first_seq, $1),
                   substring(hashes from 32 * greatest($1 - first_seq, 0)::int + 1 for 32 * least(greatest($2 - greatest(first_seq, $1) + 1, 0), 1 << 20)::int)
              from audit.leaves
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
