using System.Diagnostics;
using System.Globalization;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Notary;
using EventSourcedTrading.TransparencyLog;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// How long a proof takes from a tree of ten million leaves, or EST_BENCH_AUDIT_LEAVES: that an event is in it, and that an older tree is its
/// beginning; p99 in milliseconds, each proof checked. Leaves are random, in rows of a thousand; subtrees are kept as the notary keeps them.
/// </summary>
public sealed class AuditProofBench : IBench
{
    private const int RowLength = 1_000, Questions = 500;

    private static readonly long Leaves = long.Parse(Environment.GetEnvironmentVariable("EST_BENCH_AUDIT_LEAVES") ?? "10000000", CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Names => ["audit.proof_ms"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        Results.Say(string.Create(CultureInfo.InvariantCulture, $"making a tree of {Leaves:#,0} leaves"));
        var root = await FillAsync(database, ct);
        await database.ExecuteAsync("vacuum (analyze) audit.leaves, audit.subtrees", ct);
        await database.ExecuteAsync("checkpoint", ct);
        await using var source = StoreConnection.Open(database.Connection, StoreRole.Reader);
        var (proofs, tree, random) = (new LogProofs(source), new LogTree(source), new Random(20261123));
        var inclusion = await P99Async(async () =>
        {
            var index = random.NextInt64(Leaves);
            var started = Stopwatch.GetTimestamp();
            var proof = await proofs.InclusionAsync(index, Leaves, ct);
            var taken = Stopwatch.GetElapsedTime(started);
            return MerkleProofs.VerifyInclusion(index, Leaves, await tree.LeavesAsync(index, index + 1, ct), proof, root, out _) ? taken : null;
        });
        var consistency = await P99Async(async () =>
        {
            var older = random.NextInt64(1, Leaves);
            var then = (await tree.FrontierAsync(older, ct)).Root();
            var started = Stopwatch.GetTimestamp();
            var proof = await proofs.ConsistencyAsync(older, Leaves, ct);
            var taken = Stopwatch.GetElapsedTime(started);
            return MerkleProofs.VerifyConsistency(older, Leaves, then, root, proof, out _) ? taken : null;
        });
        var trip = await P99Async(async () =>
        {
            var started = Stopwatch.GetTimestamp();
            await using var command = source.CreateCommand("select 1");
            await command.ExecuteScalarAsync(ct);
            return Stopwatch.GetElapsedTime(started);
        });
        results.Add("audit.proof_ms.inclusion", inclusion, "ms", "round trip", trip);
        results.Add("audit.proof_ms.consistency", consistency, "ms", "round trip", trip);
    }

    private static async Task<double> P99Async(Func<Task<TimeSpan?>> ask)
    {
        var taken = new List<double>(Questions);
        for (var i = -20; i < Questions; i++)
        {
            var one = await ask() ?? throw new InvalidOperationException("a proof does not lead to the root");
            if (i >= 0) taken.Add(one.TotalMilliseconds);
        }

        taken.Sort();
        return taken[(int)(0.99 * Questions)];
    }

    /// <returns>The root.</returns>
    private static async Task<byte[]> FillAsync(BenchDatabase database, CancellationToken ct)
    {
        var (frontier, finished, random) = (new MerkleFrontier(), new List<FinishedSubtree>(), new Random(20261123));
        await using var connection = await database.Owner.OpenConnectionAsync(ct);
        await using (var leaves = await connection.BeginBinaryImportAsync("copy audit.leaves (first_seq, count, hashes) from stdin (format binary)", ct))
        {
            var hashes = new byte[RowLength * MerkleTree.HashSize];
            for (var done = 0L; done < Leaves; done += RowLength)
            {
                random.NextBytes(hashes);
                frontier.AppendAll(hashes, finished);
                await leaves.StartRowAsync(ct);
                await leaves.WriteAsync(done + 1, NpgsqlDbType.Bigint, ct);
                await leaves.WriteAsync(RowLength, NpgsqlDbType.Integer, ct);
                await leaves.WriteAsync(hashes, NpgsqlDbType.Bytea, ct);
            }

            await leaves.CompleteAsync(ct);
        }

        await using (var subtrees = await connection.BeginBinaryImportAsync("copy audit.subtrees (level, index, hash) from stdin (format binary)", ct))
        {
            foreach (var (level, index, hash) in finished)
            {
                await subtrees.StartRowAsync(ct);
                await subtrees.WriteAsync((short)level, NpgsqlDbType.Smallint, ct);
                await subtrees.WriteAsync(index, NpgsqlDbType.Bigint, ct);
                await subtrees.WriteAsync(hash, NpgsqlDbType.Bytea, ct);
            }

            await subtrees.CompleteAsync(ct);
        }

        return frontier.Root();
    }
}
