using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Storage;
using Npgsql;

namespace EventSourcedTrading.Projections.Rebuilding;

/// <summary>How far a rebuild has come.</summary>
/// <param name="Position">The last event folded.</param>
/// <param name="Head">Where the log ends, as far as is known.</param>
/// <param name="EventsPerSecond">Of the log, since the start, those that the projection does not care for included.</param>
public sealed record RebuildProgress(string Projection, RebuildPhase Phase, long Position, long Head, double EventsPerSecond)
{
    /// <summary>0 to 1.</summary>
    public double Share => Head == 0 ? 1 : (double)Position / Head;
}

public enum RebuildPhase { Folding, Swapping, Live }

/// <summary>Someone is rebuilding this projection already.</summary>
public sealed class RebuildRunningException(string projection)
    : Exception($"Projection {projection} is being rebuilt by another process. Wait for it, or stop it: the live read model is not touched by either.");

/// <summary>
/// Folds the log from zero into the side that is not live, follows until it has caught up, and swaps. Nothing of it is seen before
/// the swap, which is one transaction; what a rebuild leaves behind when it dies is cleared by the next.
/// </summary>
internal sealed class Rebuild(NpgsqlDataSource source, Projection projection, ProjectionHostOptions options)
{
    /// <summary>How many events may be left to fold under the lock of the swap: some tens of milliseconds.</summary>
    private const int CloseEnough = 2_000;

    private readonly EventReader reader = new(source, options.Upcasters);
    private readonly Folding folding = new(projection);
    private readonly long started = Stopwatch.GetTimestamp();
    private long position;
    private long turn;

    public async Task<long> RunAsync(IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var key = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"est-rebuild/{projection.Name}")));
        await using (var ask = new NpgsqlCommand($"select pg_try_advisory_lock({key})", connection))
            if (await ask.ExecuteScalarAsync(ct) is not true) throw new RebuildRunningException(projection.Name);
        try
        {
            var side = 1 - await LiveAsync(connection, ct);
            await ClearAsync(connection, side, ct);
            long head;
            do
            {
                head = (await reader.HeadAsync(ct)).Size;
                await FoldToAsync(head, connection, side, progress, ct);
                head = (await reader.HeadAsync(ct)).Size;
            }
            while (head - position > CloseEnough);

            Report(progress, RebuildPhase.Swapping, head);
            await SwapAsync(connection, side, ct);
            Report(progress, RebuildPhase.Live, Math.Max(head, position));
            await ClearAsync(connection, 1 - side, CancellationToken.None);
            return position;
        }
        finally
        {
            if (connection.FullState == System.Data.ConnectionState.Open)
                await LiveSide.ExecuteAsync(connection, $"select pg_advisory_unlock({key})", CancellationToken.None);
        }
    }

    /// <summary>Reads and parses on one connection while it folds and writes on another.</summary>
    private async Task FoldToAsync(long head, NpgsqlConnection connection, int side, IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pages = Channel.CreateBounded<(Fact[] Facts, long UpTo)>(2);
        var reading = Task.Run(() => ReadAsync(position, head, pages.Writer, stop.Token), stop.Token);
        try
        {
            await foreach (var (facts, upTo) in pages.Reader.ReadAllAsync(ct))
            {
                await using var transaction = await connection.BeginTransactionAsync(ct);
                // Should the server die, the rebuild begins anew: it need not wait for the disk.
                await LiveSide.ExecuteAsync(connection, "set local synchronous_commit = off", ct);
                await folding.FoldAsync(facts, connection, side, ++turn, ct);
                await transaction.CommitAsync(ct);
                position = upTo;
                Report(progress, RebuildPhase.Folding, head);
            }

            await reading;
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private async Task ReadAsync(long after, long head, ChannelWriter<(Fact[], long)> pages, CancellationToken ct)
    {
        try
        {
            var page = new List<RecordedEvent>();
            var from = after;
            await foreach (var e in reader.ReadAllAsync(after + 1, projection.EventTypes, options.RebuildBatchSize, ct))
            {
                if (e.SeqId > head) break;
                if (e.SeqId > from + options.RebuildBatchSize && page.Count > 0)
                {
                    // Up to the event before this one: everything there is has been seen, wanted or not.
                    from = e.SeqId - 1;
                    await pages.WriteAsync((folding.Read(page), from), ct);
                    page = [];
                }

                page.Add(e);
            }

            if (head > from) await pages.WriteAsync((folding.Read(page), head), ct);
            pages.Complete();
        }
        catch (Exception e)
        {
            pages.Complete(e);
        }
    }

    private async Task SwapAsync(NpgsqlConnection connection, int side, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (live, _, checkpoint, _, _) = await LiveSide.LockAsync(connection, projection.Name, ct);
        if (live == side) throw new InvalidOperationException($"Projection {projection.Name}: side {side} went live while it was rebuilt.");

        // The live one may be ahead of us: what readers have seen must not disappear again.
        if (checkpoint > position)
        {
            var rest = new List<RecordedEvent>();
            await foreach (var e in reader.ReadAllAsync(position + 1, projection.EventTypes, CloseEnough, ct))
            {
                if (e.SeqId > checkpoint) break;
                rest.Add(e);
            }

            await folding.FoldAsync(folding.Read(rest), connection, side, ++turn, ct);
            position = checkpoint;
        }

        await LiveSide.SwapAsync(connection, projection.Name, side, position, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Empties a side that nobody reads. Should a long query hold the tables, rows are deleted instead: nobody must wait behind us.</summary>
    private async Task ClearAsync(NpgsqlConnection connection, int side, CancellationToken ct)
    {
        var tables = projection.Tables.Select(t => $"read.{t.Table}_{side}").ToArray();
        try
        {
            await LiveSide.ExecuteAsync(connection, $"set lock_timeout = '500ms'; truncate {string.Join(", ", tables)}", ct);
        }
        catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            foreach (var table in tables) await LiveSide.ExecuteAsync(connection, $"delete from {table}", ct);
        }
        finally
        {
            if (connection.FullState == System.Data.ConnectionState.Open)
                await LiveSide.ExecuteAsync(connection, "reset lock_timeout", CancellationToken.None);
        }
    }

    private async Task<int> LiveAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select live from read.projections where name = $1", connection);
        command.Parameters.AddWithValue(projection.Name);
        return await command.ExecuteScalarAsync(ct) is short live
            ? live : throw new InvalidOperationException($"read.projections has no row '{projection.Name}': the database lacks a migration. Run 'est migrate'.");
    }

    private void Report(IProgress<RebuildProgress>? progress, RebuildPhase phase, long head) => progress?.Report(
        new RebuildProgress(projection.Name, phase, position, head, position / Math.Max(Stopwatch.GetElapsedTime(started).TotalSeconds, 1e-6)));
}
