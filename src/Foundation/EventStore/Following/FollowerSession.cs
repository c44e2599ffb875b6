using System.Data;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.EventStore;

/// <summary>The connection of an active follower: lock, notifications, pages and checkpoint.</summary>
internal sealed class FollowerSession : IAsyncDisposable
{
    private readonly string _name;
    private readonly LogFollowerOptions _options;
    private readonly LogPage _page;
    private readonly NpgsqlCommand _head;
    private readonly NpgsqlCommand _checkpoint;
    private long _knownHead;

    private FollowerSession(NpgsqlConnection connection, string name, LogFollowerOptions options)
    {
        Connection = connection;
        // Npgsql may meet a notification while it reads the answer to something else, so note it whenever it comes.
        connection.Notification += (_, told) => _knownHead = Math.Max(_knownHead, long.Parse(told.Payload));
        _name = name;
        _options = options;
        _page = new LogPage(connection, options.Upcasters, options.Types);
        _head = new NpgsqlCommand("select size from audit.log_head", connection);
        _checkpoint = new NpgsqlCommand(
            "update events.mt_event_progression set last_seq_id = $2, last_updated = now() where name = $1 and last_seq_id = $3",
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = name },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint },
            },
        };
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>The checkpoint in the database.</summary>
    public long Checkpoint { get; private set; }

    public bool IsLost => !Connection.FullState.HasFlag(ConnectionState.Open);

    /// <summary>Connects, waits for its turn, and finds the checkpoint.</summary>
    public static async Task<FollowerSession> OpenAsync(
        NpgsqlDataSource source, string name, LogFollowerOptions options, CancellationToken ct)
    {
        var session = new FollowerSession(await source.OpenConnectionAsync(ct), name, options);
        try
        {
            await session.WaitForTurnAsync(ct);
            await session.ExecuteAsync("listen est_events", ct);
            session.Checkpoint = await session.FindCheckpointAsync(ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next stretch after <paramref name="position"/>; null if none came within the polling time.</summary>
    public async Task<FollowedBatch?> NextAsync(long position, CancellationToken ct)
    {
        if (_knownHead <= position)
        {
            var head = (long)(await _head.ExecuteScalarAsync(ct))!;
            _knownHead = Math.Max(_knownHead, head);
            if (_knownHead <= position)
            {
                var isQuiet = !await Connection.WaitAsync(_options.PollEvery, ct);
                if (isQuiet && Checkpoint < position) await CheckpointAsync(position, ct);
                return null;
            }
        }
        var (events, upTo) = await _page.ReadAsync(position, Math.Min(_knownHead, position + _options.PageSize), ct);
        return new FollowedBatch(events, position, upTo, _knownHead);
    }

    /// <summary>Moves the checkpoint, within the transaction if there is one; should that fail, the session is over.</summary>
    public async Task CheckpointAsync(long to, CancellationToken ct)
    {
        _checkpoint.Parameters[1].Value = to;
        _checkpoint.Parameters[2].Value = Checkpoint;
        if (await _checkpoint.ExecuteNonQueryAsync(ct) != 1)
            throw new InvalidOperationException(
                $"The checkpoint of follower '{_name}' is no longer at {Checkpoint}: someone has set it by hand. Start the follower again.");
        Checkpoint = to;
    }

    public async ValueTask DisposeAsync()
    {
        await _head.DisposeAsync();
        await _checkpoint.DisposeAsync();
        if (!IsLost)
        {
            try
            {
                // The pool would otherwise hand on a connection that still listens and holds the lock.
                await ExecuteAsync("rollback; unlisten *; select pg_advisory_unlock_all()", CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException)
            {
                NpgsqlConnection.ClearPool(Connection);
            }
        }
        await Connection.DisposeAsync();
    }

    private async Task WaitForTurnAsync(CancellationToken ct)
    {
        var key = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"est-follower/{_name}")));
        await using var ask = new NpgsqlCommand($"select pg_try_advisory_lock({key})", Connection);
        while (await ask.ExecuteScalarAsync(ct) is not true) await Task.Delay(_options.AskEvery, ct);
    }

    private async Task<long> FindCheckpointAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with made as (
                insert into events.mt_event_progression (name, last_seq_id) values ($1, $2)
                on conflict (name) do nothing returning last_seq_id)
            select last_seq_id from made
            union all select coalesce(last_seq_id, 0) from events.mt_event_progression where name = $1
            """,
            Connection)
        {
            Parameters = { new NpgsqlParameter { Value = _name }, new NpgsqlParameter { Value = _options.StartAfter } },
        };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
