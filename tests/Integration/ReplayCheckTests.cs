using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Demo;

namespace EventSourcedTrading.Integration;

/// <summary>A log run again is the same log; what was changed in it is found, and what follows is still compared.</summary>
public sealed class ReplayCheckTests
{
    [Fact]
    public async Task A_session_recorded_live_through_nats_replays_without_a_differing_event()
    {
        var data = Market.OneDay();
        await using var world = await World.CreateAsync(DemoPortfolio.For(data));
        await world.StartAsync("engine", "agents");
        await world.FeedAsync(data);
        await world.UntilDecidedAsync(Market.EndOf(data));
        var engineEvents = await world.AskAsync<long>("select count(*) from events.mt_events where type <> 'inputs_recorded'");

        var report = await CheckAsync(world.Database);
        Assert.True(report is { Differing: 0, Stopped: null }, Say(report));
        Assert.True(report.Events > 1_000, $"{report.Events} events are too few to tell anything");
        Assert.Equal(engineEvents, report.Events);

        var unchanged = await WhatIfRun.RunAsync(new EventReader(world.Database.Reader), "main", WhatIfChanges.None);
        Assert.Equal((0L, 0m), (unchanged.Differing, unchanged.EquityDifference));
        Assert.Equal(await world.CountAsync("decision_made"), unchanged.Decisions);
        Assert.Equal(unchanged.Decisions, unchanged.OtherDecisions);

        // Strategies over the tape's signals say again what they said live, whatever order it came in.
        var again = await WhatIfRun.RunAsync(new EventReader(world.Database.Reader), "main", WhatIfChanges.None with { Agents = [.. WrittenTape.Strategies(data).Select(s => new AgentExchange(s.Description.Agent, s))] });
        Assert.Equal((0L, 0m), (again.Differing, again.EquityDifference));
        Assert.Equal(unchanged.Decisions, again.OtherDecisions);
    }

    [Theory]
    [InlineData("order_filled", "data = jsonb_set(data, '{execution,price}', '\"1.23\"')", "data.execution.price")]
    [InlineData("order_approved", "correlation_id = 'main-other'", "correlationId")]
    [InlineData("order_submitted", "causation_id = 'signal:1'", "causationId")]
    [InlineData("decision_made", "data = jsonb_set(data, '{unheard}', '\"of\"')", "data.unheard")]
    [InlineData("decision_made", "timestamp = timestamp + interval '1 microsecond'", "timestamp")]
    public async Task A_forged_event_is_found_with_its_field(string type, string change, string field)
    {
        await using var database = await WrittenAsync();
        var seq = await ForgeAsync(database, type, change);

        var report = await CheckAsync(database);
        Assert.Null(report.Stopped);
        var first = report.First[0];
        Assert.Equal(seq, first.Position);
        Assert.Contains(field, first.Fields.Select(f => f.Path));
        Assert.NotEqual(first.Log, first.Replay);
    }

    [Fact]
    public async Task One_difference_does_not_make_a_thousand()
    {
        await using var database = await WrittenAsync();
        var honest = await CheckAsync(database);
        Assert.True(honest is { Differing: 0, Stopped: null }, Say(honest));
        // As an older engine might have said it: other words, the same deed.
        var seq = await ForgeAsync(database, "decision_made", "data = jsonb_set(data, '{reason}', '\"because I say so\"')");

        var report = await CheckAsync(database);
        Assert.Equal((1L, honest.Events, honest.Position), (report.Differing, report.Events, report.Position));
        Assert.Equal((seq, "data.reason"), (report.First[0].Position, Assert.Single(report.First[0].Fields).Path));
    }

    [Fact]
    public async Task Another_deed_of_an_older_engine_is_followed()
    {
        await using var database = await WrittenAsync();
        var honest = await CheckAsync(database);
        // An older engine that knew no maximum fee: the book goes on from what is written, here and in what follows.
        var seq = await ForgeAsync(database, "order_filled", "data = jsonb_set(data, '{execution,fee}', '\"2500\"')");
        var report = await CheckAsync(database);
        Assert.Null(report.Stopped);
        Assert.Equal((seq, honest.Events, honest.Position), (report.First[0].Position, report.Events, report.Position));
        Assert.InRange(report.Differing, 1, honest.Events / 2);
    }

    [Fact]
    public async Task A_log_cut_in_the_middle_of_a_batch_lacks_what_the_tape_promises()
    {
        await using var database = await WrittenAsync();
        await database.UnlockAsync();
        var cut = await AskAsync(database, "select max(seq_id) from events.mt_events where type = 'inputs_recorded'") + 3;
        var lost = await AskAsync(database, "select max(seq_id) from events.mt_events") - cut;
        await database.CutOffAsync(cut);

        var report = await CheckAsync(database);
        Assert.Equal(lost, report.Differing);
        Assert.All(report.First, d => Assert.Null(d.Position));
    }

    [Fact]
    public async Task Events_taken_out_are_missed_and_the_rest_is_compared()
    {
        await using var database = await WrittenAsync();
        var honest = await CheckAsync(database);
        await database.UnlockAsync();
        await database.ForgeAsync("delete from events.mt_events where seq_id = (select min(seq_id) from events.mt_events where type = 'order_acknowledged')");

        var report = await CheckAsync(database);
        Assert.Equal((1L, honest.Events), (report.Differing, report.Events));
        Assert.Equal("order_acknowledged is missing in the log", report.First[0].What);
    }

    [Fact]
    public async Task A_tape_that_is_not_there_is_named() =>
        Assert.Contains("tape-nobody", (await Assert.ThrowsAsync<TapeException>(async () =>
        {
            await using var database = await TestDatabase.CreateAsync();
            await ReplayCheck.RunAsync(new EventReader(database.Reader), "nobody", PaperVenue.Factory);
        })).Message, StringComparison.Ordinal);

    internal static async Task<TestDatabase> WrittenAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await new WrittenTape(database).WriteAsync(WrittenTape.Session(WrittenTape.Market()));
        return database;
    }

    internal static Task<ReplayReport> CheckAsync(TestDatabase database) => ReplayCheck.RunAsync(new EventReader(database.Reader), WrittenTape.Portfolio, PaperVenue.Factory);

    /// <summary>Changes one event in the middle of the log; gives its place.</summary>
    private static async Task<long> ForgeAsync(TestDatabase database, string type, string change)
    {
        await database.UnlockAsync();
        var seq = await AskAsync(database, $"select seq_id from (select seq_id, row_number() over (order by seq_id) n, count(*) over () of from events.mt_events where type = '{type}') e where n = of / 2");
        await database.ForgeAsync($"update events.mt_events set {change} where seq_id = {seq}");
        return seq;
    }

    internal static async Task<long> AskAsync(TestDatabase database, string sql)
    {
        await using var command = database.Admin.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    internal static string Say(ReplayReport report) =>
        $"{report.Differing} differ; {report.Stopped}\n{string.Join('\n', report.First.Select(d => $"{d.Position} {d.What} {string.Join("; ", d.Fields)}"))}";
}
