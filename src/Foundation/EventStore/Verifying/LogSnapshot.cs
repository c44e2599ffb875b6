using System.Collections.Concurrent;
using EventSourcedTrading.EventStore.Audit;
using Npgsql;

namespace EventSourcedTrading.EventStore.Verifying;

/// <summary>One moment of the database, seen by several connections at once (pg_export_snapshot).</summary>
internal sealed class LogSnapshot : IAsyncDisposable
{
    private readonly List<NpgsqlConnection> _all = [];
    private readonly ConcurrentBag<NpgsqlConnection> _free = [];
    private readonly SemaphoreSlim _places;

    private LogSnapshot(int connections) => _places = new SemaphoreSlim(connections);

    public long Size { get; private set; }
    public ReadOnlyMemory<byte> Root { get; private set; }

    public static async Task<LogSnapshot> OpenAsync(NpgsqlDataSource source, int connections, CancellationToken ct)
    {
        var snapshot = new LogSnapshot(connections);
        try
        {
            var first = await snapshot.OpenAsync(source, ct);
            var name = (string)(await ScalarAsync(first, "select pg_export_snapshot()", ct))!;
            for (var i = 1; i < connections; i++)
                await ScalarAsync(await snapshot.OpenAsync(source, ct), $"set transaction snapshot '{name}'", ct);
            await using var command = new NpgsqlCommand("select size, root from audit.log_head", first);
            await using var row = await command.ExecuteReaderAsync(ct);
            if (!await row.ReadAsync(ct)) throw new AuditDataException(1, "audit.log_head is empty: the head of the log is gone");
            (snapshot.Size, snapshot.Root) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1));
            return snapshot;
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }

    public async Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        _free.TryTake(out var connection);
        try
        {
            return await work(connection!);
        }
        finally
        {
            _free.Add(connection!);
            _places.Release();
        }
    }

    /// <summary>Rows and leaves outside of what the head counts.</summary>
    public Task<List<AuditFault>> StrayAsync(CancellationToken ct) => UseAsync(
        async connection =>
        {
            var faults = new List<AuditFault>();
            await using var command = new NpgsqlCommand("select min(seq_id) from events.mt_events where seq_id > $1 or seq_id < 1", connection) { Parameters = { new() { Value = Size } } };
            if (await command.ExecuteScalarAsync(ct) is long stray)
                faults.Add(new(AuditFaultKind.EventUnrecorded, stray, $"event {stray} lies outside of the log, which ends with {Size}: no appender has recorded it"));
            return faults;
        },
        ct);

    /// <inheritdoc cref="StreamListing.BrokenAsync"/>
    public Task<List<AuditFault>> BrokenStreamsAsync(long after, CancellationToken ct) => UseAsync(connection => StreamListing.BrokenAsync(connection, after, Size, ct), ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _all) await connection.DisposeAsync();
        _places.Dispose();
    }

    private async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        _all.Add(connection);
        _free.Add(connection);
        // Ranges run side by side already, and to compile a query takes longer than it gains.
        await ScalarAsync(connection, "begin isolation level repeatable read read only; set local jit = off; set local max_parallel_workers_per_gather = 0; set local work_mem = '64MB'", ct);
        return connection;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct);
    }
}
