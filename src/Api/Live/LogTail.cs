using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Api.Live;

/// <summary>Knows how far the log has come: by PostgreSQL's notifications, and by asking where none came for a while.</summary>
internal sealed class LogTail : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly TimeSpan pollEvery;

    private LogTail(NpgsqlConnection connection, TimeSpan pollEvery)
    {
        (this.connection, this.pollEvery) = (connection, pollEvery);
        connection.Notification += (_, told) => Head = Math.Max(Head, long.Parse(told.Payload));
    }

    /// <summary>The place of the last event, as far as is known.</summary>
    public long Head { get; private set; }

    public static async Task<LogTail> OpenAsync(NpgsqlDataSource source, TimeSpan pollEvery, CancellationToken ct)
    {
        var tail = new LogTail(await source.OpenConnectionAsync(ct), pollEvery);
        try
        {
            await tail.ExecuteAsync("listen est_events", ct);
            await tail.AskAsync(ct);
            return tail;
        }
        catch
        {
            await tail.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a notification, or for the time after which it asks.</summary>
    public async Task WaitAsync(CancellationToken ct)
    {
        if (!await connection.WaitAsync(pollEvery, ct)) await AskAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // The pool would otherwise hand on a connection that still listens.
            await ExecuteAsync("unlisten *", CancellationToken.None);
        }
        catch (Exception e) when (ConnectionLoss.Is(e) || e is InvalidOperationException or OperationCanceledException)
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await connection.DisposeAsync();
    }

    private async Task AskAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select size from audit.log_head", connection);
        Head = Math.Max(Head, (long)(await command.ExecuteScalarAsync(ct))!);
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
