using Npgsql;

namespace EventSourcedTrading.Projections.Storage;

/// <summary>
/// The row of a projection in read.projections. Whoever writes to a live side holds its lock until the commit: that is what keeps
/// a follower and the end of a rebuild apart.
/// </summary>
internal static class LiveSide
{
    /// <summary>The name of its checkpoint in events.mt_event_progression.</summary>
    public static string Checkpoint(string projection) => $"read.{projection}";

    /// <summary>Takes the lock and a turn; tells the live side, the turn, the checkpoint, whether an error stands there, and whether it is paused.</summary>
    public static async Task<(int Live, long Turn, long Position, bool Error, bool Paused)> LockAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        // Two statements: the checkpoint must be read with a snapshot taken after the lock was granted.
        await using var command = new NpgsqlCommand(
            "update read.projections set turn = turn + 1 where name = $1 returning live, turn, error is not null, paused_at is not null", connection);
        command.Parameters.AddWithValue(name);
        int live;
        long turn;
        bool error, paused;
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            if (!await row.ReadAsync(ct))
                throw new InvalidOperationException($"read.projections has no row '{name}': the database lacks a migration. Run 'est migrate'.");
            (live, turn, error, paused) = (row.GetInt16(0), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3));
        }

        await using var checkpoint = new NpgsqlCommand("select coalesce(last_seq_id, 0) from events.mt_event_progression where name = $1", connection);
        checkpoint.Parameters.AddWithValue(Checkpoint(name));
        return (live, turn, await checkpoint.ExecuteScalarAsync(ct) is long position ? position : 0, error, paused);
    }

    public static Task MendedAsync(NpgsqlConnection connection, string name, CancellationToken ct) =>
        ExecuteAsync(connection, "update read.projections set error = null, failed_seq = null where name = $1", ct, name);

    public static Task StopAsync(NpgsqlConnection connection, string name, Exception cause, CancellationToken ct) => ExecuteAsync(
        connection, "update read.projections set error = $2, failed_seq = $3 where name = $1", ct,
        name, cause.Message, cause is PoisonEventException poison ? poison.Event.SeqId : DBNull.Value);

    public static Task<bool> PauseAsync(NpgsqlDataSource source, string name, string reason, CancellationToken ct) =>
        ChangeAsync(source, "update read.projections set paused_at = now(), pause_reason = $2 where name = $1 and paused_at is null", ct, name, reason);

    public static Task<bool> ResumeAsync(NpgsqlDataSource source, string name, CancellationToken ct) =>
        ChangeAsync(source, "update read.projections set paused_at = null, pause_reason = null where name = $1 and paused_at is not null", ct, name);

    public static async Task<bool> IsPausedAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select paused_at is not null from read.projections where name = $1", connection);
        command.Parameters.AddWithValue(name);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Under the lock, so that no batch is half way: rows away, checkpoint to zero, turn moved so that no follower trusts its memory.</summary>
    public static async Task ClearAsync(NpgsqlDataSource source, string name, IReadOnlyList<string> tables, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await LockAsync(connection, name, ct);
        foreach (var table in tables) await ExecuteAsync(connection, $"delete from {table}", ct);
        await MendedAsync(connection, name, ct);
        await ExecuteAsync(connection, "update events.mt_event_progression set last_seq_id = 0, last_updated = now() where name = $1", ct, Checkpoint(name));
        await transaction.CommitAsync(ct);
    }

    private static async Task<bool> ChangeAsync(NpgsqlDataSource source, string sql, CancellationToken ct, params string[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    public static async Task<bool> IsStoppedAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select error is not null from read.projections where name = $1", connection);
        command.Parameters.AddWithValue(name);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Makes the other side the live one, with its place in the log.</summary>
    public static async Task SwapAsync(NpgsqlConnection connection, string name, int live, long position, CancellationToken ct)
    {
        await ExecuteAsync(
            connection, "update read.projections set live = $2, error = null, failed_seq = null, rebuilt_at = now() where name = $1", ct,
            name, (short)live);
        await ExecuteAsync(
            connection,
            """
            insert into events.mt_event_progression (name, last_seq_id) values ($1, $2)
            on conflict (name) do update set last_seq_id = excluded.last_seq_id, last_updated = now()
            """,
            ct, Checkpoint(name), position);
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(value is DBNull ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint } : new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }
}
