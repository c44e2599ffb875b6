using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics.Checks;

/// <summary>The database: is it there, is it ours, does it protect the log?</summary>
internal static class PostgresChecks
{
    private const string Part = "postgres";
    private const int MinVersion = 15;
    private const string Migrate = "run `est migrate`";

    public static async IAsyncEnumerable<Check> RunAsync(PlatformView view, [EnumeratorCancellation] CancellationToken ct)
    {
        if (view.Options.Postgres.Length == 0)
        {
            yield return new Check(Part, Check.Reachable, CheckState.Failed, "EST_POSTGRES is not set", "a connection string", "set EST_POSTGRES, or run `make up`");
            yield break;
        }

        var (connection, away) = await ConnectAsync(view.Options.Postgres, ct);
        if (away is not null)
        {
            yield return away;
            yield break;
        }

        await using (connection!)
        {
            var version = connection!.PostgreSqlVersion;
            yield return Check.Ok(Part, Check.Reachable, $"{connection.Host}:{connection.Port}/{connection.Database}", "an answer");
            yield return Check.Of(version.Major >= MinVersion, Part, "version", version.ToString(), $"{MinVersion} or later", $"install PostgreSQL {MinVersion} or later");
            await foreach (var check in SettingsAsync(connection, ct)) yield return check;
            yield return await ClockAsync(connection, ct);
            var migrations = await MigrationsAsync(view.Options.Postgres, ct);
            yield return migrations;
            if (migrations.State == CheckState.Failed) yield break;
            await foreach (var check in RolesAsync(connection, ct)) yield return check;
            await foreach (var check in LogAsync(connection, ct)) yield return check;
        }
    }

    private static async Task<(NpgsqlConnection?, Check?)> ConnectAsync(string postgres, CancellationToken ct)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Timeout = 5, Pooling = false }.ConnectionString);
            await connection.OpenAsync(ct);
            return (connection, null);
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException or FormatException or System.Net.Sockets.SocketException or TimeoutException)
        {
            if (connection is not null) await connection.DisposeAsync();
            return (null, new Check(Part, Check.Reachable, CheckState.Failed, e.InnerException?.Message ?? e.Message, "an answer", "start the server, and see that EST_POSTGRES names it"));
        }
    }

    private static async IAsyncEnumerable<Check> SettingsAsync(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (setting, why) in (IEnumerable<(string, string)>)[("fsync", "what is committed must be on the disk"), ("full_page_writes", "a torn page must be mendable"), ("synchronous_commit", "a commit is the moment at which something has happened")])
        {
            var value = await TextAsync(connection, $"show {setting}", ct);
            yield return Check.Of(value != "off", Part, setting, value, "not off", $"alter system set {setting} = on; select pg_reload_conf(); {why}");
        }

        var size = await LongAsync(connection, "select setting::bigint << 20 from pg_settings where name = 'min_wal_size'", ct);
        yield return Check.Of(
            size >= 1L << 30, Part, "min_wal_size", $"{size >> 20} MiB", "1024 MiB", "alter system set min_wal_size = '1GB': new segments let commits wait (docs/operations.md)", CheckState.Warning);
        var superuser = await TextAsync(connection, "select rolsuper::text from pg_roles where rolname = current_user", ct) == "true";
        yield return Check.Of(
            !superuser, Part, "login", superuser ? "a superuser" : await TextAsync(connection, "select current_user", ct), "no superuser in production", "let each process log in as a member of just one of est_app and est_reader (docs/operations.md)", CheckState.Warning);
    }

    private static async Task<Check> ClockAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        // The first answer takes longer: the second is measured.
        await TextAsync(connection, "select 1::text", ct);
        var asked = DateTimeOffset.UtcNow;
        var began = Stopwatch.GetTimestamp();
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        var theirs = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!, TimeSpan.Zero);
        var trip = Stopwatch.GetElapsedTime(began);
        return HostChecks.Offset(Part, "clock against ours", theirs - (asked + (trip / 2)), trip / 2, TimeSpan.FromMilliseconds(10));
    }

    private static async Task<Check> MigrationsAsync(string postgres, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(postgres);
        var known = Migrator.Migrations;
        IReadOnlyList<AppliedMigration> applied;
        try
        {
            applied = await Migrator.AppliedAsync(source, ct);
        }
        catch (PostgresException e)
        {
            return new Check(Part, "migrations", CheckState.Failed, e.MessageText, "readable", "let the login be a member of est_app");
        }

        var needed = $"all {known.Count}, unaltered";
        if (applied.FirstOrDefault(a => known.All(k => k.Number != a.Number)) is { } newer)
            return new Check(Part, "migrations", CheckState.Failed, $"{newer.Name} is unknown to this program", needed, "run the program's newer version");
        if (applied.FirstOrDefault(a => known.First(k => k.Number == a.Number).Sha256 != a.Sha256) is { } changed)
            return new Check(Part, "migrations", CheckState.Failed, $"{changed.Name} was altered after it had been applied", needed, $"put sql/{changed.Name} back as it was; write the change as a new migration");
        return Check.Of(applied.Count == known.Count, Part, "migrations", $"{applied.Count} of {known.Count} applied", needed, Migrate);
    }

    private static async IAsyncEnumerable<Check> RolesAsync(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var role in (StoreRole[])[StoreRole.App, StoreRole.Reader])
        {
            var name = StoreConnection.NameOf(role);
            var member = await BoolAsync(connection, $"select pg_has_role(current_user, '{name}', 'member')", ct);
            yield return Check.Of(member, Part, $"login may act as {name}", member ? "yes" : "no", "yes, for what needs it", $"grant {name} to the login, or use a login that has it", CheckState.Warning);
        }

        // What the grants must not allow, whatever somebody has granted since.
        var changes = await TextAsync(connection, """
            select coalesce(string_agg(distinct t || ' ' || lower(p), ', '), '') from unnest(array['events.mt_events', 'audit.leaves']) t, unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p
             where has_table_privilege('est_app', t, p)
            """, ct);
        yield return Check.Of(changes.Length == 0, Part, "est_app cannot change events", changes.Length == 0 ? "it cannot" : changes, "no update, delete, truncate", "revoke update, delete, truncate on events.mt_events, audit.leaves from est_app");
        var writes = await TextAsync(connection, """
            select coalesce(string_agg(distinct n.nspname || '.' || c.relname, ', '), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
             where n.nspname in ('events', 'audit', 'read', 'est', 'control') and c.relkind in ('r', 'p') and has_table_privilege('est_reader', c.oid, p)
            """, ct);
        yield return Check.Of(writes.Length == 0, Part, "est_reader cannot write", writes.Length == 0 ? "it cannot" : writes, "select alone", "revoke insert, update, delete, truncate on what is named from est_reader");
        var guards = await LongAsync(connection, """
            select count(*) from pg_trigger where not tgisinternal and tgenabled = 'A' and tgname in ('append_only_rows', 'append_only_table', 'only_grows')
               and tgrelid in ('events.mt_events'::regclass, 'audit.leaves'::regclass, 'audit.log_head'::regclass)
            """, ct);
        yield return Check.Of(guards == 6, Part, "guards of the log", $"{guards} of 6 triggers, always on", "6", "a trigger was dropped or switched off: find out who did it, `est audit verify`, then put it back from sql/0006_immutability.sql");
    }

    private static async IAsyncEnumerable<Check> LogAsync(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken ct)
    {
        var size = await LongAsync(connection, "select size from audit.log_head", ct);
        var last = await LongAsync(connection, "select coalesce(max(seq_id), 0) from events.mt_events", ct);
        yield return Check.Of(size == last, Part, "log and its head", $"{last} events, head at {size}", "the same", "run `est audit verify`: events were removed or added by hand");
        await using var command = new NpgsqlCommand("select name, case when paused_at is not null then 'paused: ' || pause_reason else 'stopped: ' || error end from read.status where error is not null or paused_at is not null", connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var standing = new List<string>();
        while (await rows.ReadAsync(ct)) standing.Add($"{rows.GetString(0)} {rows.GetString(1)}");
        yield return Check.Of(standing.Count == 0, Part, "read models", standing.Count == 0 ? "none stands still" : string.Join("; ", standing), "none stopped or paused", "`est projections status` says why; then `est projections resume` or `rebuild`", CheckState.Warning);
    }

    private static async Task<string> TextAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture) ?? "";
    }

    private static async Task<long> LongAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct) ?? 0L, CultureInfo.InvariantCulture);
    }

    private static async Task<bool> BoolAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
