using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Testing;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.EventStore.Tests.Audit;

public sealed class LogTreeTests : IAsyncLifetime
{
    private const int Leaves = 70_000;

    private readonly byte[][] _leaves = [.. Enumerable.Range(0, Leaves).Select(i => MerkleTree.HashLeaf(BitConverter.GetBytes(i)))];
    private readonly List<FinishedSubtree> _finished = [];
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var random = new Random(1);
        var frontier = new MerkleFrontier();
        for (var at = 0; at < Leaves;)
        {
            // In transactions of all sizes, as an appender leaves them.
            var count = Math.Min(Leaves - at, random.Next(4) == 0 ? random.Next(1, 3_000) : random.Next(1, 5));
            var hashes = _leaves.Skip(at).Take(count).SelectMany(l => l).ToArray();
            frontier.AppendAll(hashes, _finished);
            await using var command = _database.Admin.CreateCommand("insert into audit.leaves values ($1, $2, $3)");
            foreach (var value in (object[])[at + 1L, count, hashes]) command.Parameters.Add(new NpgsqlParameter { Value = value });
            await command.ExecuteNonQueryAsync();
            at += count;
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Roots_tiles_and_frontiers_are_those_of_the_leaves_whether_subtrees_are_kept_or_not()
    {
        Assert.Equal((Leaves / 256) + 1, _finished.Count);
        await CompareAsync();
        await KeepAsync(_finished.Where(f => f.Index % 3 == 0));
        await CompareAsync();
        await KeepAsync(_finished.Where(f => f.Index % 3 != 0));
        await CompareAsync();
        Assert.Empty(await Tree.WrongSubtreesAsync(_finished));
    }

    [Fact]
    public async Task A_leaf_that_is_not_there_is_named()
    {
        var missing = await Assert.ThrowsAsync<AuditDataException>(() => Tree.LeavesAsync(Leaves - 10, Leaves + 1));
        Assert.Equal(Leaves + 1, missing.Position);
    }

    private LogTree Tree => new(_database.Reader);

    private async Task CompareAsync()
    {
        foreach (var size in (int[])[0, 1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_537, Leaves])
        {
            Assert.Equal(Root(0, size), (await Tree.RootsAsync([(0, size)], size))[0]);
            Assert.Equal(Root(0, size), (await Tree.FrontierAsync(size)).Root());
        }

        // Right siblings of an inclusion proof begin at a multiple of a power of two and end with the tree.
        foreach (var (start, end) in (ValueTuple<int, int>[])[(65_536, Leaves), (512, 700), (69_888, Leaves), (256, 512), (7, 8)])
            Assert.Equal(Root(start, end), (await Tree.RootsAsync([(start, end)], end))[0]);
        Assert.Equal(_leaves.Skip(256 * 3).Take(256).SelectMany(l => l), await Tree.TileAsync(0, 3, 256));
        Assert.Equal(Enumerable.Range(256, 17).SelectMany(i => Root(i * 256, (i + 1) * 256)), await Tree.TileAsync(1, 1, 17));
        Assert.Equal(Root(0, 65_536), await Tree.TileAsync(2, 0, 1));
    }

    /// <summary>RFC 6962 §2.1, word for word.</summary>
    private byte[] Root(int start, int end)
    {
        if (start == end) return MerkleTree.EmptyRoot.ToArray();
        if (end - start == 1) return _leaves[start];
        var split = 1;
        while (split * 2 < end - start) split *= 2;
        var hash = new byte[32];
        MerkleTree.HashNode(Root(start, start + split), Root(start + split, end), hash);
        return hash;
    }

    private async Task KeepAsync(IEnumerable<FinishedSubtree> finished)
    {
        await using var command = _database.App.CreateCommand("insert into audit.subtrees select * from unnest($1, $2, $3)");
        var kept = finished.ToArray();
        command.Parameters.Add(new NpgsqlParameter { Value = kept.Select(f => (short)f.Level).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint });
        command.Parameters.Add(new NpgsqlParameter { Value = kept.Select(f => f.Index).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = kept.Select(f => f.Hash).ToArray() });
        await command.ExecuteNonQueryAsync();
    }
}
