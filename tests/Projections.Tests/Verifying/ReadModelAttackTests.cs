using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Projections.Verifying;
using Npgsql;

namespace EventSourcedTrading.Projections.Tests.Verifying;

/// <summary>Somebody with every right on the database changes read models. The tables and columns are those that the database has, so none is left out.</summary>
public sealed class ReadModelAttackTests : IAsyncLifetime
{
    private sealed record Table(string Name, string[] Keys, (string Name, string Type)[] Columns)
    {
        public string Live => $"read.{Name}_0";
        public string All => string.Join(", ", Columns.Select(c => Quoted(c.Name)));
        public (string Name, string Type)[] Values => [.. Columns.Where(c => c.Name != "side" && !Keys.Contains(c.Name))];

        /// <summary>A row of it, always the same one.</summary>
        public string One(int skip = 0) => $"(select ctid from {Live} order by {string.Join(", ", Keys.Select(Quoted))} offset {skip} limit 1)";
    }

    private World _world = null!;
    private List<Table> _tables = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.CreateAsync();
        var session = new Session(51, "main", "eur");
        await _world.AppendAsync(session.Batches(150));
        // A price of a day that is not opened yet.
        var coming = new Signal { Kind = SignalKind.Trade, Instrument = Session.Spy.Id, Time = session.Now + TimeSpan.FromDays(30), Feed = "sim", Sequence = 1_000_000, Price = 1m, Size = 1 };
        var later = coming with { Instrument = Session.Sap.Id };
        foreach (var signal in (Signal[])[coming, later]) session.Input("signal", System.Text.Encoding.UTF8.GetString(SignalJson.Write(signal)), []);
        await _world.AppendAsync([session.Batch("main"), .. session.Runs("main")]);
        await _world.CatchUpAsync();
        _tables = await TablesAsync();
        await _world.ExecuteAsync($"create schema kept; {string.Join("; ", _tables.Select(t => $"create table kept.{t.Name} as select {t.All} from {t.Live}"))}");
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task What_nobody_touched_agrees()
    {
        Assert.Equal(27, _tables.Count);
        foreach (var table in _tables) Assert.True(await _world.ScalarAsync<long>($"select count(*) from {table.Live}") > 0, $"{table.Name} is empty: nothing is tested there");
        foreach (var hold in (int[])[0, 20_000])
        {
            var found = await VerifyAsync(hold);
            Assert.All(found, p => Assert.True(p.Agrees, $"{p.Name}: {p.NotCompared} {string.Join("; ", p.Faults)}"));
            foreach (var p in found) Assert.True(p.Rows > 0);
        }
    }

    [Fact]
    public async Task Each_column_of_each_table_is_compared()
    {
        for (var n = 0; n < _tables.Max(t => t.Values.Length); n++)
        {
            var touched = _tables.Where(t => n < t.Values.Length).ToList();
            foreach (var table in touched)
            {
                var (column, type) = table.Values[n];
                await _world.ExecuteAsync($"update {table.Live} set {Quoted(column)} = {Other(Quoted(column), type)} where ctid = {table.One()}");
            }

            var found = Differences(await VerifyAsync(n % 2 * 100));
            Assert.Equal(
                touched.Select(t => ($"read.{t.Name}", RowDifferenceKind.Changed, t.Values[n].Name)).Order(),
                found.Select(d => (d.Table, d.Kind, d.Column!)).Order());
            Assert.All(found, d => Assert.NotEqual(d.There, d.Expected));
            await RestoreAsync();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    public async Task A_row_that_was_taken_out_is_named_in_each_table(int hold)
    {
        var keys = new List<string>();
        foreach (var table in _tables)
        {
            keys.Add(await _world.ScalarAsync<string>($"select concat_ws(', ', {string.Join(", ", table.Keys.Select(k => $"{Quoted(k)}::text"))}) from {table.Live} where ctid = {table.One()}"));
            await _world.ExecuteAsync($"delete from {table.Live} where ctid = {table.One()}");
        }

        var found = Differences(await VerifyAsync(hold));
        Assert.Equal(
            _tables.Select((t, i) => ($"read.{t.Name}", RowDifferenceKind.Missing, keys[i])).Order(),
            found.Select(d => (d.Table, d.Kind, string.Join(", ", d.Key))).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    public async Task A_row_that_was_put_in_is_named_in_each_table(int hold)
    {
        foreach (var table in _tables)
        {
            var values = table.Columns.Select(c => c.Name != table.Keys[0] ? Quoted(c.Name) : c.Type == "bigint" ? $"{c.Name} + 1000000" : $"{c.Name} || '-forged'");
            await _world.ExecuteAsync($"insert into {table.Live} ({table.All}) select {string.Join(", ", values)} from {table.Live} where ctid = {table.One()}");
        }

        var found = Differences(await VerifyAsync(hold));
        Assert.Equal(_tables.Select(t => ($"read.{t.Name}", RowDifferenceKind.Added)).Order(), found.Select(d => (d.Table, d.Kind)).Order());
    }

    [Fact]
    public async Task Two_rows_that_changed_places_are_both_named()
    {
        var expected = new List<(string, RowDifferenceKind, string)>();
        foreach (var table in _tables)
        {
            var values = table.Values.Select(c => Quoted(c.Name)).ToArray();
            var (here, there, keys) = (table.One(), table.One(1), string.Join(", ", table.Keys.Select(Quoted)));
            await _world.ExecuteAsync(
                $"""
                update {table.Live} a set {string.Join(", ", values.Select(v => $"{v} = b.{v}"))} from {table.Live} b
                 where (a.ctid, b.ctid) in (({here}, {there}), ({there}, {here}))
                """);
            // Two rows may say the same: then nothing has changed.
            await using var command = _world.Database.Admin.CreateCommand(
                $"select concat_ws(', ', {string.Join(", ", table.Keys.Select(k => $"t.{Quoted(k)}::text"))}) from {table.Live} t join kept.{table.Name} k using ({keys}) where row({string.Join(", ", values.Select(v => $"t.{v}"))}) is distinct from row({string.Join(", ", values.Select(v => $"k.{v}"))})");
            await using var rows = await command.ExecuteReaderAsync(Stop);
            while (await rows.ReadAsync(Stop)) expected.Add(($"read.{table.Name}", RowDifferenceKind.Changed, rows.GetString(0)));
        }

        Assert.InRange(expected.Count, 41, 54);
        foreach (var hold in (int[])[0, 20_000])
            Assert.Equal(expected.Order(), Differences(await VerifyAsync(hold)).Select(d => (d.Table, d.Kind, string.Join(", ", d.Key))).Order());
    }

    [Fact]
    public async Task Values_that_no_projection_writes_are_found_and_break_nothing()
    {
        await _world.ExecuteAsync(
            $"""
            update read.position_rows_0 set quantity = 'NaN' where ctid = {_tables.Single(t => t.Name == "position_rows").One()};
            update read.cash_rows_0 set balance = 1e60 where ctid = {_tables.Single(t => t.Name == "cash_rows").One()};
            update read.order_rows_0 set state = 'gone', as_of = 'infinity' where ctid = {_tables.Single(t => t.Name == "order_rows").One()};
            """);
        Assert.Equal(
            [("read.cash_rows", "balance"), ("read.order_rows", "state"), ("read.position_rows", "quantity")],
            Differences(await VerifyAsync(0)).Select(d => (d.Table, d.Column!)).Order());
    }

    [Fact]
    public async Task A_sentence_tells_the_row_what_is_there_and_what_the_events_say()
    {
        var before = await _world.ScalarAsync<decimal>("select balance from read.cash where portfolio = 'main' and currency = 'USD'");
        await _world.ExecuteAsync("update read.cash_rows set balance = 9999999 where portfolio = 'main' and currency = 'USD'");
        var book = (await VerifyAsync()).Single(p => p.Name == "book");
        Assert.Equal(FormattableString.Invariant($"row (main, USD) of read.cash_rows has '9999999' in column balance, but the events say '{before}'"), Assert.Single(book.Faults));
    }

    [Theory]
    [InlineData("delete from events.mt_event_progression where name = 'read.orders'", "was made by no event")]
    [InlineData("update events.mt_event_progression set last_seq_id = last_seq_id - 400 where name = 'read.orders'", "row (")]
    [InlineData("update events.mt_event_progression set last_seq_id = last_seq_id + 7 where name = 'read.orders'", "but the log ends with")]
    [InlineData("update read.projections set live = 1 where name = 'orders'", "is missing")]
    [InlineData("delete from read.projections where name = 'orders'", "it was deleted, or the database lacks a migration")]
    public async Task Its_place_in_the_log_and_its_live_side_cannot_be_bent(string attack, string finding)
    {
        await _world.ExecuteAsync(attack);
        var found = await VerifyAsync();
        Assert.Contains(finding, found.Single(p => p.Name == "orders").Faults[0], StringComparison.Ordinal);
        Assert.All(found.Where(p => p.Name != "orders"), p => Assert.True(p.Agrees, p.Name));
    }

    [Fact]
    public async Task A_rebuild_mends_it()
    {
        await _world.ExecuteAsync("update read.order_rows set filled = filled + 1; delete from read.decision_rows; update read.audit_index_rows set actor = 'nobody'");
        var found = await VerifyAsync();
        Assert.Equal(["orders", "decisions", "audit_index"], found.Where(p => !p.Agrees).Select(p => p.Name));
        Assert.All(found.Where(p => !p.Agrees), p => Assert.InRange(p.Faults.Count, 1, 100));
        foreach (var p in found.Where(p => !p.Agrees)) await _world.Host.RebuildAsync(p.Name, ct: Stop);
        Assert.All(await VerifyAsync(), p => Assert.True(p.Agrees, p.Name));
    }

    private static List<RowDifference> Differences(IReadOnlyList<ProjectionVerdict> found) => [.. found.SelectMany(p => p.Differences)];

    private Task<IReadOnlyList<ProjectionVerdict>> VerifyAsync(int hold = 20_000) =>
        new ProjectionVerifier(_world.Database.Reader) { Page = hold == 0 ? 13 : 5_000, Hold = hold }.RunAsync(ct: Stop);

    private Task RestoreAsync() => _world.ExecuteAsync(string.Join("; ", _tables.Select(t => $"truncate {t.Live}; insert into {t.Live} ({t.All}) select * from kept.{t.Name}")));

    private static string Quoted(string column) => $"\"{column}\"";

    private static string Other(string column, string type) => type switch
    {
        "text" => $"coalesce({column}, '') || 'x'",
        "numeric" or "bigint" => $"coalesce({column}, 0) + 1",
        "boolean" => $"not {column}",
        "timestamp with time zone" => $"coalesce({column}, now()) + interval '1 microsecond'",
        "date" => $"coalesce({column}, current_date) + 1",
        "jsonb" => """'{"forged": 1}'""",
        "text[]" => $"coalesce({column}, '{{}}') || 'forged'::text",
        "bigint[]" => $"{column} || 7::bigint",
        _ => throw new NotSupportedException(type),
    };

    private async Task<List<Table>> TablesAsync()
    {
        var tables = new List<Table>();
        await using var command = _world.Database.Admin.CreateCommand(
            """
            select c.relname, array_agg(a.attname::text order by a.attnum), array_agg(format_type(a.atttypid, null) order by a.attnum),
                   array(select k.attname::text from pg_index i join pg_attribute k on k.attrelid = i.indrelid and k.attnum = any(i.indkey) where i.indrelid = c.oid and i.indisprimary and k.attname <> 'side' order by array_position(i.indkey::int2[], k.attnum))
              from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and a.attgenerated = '' and not a.attisdropped
             where c.relnamespace = 'read'::regnamespace and c.relkind = 'p' group by c.oid, c.relname order by 1
            """);
        await using var rows = await command.ExecuteReaderAsync(Stop);
        while (await rows.ReadAsync(Stop))
            tables.Add(new Table(rows.GetString(0), rows.GetFieldValue<string[]>(3), [.. rows.GetFieldValue<string[]>(1).Zip(rows.GetFieldValue<string[]>(2))]));
        return tables;
    }
}
