using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace EventSourcedTrading.EventStore;

/// <summary>One numbered file of sql/, as it is built into this assembly.</summary>
/// <param name="Number">From its name, NNNN_what_it_does.sql.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Sql">Its text.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of the text.</param>
public sealed record Migration(int Number, string Name, string Sql, string Sha256);

/// <summary>What the database says of a migration that ran.</summary>
public sealed record AppliedMigration(int Number, string Name, string Sha256, DateTimeOffset AppliedAt);

/// <summary>Brings a database to the schema that this build needs. Safe to call from many processes at once.</summary>
public static class Migrator
{
    private const int RolesMigration = 1; // makes est_owner, so it cannot run as est_owner
    private const long LockKey = 0x4553545F4D494752; // "EST_MIGR"

    /// <summary>The migrations of this build, in order.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } = ReadAll();

    /// <summary>Applies what is missing, each in a transaction of its own.</summary>
    /// <param name="source">Connects as a superuser, or as a user with CREATEROLE that owns the database.</param>
    /// <returns>The migrations that were applied now.</returns>
    /// <exception cref="DatabaseNewerThanProgramException">The database has migrations that this build does not know.</exception>
    /// <exception cref="MigrationChangedException">An applied migration's text is no longer the same.</exception>
    /// <exception cref="MigrationFailedException">A migration failed; it left no trace, the ones before it stay.</exception>
    public static async Task<IReadOnlyList<Migration>> ApplyAsync(NpgsqlDataSource source, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", ct);
        try
        {
            var applied = Check(await AppliedAsync(connection, ct));
            var missing = Migrations.Where(m => !applied.Contains(m.Number)).ToList();
            foreach (var migration in missing) await ApplyAsync(connection, migration, ct);
            return missing;
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    /// <summary>What has been applied, in order; empty for a database that has never been migrated.</summary>
    public static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(
        NpgsqlDataSource source, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await AppliedAsync(connection, ct);
    }

    private static HashSet<int> Check(IReadOnlyList<AppliedMigration> applied)
    {
        var known = Migrations.ToDictionary(m => m.Number);
        foreach (var done in applied)
        {
            if (!known.TryGetValue(done.Number, out var ours)) throw new DatabaseNewerThanProgramException(done);
            if (ours.Sha256 != done.Sha256) throw new MigrationChangedException(ours, done);
        }
        return [.. applied.Select(a => a.Number)];
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            if (migration.Number != RolesMigration) await ExecuteAsync(connection, "set local role est_owner", ct);
            await ExecuteAsync(connection, migration.Sql, ct);
            await using var record = new NpgsqlCommand(
                "insert into est.migrations (number, name, sha256) values ($1, $2, $3)", connection)
            {
                Parameters =
                {
                    new NpgsqlParameter { Value = migration.Number },
                    new NpgsqlParameter { Value = migration.Name },
                    new NpgsqlParameter { Value = migration.Sha256 },
                },
            };
            await record.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
        }
        catch (PostgresException failed)
        {
            throw new MigrationFailedException(migration, failed);
        }
    }

    private static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var exists = new NpgsqlCommand("select to_regclass('est.migrations') is not null", connection);
        if (await exists.ExecuteScalarAsync(ct) is not true) return [];
        await using var command = new NpgsqlCommand(
            "select number, name, sha256, applied_at from est.migrations order by number", connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var applied = new List<AppliedMigration>();
        while (await rows.ReadAsync(ct))
            applied.Add(new AppliedMigration(
                rows.GetInt32(0), rows.GetString(1), rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3)));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static List<Migration> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var found = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith("sql/", StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var sql = reader.ReadToEnd();
            var name = resource["sql/".Length..];
            found.Add(new Migration(
                int.Parse(name[..4]), name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)))));
        }
        found.Sort((a, b) => a.Number.CompareTo(b.Number));
        for (var i = 1; i < found.Count; i++)
            if (found[i].Number == found[i - 1].Number)
                throw new InvalidOperationException(
                    $"sql/{found[i - 1].Name} and sql/{found[i].Name} have the same number; give the newer one the next free number.");
        return found;
    }
}

/// <summary>The database is ahead of this program.</summary>
public sealed class DatabaseNewerThanProgramException(AppliedMigration unknown)
    : Exception($"The database has migration {unknown.Name}, applied {unknown.AppliedAt:u}, which this program does not know: it is older than the database. Run the program's newer version; nothing was changed.")
{
    public AppliedMigration Unknown { get; } = unknown;
}

/// <summary>A migration that ran has been edited since.</summary>
public sealed class MigrationChangedException(Migration ours, AppliedMigration applied)
    : Exception($"sql/{ours.Name} was applied {applied.AppliedAt:u} with SHA-256 {applied.Sha256} but now has {ours.Sha256}. Put the file back as it was and write the change as a new migration; nothing was changed.")
{
    public Migration Migration { get; } = ours;

    public AppliedMigration Applied { get; } = applied;
}

/// <summary>A migration's SQL failed; its transaction was rolled back.</summary>
public sealed class MigrationFailedException(Migration migration, PostgresException failure)
    : Exception($"sql/{migration.Name} failed with {failure.SqlState}: {failure.MessageText}. It was rolled back; the migrations before it stay. Mend the cause and migrate again.", failure)
{
    public Migration Migration { get; } = migration;
}
