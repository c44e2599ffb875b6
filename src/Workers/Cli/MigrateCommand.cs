using System.CommandLine;
using System.Text.Json;
using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est migrate</c></summary>
public static class MigrateCommand
{
    public static Command Create()
    {
        var (json, database) = (CommonOptions.Json(), CommonOptions.Database());
        var command = new Command("migrate", "bring the database to this version's shape; harmless to repeat") { json, database };
        command.SetAction(async (parsed, ct) =>
        {
            var options = CommonOptions.Platform(null, parsed.GetValue(database));
            await using var source = NpgsqlDataSource.Create(options.Postgres);
            var applied = await Migrator.ApplyAsync(source, ct);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(applied.Select(a => a.Name).ToArray(), CliJson.Default.StringArray));
            else if (applied.Count == 0) Console.WriteLine("The database is up to date.");
            else foreach (var a in applied) Console.WriteLine($"applied {a.Name}");
            return 0;
        });
        return command;
    }
}
