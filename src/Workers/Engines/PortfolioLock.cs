using Npgsql;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// The right to run a portfolio's engine, or to stand between it and its broker: an advisory lock of a session that is held for nothing
/// else. A second one waits here. For engines it saves work, no more: what makes a second engine harmless is the expected version of the tape.
/// </summary>
public sealed class PortfolioLock : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly NpgsqlConnection session;

    private PortfolioLock(NpgsqlConnection session) => this.session = session;

    /// <summary>The lock, or null while another has it.</summary>
    public static async Task<PortfolioLock?> TryTakeAsync(NpgsqlDataSource source, string name, CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = $"est-{name}" });
            if (await command.ExecuteScalarAsync(ct) is true) return new PortfolioLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>The lock, as soon as nobody else has it.</summary>
    /// <param name="standby">Called each time that it is somebody else's.</param>
    public static async Task<PortfolioLock> WaitAsync(NpgsqlDataSource source, string name, Action standby, CancellationToken ct)
    {
        while (true)
        {
            if (await TryTakeAsync(source, name, ct) is { } taken) return taken;
            standby();
            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>Ends, with an error, when the session breaks: the lock is gone with it and may be another engine's by now.</summary>
    public async Task UntilLostAsync(CancellationToken ct)
    {
        while (true) await session.WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        // The pool keeps session state, so the lock is given back by hand; a broken connection has lost it already.
        try
        {
            await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", session);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            NpgsqlConnection.ClearPool(session);
        }

        await session.DisposeAsync();
    }
}
