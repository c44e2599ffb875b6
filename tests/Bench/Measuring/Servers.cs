using System.Diagnostics;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Cli;
using Npgsql;

namespace EventSourcedTrading.Bench.Measuring;

/// <summary>The servers that the environment names.</summary>
public static class Servers
{
    public static string Postgres => Environment.GetEnvironmentVariable("EST_POSTGRES") ?? "";
    public static string Nats => Environment.GetEnvironmentVariable("EST_NATS") ?? "";

    public static string? Missing() => Postgres.Length == 0 || Nats.Length == 0
        ? "EST_POSTGRES and EST_NATS are not set; run `make bench`, or this under scripts/services" : null;
}

/// <summary>A migrated database of a bench's own, dropped in the end.</summary>
public sealed class BenchDatabase : IAsyncDisposable
{
    private const int Segments = 60;

    private readonly string name;

    private BenchDatabase(string name)
    {
        this.name = name;
        Connection = CommonOptions.WithDatabase(Servers.Postgres, name);
        Owner = NpgsqlDataSource.Create(Connection);
        App = StoreConnection.Open(Connection, StoreRole.App);
    }

    public string Connection { get; }
    public NpgsqlDataSource Owner { get; }
    public NpgsqlDataSource App { get; }

    public static async Task<BenchDatabase> CreateAsync(CancellationToken ct)
    {
        var database = new BenchDatabase($"est_bench_{Guid.NewGuid():N}");
        await OnServerAsync($"create database {database.name}", ct);
        await Migrator.ApplyAsync(database.Owner, ct);
        return database;
    }

    /// <summary>
    /// A server that has run for a while writes into segments of its log that it has used before. A new one makes them as it goes, 16 MB
    /// of zeros each, and every commit waits for that: so make them before the clock starts. And what one part of a bench has left for
    /// autovacuum and the disk is not the next part's burden.
    /// </summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        for (var i = 0; i < Segments; i++) await ExecuteAsync("select pg_logical_emit_message(false, 'bench', 'x'); select pg_switch_wal()", ct);
        await ExecuteAsync("vacuum (analyze) events.mt_events, events.mt_streams, audit.leaves, audit.log_head, est.snapshots", ct);
        await ExecuteAsync("checkpoint", ct);
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync(ct);
    }

    public async Task<long> CountAsync(string sql, CancellationToken ct)
    {
        await using var command = Owner.CreateCommand(sql);
        command.CommandTimeout = 120;
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Owner.DisposeAsync();
        await OnServerAsync($"drop database if exists {name} with (force)", CancellationToken.None);
    }

    private static async Task OnServerAsync(string sql, CancellationToken ct)
    {
        await using var server = NpgsqlDataSource.Create(Servers.Postgres);
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
