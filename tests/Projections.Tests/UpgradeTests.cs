using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Verifying;
using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>A database that has traded under an older version, and is brought up to date: in the end it shows what one that was always new does.</summary>
public class UpgradeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The last migration that the older version knew, whether its read models were rebuilt once, and which of today's fold the log from its beginning.</summary>
    public static TheoryData<int, bool, string[]> Versions => new()
    {
        { 106, false, ["book", "backtests", "reconciliation"] },
        { 106, true, ["book", "backtests", "reconciliation"] },
        { 109, false, [] },
        { 109, true, [] },
    };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_an_older_version_has_left_becomes_what_a_new_one_would_have_made(int version, bool rebuilt, string[] anew)
    {
        var session = new Session(91 + version, "main", "eur") { Corporate = true };
        using var trading = session.Batches(160).GetEnumerator();
        List<AppendBatch> then = [.. Next(100), .. session.Runs("main")], since = [.. Next(60), .. session.Runs("eur")];
        await using var fresh = await World.CreateAsync();
        await fresh.AppendAsync(then);
        await fresh.CatchUpAsync();
        // A rebuild has left the other side live, and none of what it serves on the first.
        if (rebuilt)
            foreach (var name in ProjectionHost.Names) await fresh.Host.RebuildAsync(name, ct: Stop);

        await using var old = new World(await TestDatabase.CreateEmptyAsync());
        await MigrateToAsync(old.Database, version);
        await old.AppendAsync(then);
        await CopyReadModelsAsync(fresh.Database, old.Database);
        var at = (await fresh.LogAsync())[^1].SeqId;

        var applied = await Migrator.ApplyAsync(old.Database.Admin, Stop);
        Assert.Equal(Migrator.Migrations.Where(m => m.Number > version), applied);
        Assert.Empty(await Migrator.ApplyAsync(old.Database.Admin, Stop));
        Assert.Equal(
            ProjectionHost.Names.Select(name => (name, anew.Contains(name) ? 0 : at)), (await old.Host.StatusAsync(Stop)).Select(s => (s.Name, s.Position)));
        // What begins anew is empty, the rest serves on and is whole: nothing is in between.
        foreach (var (table, projection) in Tables()) Assert.Equal(anew.Contains(projection) ? [] : await RowsAsync(fresh, table), await RowsAsync(old, table));

        foreach (var world in (World[])[fresh, old])
        {
            await world.AppendAsync(since);
            await world.CatchUpAsync();
        }

        foreach (var (table, _) in Tables())
        {
            var expected = await RowsAsync(fresh, table);
            Assert.True(table == "read.coming_price_rows" || expected.Count > 0, $"{table} is empty: nothing is tested there");
            Assert.Equal(expected, await RowsAsync(old, table));
        }

        Assert.Equal(await fresh.PictureAsync(), await old.PictureAsync());
        Assert.Equal(await HeadAsync(fresh), await HeadAsync(old));
        Assert.All(await new ProjectionVerifier(old.Database.Reader).RunAsync(ct: Stop), p => Assert.True(p.Agrees, $"{p.Name}: {p.NotCompared} {string.Join("; ", p.Faults)}"));
        foreach (var name in ProjectionHost.Names) await old.Host.RebuildAsync(name, ct: Stop);
        Assert.Equal(await fresh.PictureAsync(), await old.PictureAsync());

        IEnumerable<AppendBatch> Next(int count)
        {
            for (; count > 0 && trading.MoveNext(); count--) yield return trading.Current;
        }
    }

    /// <summary>As the older version's own migrator did it.</summary>
    private static async Task MigrateToAsync(TestDatabase database, int version)
    {
        foreach (var migration in Migrator.Migrations.Where(m => m.Number <= version))
        {
            await using var connection = await database.Admin.OpenConnectionAsync(Stop);
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await using (var command = new NpgsqlCommand((migration.Number == 1 ? "" : "set local role est_owner;\n") + migration.Sql, connection)) await command.ExecuteNonQueryAsync(Stop);
            await using (var command = new NpgsqlCommand("insert into est.migrations (number, name, sha256) values ($1, $2, $3)", connection))
            {
                foreach (var value in (object[])[migration.Number, migration.Name, migration.Sha256]) command.Parameters.Add(new NpgsqlParameter { Value = value });
                await command.ExecuteNonQueryAsync(Stop);
            }

            await transaction.CommitAsync(Stop);
        }
    }

    /// <summary>The rows of the read models in the shape of the older version: the tables, columns and projections that it has.</summary>
    private static async Task CopyReadModelsAsync(TestDatabase from, TestDatabase to)
    {
        var names = new List<string>();
        await using (var command = to.Admin.CreateCommand("select name from read.projections"))
        await using (var known = await command.ExecuteReaderAsync(Stop))
            while (await known.ReadAsync(Stop)) names.Add(known.GetString(0));
        var those = $"in ('{string.Join("', '", names)}')";
        await CopyAsync("read.projections", "name, live, turn, rebuilt_at", $"where name {those}");
        await CopyAsync("events.mt_event_progression", "name, last_seq_id, last_updated", $"where substr(name, 6) {those}");

        await using var tables = to.Admin.CreateCommand(
            """
            select format('read.%I', c.relname), string_agg(quote_ident(a.attname), ', ')
              from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
             where c.relnamespace = 'read'::regnamespace and c.relispartition and c.relkind = 'r' group by 1
            """);
        await using var table = await tables.ExecuteReaderAsync(Stop);
        while (await table.ReadAsync(Stop)) await CopyAsync(table.GetString(0), table.GetString(1), "");

        async Task CopyAsync(string name, string columns, string where)
        {
            await using var source = await from.Admin.OpenConnectionAsync(Stop);
            await using var target = await to.Admin.OpenConnectionAsync(Stop);
            await using (var empty = new NpgsqlCommand($"delete from {name}", target)) await empty.ExecuteNonQueryAsync(Stop);
            using var rows = await source.BeginTextExportAsync($"copy (select {columns} from {name} {where}) to stdout", Stop);
            await using var copy = await target.BeginTextImportAsync($"copy {name} ({columns}) from stdin", Stop);
            await copy.WriteAsync(await rows.ReadToEndAsync(Stop));
        }
    }

    private static IEnumerable<(string Table, string Projection)> Tables() => ProjectionHost.Catalog.SelectMany(p => p.Tables.Select(t => (t, p.Name)));

    /// <summary>The rows of a table that are served, whichever side they are on.</summary>
    private static async Task<List<string>> RowsAsync(World world, string table)
    {
        var projection = Tables().Single(t => t.Table == table).Projection;
        await using var command = world.Database.Admin.CreateCommand($"select (to_jsonb(t) - 'side')::text from {table} t where side = (select live from read.projections where name = $1) order by 1");
        command.Parameters.Add(new NpgsqlParameter { Value = projection });
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var rows = new List<string>();
        while (await reader.ReadAsync(Stop)) rows.Add(reader.GetString(0));
        return rows;
    }

    private static Task<string> HeadAsync(World world) => world.ScalarAsync<string>("select size || ' ' || encode(root, 'hex') from audit.log_head");
}
