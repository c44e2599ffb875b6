using System.Collections.Concurrent;
using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.EventStore.Tests.Following;

public sealed class FollowTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private EventAppender _appender = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _appender = new EventAppender(_database.App);
        await ExecuteAsync("create table read.seen (seq_id bigint not null, by text not null)");
        await ExecuteAsync("grant select, insert on read.seen to est_app");
    }

    public async ValueTask DisposeAsync()
    {
        await _appender.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Every_event_is_handled_once_and_in_order_while_many_write()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var follower = new LogFollower(_database.App, "seen", new LogFollowerOptions { PageSize = 37 });
        var following = follower.RunAsync(Note("a"), stop.Token);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            for (var i = 0; i < 20; i++) await _appender.AppendAsync(Some.Batch($"s-{writer}", 1 + 3 * i, 3), stop.Token);
        }));

        await UntilAsync(() => follower.Position == 16 * 20 * 3, stop.Token);
        await StopAsync(stop, following);
        Assert.Equal(Enumerable.Range(1, 960).Select(i => (long)i), await SeenAsync());
    }

    [Fact]
    public async Task A_new_event_is_seen_long_before_the_next_poll()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var follower = new LogFollower(_database.App, "quick", new LogFollowerOptions { PollEvery = TimeSpan.FromSeconds(40) });
        var following = follower.RunAsync((_, _) => ValueTask.CompletedTask, stop.Token);
        await UntilAsync(() => follower.Position == 0, stop.Token);

        for (var i = 1; i <= 50; i++)
        {
            await _appender.AppendAsync(Some.Batch("s", i));
            await UntilAsync(() => follower.Position == i, stop.Token);
        }

        await StopAsync(stop, following);
    }

    [Fact]
    public async Task A_handler_that_throws_stops_at_that_event_and_keeps_nothing_of_its_batch()
    {
        await _appender.AppendAsync(Some.Batch("s", 1, 10));
        var follower = new LogFollower(_database.App, "breaks", new LogFollowerOptions { PageSize = 5 });
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        var stopped = await Assert.ThrowsAsync<FollowerStoppedException>(() => follower.RunAsync(
            async (batch, transaction, ct) =>
            {
                foreach (var e in batch)
                {
                    await InsertAsync(transaction, e.SeqId, "breaks", ct);
                    if (e.SeqId == 8) throw new FormatException("no such side");
                }
            },
            stop.Token));

        Assert.Equal(8, stopped.Event?.SeqId);
        Assert.Equal(5, stopped.Checkpoint);
        Assert.Contains("event 8 (s version 8, thing_happened)", stopped.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5], await SeenAsync());
        Assert.Equal(5L, await ScalarAsync("select last_seq_id from events.mt_event_progression where name = 'breaks'"));
    }

    [Fact]
    public async Task A_follower_that_is_killed_again_and_again_still_counts_each_event_once()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var follower = new LogFollower(_database.App, "killed", new LogFollowerOptions { PageSize = 10 });
        var interruptions = 0;
        follower.OnInterrupted = _ => Interlocked.Increment(ref interruptions);
        var following = follower.RunAsync(Note("killed"), stop.Token);

        for (var i = 0; i < 20; i++)
        {
            await _appender.AppendAsync(Some.Batch($"s-{i}", 1, 50));
            if (i % 4 == 3)
                await ExecuteAsync(
                    "select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database " +
                    "where l.locktype = 'advisory' and d.datname = current_database()");
        }

        await UntilAsync(() => follower.Position == 1000, stop.Token);
        await StopAsync(stop, following);
        Assert.True(interruptions >= 1, "the follower was never interrupted, so nothing was tested");
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), await SeenAsync());
    }

    [Fact]
    public async Task Of_two_followers_with_one_name_one_works_and_the_other_takes_over()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var stopFirst = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var first = new LogFollower(_database.App, "pair");
        var following = first.RunAsync(Note("first"), stopFirst.Token);
        await UntilAsync(() => first.Position == 0, stop.Token);
        var second = new LogFollower(_database.App, "pair");
        var waiting = second.RunAsync(Note("second"), stop.Token);

        await _appender.AppendAsync(Some.Batch("s", 1, 5));
        await UntilAsync(() => first.Position == 5, stop.Token);
        Assert.Equal(-1, second.Position);
        await StopAsync(stopFirst, following);
        await _appender.AppendAsync(Some.Batch("s", 6, 5));
        await UntilAsync(() => second.Position == 10, stop.Token);

        await StopAsync(stop, waiting);
        Assert.Equal(5L, await ScalarAsync("select count(*) from read.seen where by = 'first' and seq_id <= 5"));
        Assert.Equal(5L, await ScalarAsync("select count(*) from read.seen where by = 'second' and seq_id > 5"));
        Assert.Equal(10L, await ScalarAsync("select count(*) from read.seen"));
    }

    [Fact]
    public async Task The_checkpoint_moves_over_types_that_are_not_wanted()
    {
        await _appender.AppendAsync(Some.Batch("before", 1, 5));
        await _appender.AppendAsync(Some.Batch(
            Some.Event("s", 1), Some.Event("s", 2, type: "wanted_v1"), Some.Event("s", 3), Some.Event("s", 4, type: "wanted"), Some.Event("s", 5)));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var seen = new ConcurrentQueue<(long, string)>();
        var follower = new LogFollower(_database.App, "filtered", new LogFollowerOptions
        {
            Types = ["wanted"],
            PageSize = 5,
            PollEvery = TimeSpan.FromMilliseconds(50),
            Upcasters = new Upcasters().Add("wanted_v1", "wanted", data => data),
        });
        var following = follower.RunAsync(
            (batch, _) =>
            {
                foreach (var e in batch) seen.Enqueue((e.SeqId, e.Type));
                return ValueTask.CompletedTask;
            },
            stop.Token);

        await UntilAsync(() => follower.Position == 10, stop.Token);
        await _appender.AppendAsync(Some.Batch("after", 1, 5));
        while (await ScalarAsync("select last_seq_id from events.mt_event_progression where name = 'filtered'") is not 15L)
            await Task.Delay(20, stop.Token);
        await StopAsync(stop, following);
        Assert.Equal([(7, "wanted"), (9, "wanted")], seen);
    }

    private static Func<FollowedBatch, NpgsqlTransaction, CancellationToken, ValueTask> Note(string by) =>
        async (batch, transaction, ct) =>
        {
            foreach (var e in batch) await InsertAsync(transaction, e.SeqId, by, ct);
        };

    private static async Task InsertAsync(NpgsqlTransaction transaction, long seqId, string by, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("insert into read.seen values ($1, $2)", transaction.Connection)
        {
            Parameters = { new NpgsqlParameter { Value = seqId }, new NpgsqlParameter { Value = by } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task UntilAsync(Func<bool> holds, CancellationToken ct)
    {
        while (!holds()) await Task.Delay(5, ct);
    }

    private static async Task StopAsync(CancellationTokenSource stop, Task following)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }

    private async Task<List<long>> SeenAsync()
    {
        await using var command = _database.Admin.CreateCommand("select seq_id from read.seen order by ctid");
        await using var rows = await command.ExecuteReaderAsync();
        var seen = new List<long>();
        while (await rows.ReadAsync()) seen.Add(rows.GetInt64(0));
        return seen;
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
