using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>A past moment is what the live read model shows whose log ends there.</summary>
public class AsOfTests(ITestOutputHelper output)
{
    private static readonly string[] Views = ["positions", "agent_positions", "cash", "equity"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_book_as_of_any_position_is_the_live_one_of_a_log_that_was_cut_there()
    {
        foreach (var seed in Seeds.Chosen(4, 60))
        {
            output.WriteLine($"seed {seed}");
            var (random, batches) = (new Random(seed), Clocked(seed));
            await using var full = await World.CreateAsync();
            await full.AppendAsync(batches);
            await full.CatchUpAsync();
            var head = (await full.LogAsync())[^1].SeqId;
            var places = Enumerable.Range(0, 7).Select(_ => random.NextInt64(1, head + 1)).Append(0).Append(1).Append(head).Distinct().Order().ToList();

            await using var cut = await World.CreateAsync();
            var said = new Dictionary<long, string>();
            var (left, at) = (new Queue<AppendBatch>(batches), 0L);
            foreach (var place in places)
            {
                for (; at < place; at = await AppendAsync(cut, left, at, place)) { }
                if (place % 2 == 0) await cut.CatchUpAsync();
                else await cut.Host.RebuildAsync("book", ct: Stop);
                said[place] = await LiveAsync(cut);
                Assert.Equal(said[place], await AsOfAsync(full, place));
                Assert.Equal(await cut.Models.PositionsAsync("eur", Stop), await full.Models.PositionsAsOfAsync("eur", place, Stop));
                Assert.Equal(await cut.Models.AgentPositionsAsync("main", Stop), await full.Models.AgentPositionsAsOfAsync("main", place, Stop));
                Assert.Equal(await cut.Models.CashAsync(null, Stop), await full.Models.CashAsOfAsync(null, place, Stop));
                Assert.Equal(await cut.Models.EquityAsync(null, Stop), await full.Models.EquityAsOfAsync(null, place, Stop));
            }

            Assert.True(said.Values.Distinct().Count() > said.Count / 2, "the book hardly moved: little is tested");
            await full.Host.RebuildAsync("book", ct: Stop);
            foreach (var place in places) Assert.Equal(said[place], await AsOfAsync(full, place));
        }
    }

    [Fact]
    public async Task A_time_is_the_last_position_that_was_recorded_by_then_whatever_the_clocks_said()
    {
        foreach (var seed in Seeds.Chosen(2, 20))
        {
            output.WriteLine($"seed {seed}");
            var random = new Random(seed);
            await using var world = await World.CreateAsync();
            await world.AppendAsync(Clocked(seed, 400).Take(200));
            await world.CatchUpAsync();
            // The index has yet to take these.
            await world.AppendAsync(Clocked(seed, 400).Skip(200));
            var log = await world.LogAsync();
            Assert.True(log.Zip(log.Skip(1)).Any(p => p.First.Timestamp > p.Second.Timestamp), "the clocks never went back: nothing is tested");
            Assert.True(log.Count > 2_000);
            var times = Enumerable.Range(0, 60).Select(_ => Timestamp.From(log[random.Next(log.Count)].Timestamp + TimeSpan.FromSeconds(random.Next(-2, 3))))
                .Append(Timestamp.From(log[0].Timestamp - TimeSpan.FromDays(1))).Append(Timestamp.From(log[^1].Timestamp + TimeSpan.FromDays(400)));
            foreach (var indexed in (bool[])[false, true])
            {
                if (indexed) await world.CatchUpAsync();
                foreach (var time in times)
                    Assert.Equal(log.Where(e => Timestamp.From(e.Timestamp) <= time).Select(e => e.SeqId).DefaultIfEmpty(0).Max(), await world.Models.PositionAtAsync(time, Stop));
            }
        }
    }

    [Fact]
    public async Task What_the_read_model_has_not_reached_is_refused()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(1, "main").Batches(5));
        var none = await Assert.ThrowsAsync<MomentNotReachedException>(() => world.Models.EquityAsOfAsync(null, 1, Stop));
        Assert.Equal((1, 0), (none.Asked, none.Reached));
        await world.CatchUpAsync();
        var head = (await world.LogAsync())[^1].SeqId;
        Assert.NotEmpty(await world.Models.EquityAsOfAsync("main", head, Stop));
        var ahead = await Assert.ThrowsAsync<MomentNotReachedException>(() => world.Models.PositionsAsOfAsync("main", head + 1, Stop));
        Assert.Equal((head + 1, head), (ahead.Asked, ahead.Reached));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => world.Models.CashAsOfAsync("main", -1, Stop));
    }

    [Fact]
    public async Task The_past_is_found_by_index_and_not_by_going_through_it()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(Clocked(9).Take(60));
        await world.CatchUpAsync();
        string[] tables = ["price_history_rows_0", "position_history_rows_0", "agent_position_history_rows_0", "cash_history_rows_0", "audit_index_rows_0", "audit_time_rows_0"];
        foreach (var table in tables[..4])
            await world.ExecuteAsync($"insert into read.{table} select r.* from (select *, row_number() over () as nr from read.{table} order by seq desc limit 20) t, generate_series(1, 500) n, jsonb_populate_record(null::read.{table}, to_jsonb(t) || jsonb_build_object('seq', 100000 + n * 100 + nr)) r");
        await world.ExecuteAsync($"analyze {string.Join(", ", tables.Select(t => $"read.{t}"))}");
        await using var connection = await world.Database.Reader.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        foreach (var what in Views)
        {
            await using var ask = new NpgsqlCommand($"select count(*) from est.{what}_as_of(null, 200)", connection);
            Assert.True((long)(await ask.ExecuteScalarAsync(Stop))! > 0);
        }

        await using (var ask = new NpgsqlCommand("select est.position_at_time(now())", connection)) Assert.True((long)(await ask.ExecuteScalarAsync(Stop))! > 0);
        await using var scans = new NpgsqlCommand("select coalesce(string_agg(relname, ', '), '') from pg_stat_xact_user_tables where seq_scan > 0 and relname = any($1)", connection) { Parameters = { new NpgsqlParameter { Value = tables } } };
        Assert.Equal("", await scans.ExecuteScalarAsync(Stop));
        await using var read = new NpgsqlCommand("select sum(idx_tup_fetch) from pg_stat_xact_user_tables where relname = 'price_history_rows_0'", connection);
        Assert.InRange((decimal)(await read.ExecuteScalarAsync(Stop))!, 1m, 500m);
    }

    /// <summary>A session of two portfolios with all that changes a book, written by clocks that do not agree.</summary>
    private static List<AppendBatch> Clocked(int seed, int count = 220)
    {
        var random = new Random(seed + 1_000);
        return [.. new Session(seed, "main", "eur") { Corporate = true }.Batches(count).Select(b => new AppendBatch(b.Events, b.RecordedAt + TimeSpan.FromSeconds(random.Next(-300, 300))))];
    }

    /// <summary>Appends the next batch, or as much of it as lies before the cut.</summary>
    private static async Task<long> AppendAsync(World world, Queue<AppendBatch> left, long at, long place)
    {
        var batch = left.Peek();
        var count = (int)Math.Min(batch.Events.Count, place - at);
        await world.AppendAsync([new AppendBatch([.. batch.Events.Take(count)], batch.RecordedAt)]);
        left.Dequeue();
        if (count == batch.Events.Count) return at + count;
        var rest = left.ToList();
        left.Clear();
        left.Enqueue(new AppendBatch([.. batch.Events.Skip(count)], batch.RecordedAt));
        foreach (var later in rest) left.Enqueue(later);
        return at + count;
    }

    private static async Task<string> LiveAsync(World world) => string.Join("\n\n", await Task.WhenAll(Views.Select(v => TextAsync(world, $"read.{v}"))));

    private static async Task<string> AsOfAsync(World world, long place) =>
        string.Join("\n\n", await Task.WhenAll(Views.Select(v => TextAsync(world, FormattableString.Invariant($"est.{v}_as_of(null, {place})")))));

    private static async Task<string> TextAsync(World world, string from)
    {
        await using var command = world.Database.Reader.CreateCommand($"select coalesce(string_agg(v::text, E'\\n' order by v::text), '') from {from} v");
        return (string)(await command.ExecuteScalarAsync(Stop))!;
    }
}
