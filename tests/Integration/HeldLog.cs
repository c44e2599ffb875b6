using Npgsql;

namespace EventSourcedTrading.Integration;

/// <summary>A log that takes no more than so many events: who appends behind them waits, so that a process can be killed there however quick it is.</summary>
public sealed class HeldLog : IAsyncDisposable
{
    private const string Waiting = "from pg_locks join pg_database on pg_database.oid = database where datname = current_database() and locktype = 'advisory' and objid = 1 and not granted";

    private readonly NpgsqlDataSource owner;
    private readonly NpgsqlConnection holder;

    private HeldLog(NpgsqlDataSource owner, NpgsqlConnection holder) => (this.owner, this.holder) = (owner, holder);

    public static async Task<HeldLog> BehindAsync(int events, NpgsqlDataSource owner)
    {
        var connection = await owner.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand($"""
            create function public.hold() returns trigger language plpgsql as $$
            begin
              if (select count(*) > {events} from events.mt_events) then perform pg_advisory_xact_lock(1); end if;
              return null;
            end $$;
            create trigger hold before insert on events.mt_events for each statement execute function public.hold();
            select pg_advisory_lock(1);
            """, connection);
        await hold.ExecuteNonQueryAsync();
        return new HeldLog(owner, connection);
    }

    public async Task<bool> SomeoneWaitsAsync()
    {
        await using var waiting = owner.CreateCommand($"select exists (select {Waiting})");
        return await waiting.ExecuteScalarAsync() is true;
    }

    /// <summary>What still waits is ended and not let through: its process may be gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await using (holder)
        await using (var release = new NpgsqlCommand($"select pg_terminate_backend(pid, 60000) {Waiting}; drop function public.hold cascade; select pg_advisory_unlock(1);", holder))
            await release.ExecuteNonQueryAsync();
    }
}
