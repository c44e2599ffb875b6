using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Cli;
using Npgsql;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>A database on the given server for one session alone, so that nothing else is touched.</summary>
/// <remarks>Names are ours, of lower-case letters, digits and '_'.</remarks>
public static class OwnDatabase
{
    /// <summary>Made anew: what was there under that name is gone.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateAsync(string server, string name, CancellationToken ct)
    {
        await using (var admin = NpgsqlDataSource.Create(server)) await ExecuteAsync(admin, $"drop database if exists {name} with (force)", ct);
        return await OpenAsync(server, name, ct);
    }

    /// <summary>As it is, and made if it is not there.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> OpenAsync(string server, string name, CancellationToken ct)
    {
        await using (var admin = NpgsqlDataSource.Create(server))
        {
            await using var exists = admin.CreateCommand("select exists (select from pg_database where datname = $1)");
            exists.Parameters.Add(new NpgsqlParameter { Value = name });
            if (await exists.ExecuteScalarAsync(ct) is not true) await ExecuteAsync(admin, $"create database {name}", ct);
        }

        var connection = CommonOptions.WithDatabase(server, name);
        await using var owner = NpgsqlDataSource.Create(connection);
        await Migrator.ApplyAsync(owner, ct);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
