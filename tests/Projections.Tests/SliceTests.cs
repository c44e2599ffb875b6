using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Decisions;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>Lists in stretches.</summary>
public class SliceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_forwards_and_backwards_give_each_row_once_and_in_order()
    {
        await using var world = await World.CreateAsync();
        var session = new Session(71, "main", "eur");
        await world.AppendAsync(session.Batches(150));
        await world.AppendAsync(session.Runs("main"));
        await world.CatchUpAsync();
        var orders = await ListAsync<OrderView>(world);
        Assert.True(orders.Count > 60);
        var middle = orders[orders.Count / 2];
        await WalkAsync(world, o => true, [], ("firstSeq", (OrderView o) => o.FirstSeq), ("asOf", o => o.AsOf.UnixMicros));
        await WalkAsync<OrderView>(world, o => o.Portfolio == "eur", [Is("portfolio", "eur")], ("firstSeq", o => o.FirstSeq), ("asOf", o => o.AsOf.UnixMicros));
        await WalkAsync<OrderView>(world, o => o.State is OrderState.Filled or OrderState.Canceled && o.Instrument == "SPY.ARCX",
            [new("state", FilterOperator.In, new[] { OrderState.Filled, OrderState.Canceled }), Is("instrument", "SPY.ARCX")], ("firstSeq", o => o.FirstSeq));
        await WalkAsync<OrderView>(world, o => o.AsOf >= middle.AsOf && o.FirstSeq < 1_000,
            [new("asOf", FilterOperator.Gte, middle.AsOf), new("firstSeq", FilterOperator.Lt, 1_000L)], ("asOf", o => o.AsOf.UnixMicros));
        await WalkAsync<OrderView>(world, o => o.AsOf < middle.AsOf && o.FirstSeq >= 20, [new("asOf", FilterOperator.Lt, middle.AsOf), new("firstSeq", FilterOperator.Gte, 20L)], ("firstSeq", o => o.FirstSeq));
        await WalkAsync<FillView>(world, f => f.Portfolio == "main", [Is("portfolio", "main")], ("seq", f => f.Seq), ("asOf", f => f.AsOf.UnixMicros));
        await WalkAsync<DecisionView>(world, d => d.Outcome == DecisionOutcome.Blocked, [Is("outcome", DecisionOutcome.Blocked)], ("seq", d => d.Seq), ("asOf", d => d.AsOf.UnixMicros));
        await WalkAsync<ViolationView>(world, v => v.Rule == "POSITION_CAP" && v.Kind == ViolationKind.Blocked, [Is("rule", "POSITION_CAP"), Is("kind", ViolationKind.Blocked)], ("seq", v => v.Seq));
        await WalkAsync<StrategyView>(world, s => s.Agent == Session.Agents[0], [Is("agent", Session.Agents[0])], ("seq", s => s.Seq));
        await WalkAsync<BacktestView>(world, b => true, [], ("firstSeq", b => b.FirstSeq), ("startedAt", b => b.StartedAt.UnixMicros));
        await WalkAsync<ReconciliationView>(world, r => r.Broker == "fake", [Is("broker", "fake")], ("seq", r => r.Seq), ("asOf", r => r.AsOf.UnixMicros));
        await WalkAsync<BreakView>(world, b => b.BreakId == "sap", [Is("breakId", "sap")], ("seq", b => b.Seq), ("foundAt", b => b.FoundAt.UnixMicros));
    }

    [Fact]
    public async Task What_an_agent_did_is_what_it_voted_in_and_has_a_share_of()
    {
        await using var world = await World.CreateAsync();
        // Splits and dividends change an agent's holding too, and are no fills.
        await world.AppendAsync(new Session(76, "main", "eur") { Corporate = true }.Batches(150));
        await world.CatchUpAsync();
        var agent = Session.Agents[1];
        var day = (await ListAsync<DecisionView>(world)).Select(d => d.AsOf).Order().ElementAt(20);
        await WalkAsync<DecisionView>(world, Voted, [Is("agent", agent)], ("seq", d => d.Seq), ("asOf", d => d.AsOf.UnixMicros));
        await WalkAsync<DecisionView>(world, d => Voted(d) && d.Portfolio == "eur" && d.AsOf >= day, [Is("portfolio", "eur"), Is("agent", agent), new("asOf", FilterOperator.Gte, day)], ("seq", d => d.Seq));
        await WalkAsync<FillView>(world, Shared, [Is("agent", agent)], ("seq", f => f.Seq), ("asOf", f => f.AsOf.UnixMicros));
        await WalkAsync<FillView>(world, f => Shared(f) && f.Instrument == Session.Spy.Id, [Is("agent", agent), Is("instrument", Session.Spy.Id)], ("asOf", f => f.AsOf.UnixMicros));
        await WalkAsync<DecisionView>(world, d => d.Action == DecisionAction.Buy, [Is("action", DecisionAction.Buy)], ("seq", d => d.Seq));
        Assert.Equal(0, await world.Models.CountAsync<FillView>([Is("agent", "nobody@1.0.0")], Stop));

        bool Voted(DecisionView d) => Json<Vote>(d.Votes).Any(v => v.Agent == agent);
        bool Shared(FillView f) => Json<ExecutionShare>(f.Shares).Any(s => s.Agent == agent);
        static IReadOnlyList<T> Json<T>(string text) => JsonSerializer.Deserialize<IReadOnlyList<T>>(text, EventJson.Options)!;
    }

    [Fact]
    public async Task A_page_of_an_agent_that_stopped_long_ago_is_read_from_its_own_rows()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(77, "main").Batches(150));
        await world.CatchUpAsync();
        await world.ExecuteAsync(
            """
            insert into read.decision_rows_0 select r.* from (select * from read.decision_rows_0 limit 1) t, generate_series(1, 20000) n,
                jsonb_populate_record(null::read.decision_rows_0, to_jsonb(t) || jsonb_build_object('decision_id', 'later-' || n, 'seq', 1000000 + n, 'as_of', t.as_of + n * interval '1 day')) r;
            insert into read.vote_rows_0 select 0, 'new@1.0.0', seq, decision_id, as_of from read.decision_rows_0 where decision_id like 'later-%';
            insert into read.fill_rows_0 select r.* from (select * from read.fill_rows_0 limit 1) t, generate_series(1, 20000) n,
                jsonb_populate_record(null::read.fill_rows_0, to_jsonb(t) || jsonb_build_object('seq', 1000000 + n, 'as_of', t.as_of + n * interval '1 day')) r;
            insert into read.agent_position_history_rows_0 select r.* from (select * from read.agent_position_history_rows_0 limit 1) t, generate_series(1, 20000) n,
                jsonb_populate_record(null::read.agent_position_history_rows_0, to_jsonb(t) || jsonb_build_object('agent', 'new@1.0.0', 'seq', 1000000 + n, 'last_fill_at', t.last_fill_at + n * interval '1 day')) r;
            analyze read.decision_rows, read.vote_rows, read.fill_rows, read.agent_position_history_rows
            """);
        string[] tables = ["decision_rows_0", "vote_rows_0", "fill_rows_0", "agent_position_history_rows_0"];
        foreach (var agent in (string[])[Session.Agents[0], "new@1.0.0", "nobody@1.0.0"])
        {
            foreach (var descending in (bool[])[false, true])
            {
                await ReadsAsync<DecisionView>(agent, "seq", descending);
                await ReadsAsync<DecisionView>(agent, "asOf", descending);
                await ReadsAsync<FillView>(agent, "seq", descending);
                await ReadsAsync<FillView>(agent, "asOf", descending);
            }
        }

        async Task ReadsAsync<T>(string agent, string order, bool descending) where T : class
        {
            await using var connection = await world.Database.Reader.OpenConnectionAsync(Stop);
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            var query = new SliceQuery<T>([Is("agent", agent)]);
            await using var command = new Npgsql.NpgsqlCommand($"select {RowMap<T>.ColumnList} {query.Rows(ReadFields<T>.Order(order), descending, 11)}", connection);
            foreach (var parameter in query.Values) command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = parameter });
            await using var counters = new Npgsql.NpgsqlCommand("select array[sum(seq_scan), sum(idx_tup_fetch)]::bigint[] from pg_stat_xact_user_tables where relname = any($1)", connection) { Parameters = { new Npgsql.NpgsqlParameter { Value = tables } } };
            var (before, rows) = ((long[])(await counters.ExecuteScalarAsync(Stop))!, 0);
            await using (var reader = await command.ExecuteReaderAsync(Stop))
                while (await reader.ReadAsync(Stop)) rows++;
            Assert.Equal(agent == "nobody@1.0.0" ? 0 : 11, rows);
            var after = (long[])(await counters.ExecuteScalarAsync(Stop))!;
            Assert.Equal(before[0], after[0]);
            // Of 40,000: those of the page in either table, and few beside them.
            Assert.InRange(after[1] - before[1], 0, 300);
        }
    }

    [Fact]
    public async Task Rows_that_are_added_meanwhile_make_none_come_twice_or_be_left_out()
    {
        await using var world = await World.CreateAsync();
        var session = new Session(72, "main");
        var batches = session.Batches(200).ToList();
        await world.AppendAsync(batches[..60]);
        await world.CatchUpAsync();
        var first = (await ListAsync<OrderView>(world)).Select(o => o.OrderId).ToList();
        var (up, down) = (new List<string>(), new List<string>());
        string? after = null, next = null;
        for (var more = true; more;)
        {
            if (up.Count < 20) await world.AppendAsync(batches.Skip(60 + (up.Count * 7)).Take(35));
            if (up.Count < 20) await world.CatchUpAsync();
            var slice = await world.Models.SliceAsync<OrderView>(new SliceRequest([], "firstSeq", false, after, null, 5), Stop);
            up.AddRange(slice.Items.Select(o => o.OrderId));
            (after, more) = (slice.Cursors[^1], slice.HasNext);
            if (down.Count >= first.Count) continue;
            var back = await world.Models.SliceAsync<OrderView>(new SliceRequest([], "firstSeq", true, next, null, 5), Stop);
            down.AddRange(back.Items.Select(o => o.OrderId));
            next = back.Cursors[^1];
        }

        var last = (await ListAsync<OrderView>(world)).Select(o => o.OrderId).ToList();
        Assert.True(last.Count > first.Count + 20);
        Assert.Equal(last, up);
        Assert.Equal(down.Count, down.Distinct().Count());
        Assert.Equal(((IEnumerable<string>)last).Reverse().SkipWhile(o => o != down[0]).Take(down.Count), down);
    }

    [Fact]
    public async Task Counts_are_of_the_filter_and_stop_at_their_bound()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(73, "main", "eur").Batches(60));
        await world.CatchUpAsync();
        var orders = await ListAsync<OrderView>(world);
        Assert.Equal(orders.Count, await world.Models.CountAsync<OrderView>([], Stop));
        Assert.Equal(orders.Count(o => o.Portfolio == "eur"), await world.Models.CountAsync<OrderView>([Is("portfolio", "eur")], Stop));
        await world.ExecuteAsync("insert into read.violation_rows select 0, 100000 + n, 'main', 'X', 'breach', 1, 1, 'USD', null, null, null, '', now(), now() from generate_series(1, 10050) n");
        Assert.Equal(10_001, await world.Models.CountAsync<ViolationView>([Is("rule", "X")], Stop));
    }

    [Fact]
    public async Task What_has_no_sense_is_refused_by_name()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(74, "main").Batches(40));
        await world.CatchUpAsync();
        var good = new SliceRequest([], "firstSeq", true, null, null, 3);
        var cursor = (await world.Models.SliceAsync<OrderView>(good, Stop)).Cursors[0];
        await RefusedAsync("limit", good with { Limit = 0 }, "1 to 500");
        await RefusedAsync("limit", good with { Limit = 501 }, "1 to 500");
        await RefusedAsync("orderBy", good with { OrderBy = "filled" }, "firstSeq, asOf");
        await RefusedAsync("orderBy", good with { OrderBy = "portfolio" }, "firstSeq, asOf");
        await RefusedAsync("filled", Where("filled", FilterOperator.Eq, 1m), "portfolio");
        await RefusedAsync("portfolio; drop table x", Where("portfolio; drop table x", FilterOperator.Eq, "x"), "cannot be filtered");
        await RefusedAsync("portfolio", Where("portfolio", FilterOperator.Gt, "a"), "Eq or In");
        await RefusedAsync("portfolio", Where("portfolio", FilterOperator.Eq, 7L), "String");
        await RefusedAsync("portfolio", Where("portfolio", FilterOperator.Eq, null!), "nothing");
        await RefusedAsync("portfolio", Where("portfolio", FilterOperator.Eq, new string('x', 201)), "200");
        await RefusedAsync("portfolio", Where("portfolio", FilterOperator.Eq, "a\0"), "control");
        await RefusedAsync("portfolio", Where("portfolio", FilterOperator.In, "main"), "list");
        await RefusedAsync("portfolio", Where("portfolio", FilterOperator.In, Enumerable.Repeat("x", 101).ToList()), "100");
        await RefusedAsync("state", Where("state", FilterOperator.Eq, (OrderState)999), "none of");
        await RefusedAsync("firstSeq", Where("firstSeq", FilterOperator.Gt, 1), "Int64");
        await RefusedAsync("agent", Where("agent", FilterOperator.Eq, "ada@1.0.0"), "cannot be filtered");
        await RefusedAsync("agent", Where("agent", FilterOperator.In, new[] { "ada@1.0.0" }) with { OrderBy = "seq" }, "one agent", fills: true);
        await RefusedAsync("agent", good with { OrderBy = "seq", Filters = [Is("agent", "ada@1.0.0"), Is("agent", "bob@1.0.0")] }, "one agent", fills: true);
        await RefusedAsync("filters", good with { Filters = [.. Enumerable.Repeat(new FieldFilter("portfolio", FilterOperator.Eq, "x"), 21)] }, "20");
        foreach (var bad in (string[])["", "!", "AAAA", new string('A', 300), cursor[..8], Text("orders firstSeq descending 1"), Text("orders firstSeq descending 1 x"), Text("orders firstSeq descending 01 1")])
            await RefusedAsync("after", good with { After = bad }, "no cursor");
        await RefusedAsync("before", good with { Before = cursor, Descending = false }, "'orders firstSeq descending'");
        await RefusedAsync("after", good with { After = cursor, OrderBy = "asOf" }, "'orders asOf descending'");
        await RefusedAsync("after", good with { After = Text("fills firstSeq descending 1 1") }, "'fills firstSeq descending'");
        await RefusedAsync("after", good with { OrderBy = "asOf", After = Text($"orders asOf descending {long.MaxValue} 1") }, "out of range");
        // A value is only ever a value.
        Assert.Empty((await world.Models.SliceAsync<OrderView>(Where("portfolio", FilterOperator.Eq, "' or 1=1 --"), Stop)).Items);
        Assert.Empty((await world.Models.SliceAsync<OrderView>(Where("portfolio", FilterOperator.In, Array.Empty<string>()), Stop)).Items);

        SliceRequest Where(string field, FilterOperator by, object value) => good with { Filters = [new(field, by, value)] };

        async Task RefusedAsync(string field, SliceRequest request, string part, bool fills = false)
        {
            var refused = await Assert.ThrowsAsync<SliceException>(() => fills ? world.Models.SliceAsync<FillView>(request, Stop) : world.Models.SliceAsync<OrderView>(request, Stop));
            Assert.Equal(field, refused.Field);
            Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whatever_may_be_asked_is_answered_by_an_index()
    {
        await using var world = await World.CreateAsync();
        var session = new Session(75, "main", "eur");
        await world.AppendAsync(session.Batches(120));
        await world.AppendAsync(session.Runs("main"));
        await world.CatchUpAsync();
        await PlansAsync<OrderView>(world, "order_rows", "order_id", "first_seq");
        await PlansAsync<FillView>(world, "fill_rows", "execution_id", "seq");
        await PlansAsync<DecisionView>(world, "decision_rows", "decision_id", "seq");
        await PlansAsync<ViolationView>(world, "violation_rows", "detail", "seq");
        await PlansAsync<KillSwitchView>(world, "kill_switch_rows", "target", "seq");
        await PlansAsync<StrategyView>(world, "strategy_rows", "agent", "seq");
        await PlansAsync<BacktestView>(world, "backtest_rows", "backtest_id", "first_seq");
        await PlansAsync<ReconciliationView>(world, "reconciliation_rows", "account", "seq");
        await PlansAsync<BreakView>(world, "break_rows", "owner", "seq");
    }

    private static async Task PlansAsync<T>(World world, string table, string name, string place) where T : class
    {
        await world.ExecuteAsync(
            $"""
            insert into read.{table}_0 select r.*
              from (select *, row_number() over () as nr from read.{table}_0 limit 40) t, generate_series(1, 6000 / least(40, (select count(*) from read.{table}_0))) n,
                   jsonb_populate_record(null::read.{table}_0, to_jsonb(t) || jsonb_build_object('{name}', t.{name} || '-' || n, '{place}', 1000000 + n * 100 + nr)) r;
            analyze read.{table}
            """);
        var row = (await ListAsync<T>(world))[^1];
        foreach (var order in ReadFields.Orders<T>())
        {
            foreach (var field in ReadFields.Filters<T>())
            {
                var value = typeof(T).GetProperties().SingleOrDefault(p => string.Equals(p.Name, field, StringComparison.OrdinalIgnoreCase)) is { } member ? member.GetValue(row) : Session.Agents[0];
                if (value is null) continue;
                foreach (var descending in (bool[])[false, true])
                {
                    var query = new SliceQuery<T>([new FieldFilter(field, FilterOperator.Eq, value)]);
                    query.Beside(new Cursor(descending ? 4_000_000_000_000_000 : 0, 0), "after", ReadFields<T>.Order(order), !descending);
                    await using var command = world.Database.Reader.CreateCommand($"explain select {RowMap<T>.ColumnList} {query.Rows(ReadFields<T>.Order(order), descending, 51)}");
                    foreach (var parameter in query.Values) command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = parameter });
                    var plan = new StringBuilder();
                    await using var lines = await command.ExecuteReaderAsync(Stop);
                    while (await lines.ReadAsync(Stop)) plan.AppendLine(lines.GetString(0));
                    Assert.False(plan.ToString().Contains($"Seq Scan on {table}_0", StringComparison.Ordinal), $"{table} by {field}, ordered by {order}:\n{plan}");
                }
            }
        }
    }

    /// <summary>Goes through the list in each order, both directions and from both ends, and compares with the plain list.</summary>
    private static async Task WalkAsync<T>(World world, Func<T, bool> wanted, FieldFilter[] filters, params (string Name, Func<T, long> Of)[] orders) where T : class
    {
        var all = (await ListAsync<T>(world)).Where(wanted).ToList();
        Assert.True(all.Count > 1, $"{typeof(T).Name}: {all.Count} rows show nothing");
        Assert.Equal(all.Count, await world.Models.CountAsync<T>(filters, Stop));
        var key = ReadFields<T>.Key;
        foreach (var (name, of) in orders)
        {
            foreach (var descending in (bool[])[false, true])
            {
                var sorted = all.OrderBy(of).ThenBy(row => ReadFields<T>.Place(row, key)).ToList();
                if (descending) sorted.Reverse();
                foreach (var size in (int[])[1, 7, 500])
                {
                    if (size == 1 && all.Count > 40) continue;
                    var (forwards, backwards) = (new List<T>(), new List<T>());
                    string? after = null, before = null;
                    for (var more = true; more;)
                    {
                        var slice = await world.Models.SliceAsync<T>(new SliceRequest(filters, name, descending, after, null, size), Stop);
                        Assert.Equal((forwards.Count > 0, slice.Items.Count), (slice.HasPrevious, slice.Cursors.Count));
                        forwards.AddRange(slice.Items);
                        (after, more) = (slice.Cursors[^1], slice.HasNext);
                    }

                    for (var more = true; more;)
                    {
                        var slice = await world.Models.SliceAsync<T>(new SliceRequest(filters, name, descending, null, before, size, FromEnd: true), Stop);
                        Assert.Equal(backwards.Count > 0, slice.HasNext);
                        backwards.InsertRange(0, slice.Items);
                        (before, more) = (slice.Cursors[0], slice.HasPrevious);
                    }

                    Assert.Equal(sorted, forwards);
                    Assert.Equal(sorted, backwards);
                }

                // Between two cursors, both left out.
                var whole = await world.Models.SliceAsync<T>(new SliceRequest(filters, name, descending, null, null, 500), Stop);
                var between = await world.Models.SliceAsync<T>(new SliceRequest(filters, name, descending, whole.Cursors[0], whole.Cursors[^1], 500), Stop);
                Assert.Equal(sorted[1..^1], between.Items);
                Assert.True(between is { HasNext: true, HasPrevious: true });
            }
        }
    }

    private static FieldFilter Is(string field, object value) => new(field, FilterOperator.Eq, value);

    private static string Text(string cursor) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(cursor));

    /// <summary>The whole list, by its place in the log.</summary>
    private static async Task<List<T>> ListAsync<T>(World world) where T : class
    {
        await using var command = world.Database.Reader.CreateCommand($"select {RowMap<T>.ColumnList} from read.{ReadFields<T>.View} order by {ReadFields<T>.Key.Column}");
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var rows = new List<T>();
        while (await reader.ReadAsync(Stop)) rows.Add(RowMap<T>.Read(reader));
        return rows;
    }
}
