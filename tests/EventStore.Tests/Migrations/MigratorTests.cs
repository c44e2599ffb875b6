using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.EventStore.Tests.Migrations;

public sealed class MigratorTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateEmptyAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Many_processes_migrate_at_once_and_each_migration_runs_once()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Migrator.ApplyAsync(_database.Admin)));

        Assert.Equal(Migrator.Migrations.Count, applied.Sum(a => a.Count));
        var recorded = await Migrator.AppliedAsync(_database.Admin);
        Assert.Equal(Migrator.Migrations.Select(m => (m.Number, m.Sha256)), recorded.Select(r => (r.Number, r.Sha256)));
    }

    [Fact]
    public async Task Several_databases_of_one_server_migrate_at_once_although_roles_are_shared()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestDatabase.CreateEmptyAsync()));
        await Task.WhenAll(databases.Select(d => Migrator.ApplyAsync(d.Admin)));
        foreach (var database in databases) await database.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_is_newer_than_the_program_is_left_alone()
    {
        await Migrator.ApplyAsync(_database.Admin);
        await ExecuteAsync("insert into est.migrations (number, name, sha256) values (9999, '9999_of_tomorrow.sql', 'x')");

        var refused = await Assert.ThrowsAsync<DatabaseNewerThanProgramException>(() => Migrator.ApplyAsync(_database.Admin));
        Assert.Equal(9999, refused.Unknown.Number);
        Assert.Contains("9999_of_tomorrow.sql", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_was_edited_after_it_ran_is_refused()
    {
        await Migrator.ApplyAsync(_database.Admin);
        await ExecuteAsync("update est.migrations set sha256 = 'other' where number = 2");

        var refused = await Assert.ThrowsAsync<MigrationChangedException>(() => Migrator.ApplyAsync(_database.Admin));
        Assert.Equal(2, refused.Migration.Number);
    }

    [Fact]
    public async Task A_user_who_is_no_superuser_can_migrate_a_database_of_its_own()
    {
        var user = $"est_test_{Guid.NewGuid():N}";
        await ExecuteAsync($"create role {user} login createrole; alter database {_database.Name} owner to {user}");
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = user };
            await using var asUser = NpgsqlDataSource.Create(settings.ConnectionString);
            Assert.Equal(Migrator.Migrations.Count, (await Migrator.ApplyAsync(asUser)).Count);
        }
        finally
        {
            await ExecuteAsync($"alter database {_database.Name} owner to postgres; drop owned by {user}; drop role {user}");
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
