using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Cli;
using Npgsql;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>A database of the demonstration's own on the given server, made anew each time, so that nothing else is touched.</summary>
public static class DemoDatabase
{
    public const string Name = "est_demo";

    public static async Task<string> CreateAsync(string server, CancellationToken ct)
    {
        await using (var admin = NpgsqlDataSource.Create(server))
        {
            await ExecuteAsync(admin, $"drop database if exists {Name} with (force)", ct);
            await ExecuteAsync(admin, $"create database {Name}", ct);
        }

        var connection = CommonOptions.WithDatabase(server, Name);
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
