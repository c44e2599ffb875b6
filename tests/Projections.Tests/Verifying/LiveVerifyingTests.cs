using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Verifying;

namespace EventSourcedTrading.Projections.Tests.Verifying;

/// <summary>Read models that nobody touched agree, whatever goes on meanwhile.</summary>
public class LiveVerifyingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_events_come_followers_follow_and_rebuilds_go_live_everything_agrees()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(61, "main").Batches(80));
        using var stop = new CancellationTokenSource();
        var running = world.Host.RunAsync(stop.Token);
        var writing = world.AppendAsync(new Session(62, "eur").Batches(250));
        var rebuilding = Task.Run(async () =>
        {
            while (!writing.IsCompleted)
                foreach (var name in ProjectionHost.Names) await world.Host.RebuildAsync(name, ct: Stop);
        }, Stop);

        for (var n = 0; n < 3 || !rebuilding.IsCompleted; n++)
        {
            var found = await new ProjectionVerifier(world.Database.Reader) { Page = 50, Hold = n % 2 * 1_000 }.RunAsync(ct: Stop);
            Assert.All(found, p => Assert.True(p.Agrees, $"{p.Name} at {p.Position}: {p.NotCompared} {string.Join("; ", p.Faults)}"));
        }

        await writing;
        await rebuilding;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task One_that_lags_behind_is_compared_where_it_stands_and_an_old_row_that_was_put_back_is_found()
    {
        await using var world = await World.CreateAsync();
        var batches = new Session(63, "main").Batches(200).ToList();
        await world.AppendAsync(batches[..120]);
        await world.CatchUpAsync();
        var position = (await world.Host.StatusAsync(Stop))[0].Head;
        await world.ExecuteAsync("create schema kept; create table kept.orders as select * from read.order_rows");
        await world.AppendAsync(batches[120..]);
        var verifier = new ProjectionVerifier(world.Database.Reader) { Page = 20, Hold = 0 };
        Assert.All(await verifier.RunAsync(ct: Stop), p => Assert.Equal((true, position), (p.Agrees, p.Position)));

        await world.CatchUpAsync();
        Assert.All(await verifier.RunAsync(ct: Stop), p => Assert.True(p.Agrees, p.Name));
        // As it once was: such a row is what the events said for a while.
        var order = await world.ScalarAsync<string>("select order_id from read.order_rows o join kept.orders k using (order_id) where o.last_seq > k.last_seq order by 1 limit 1");
        await world.ExecuteAsync($"delete from read.order_rows where order_id = '{order}'; insert into read.order_rows select * from kept.orders where order_id = '{order}'");
        var difference = Assert.Single((await verifier.RunAsync(ct: Stop)).Single(p => p.Name == "orders").Differences);
        Assert.Equal((RowDifferenceKind.Changed, order), (difference.Kind, difference.Key[0]));
    }

    [Fact]
    public async Task The_progress_ends_at_the_end()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(64, "main").Batches(50));
        var heard = new Listener();
        await new ProjectionVerifier(world.Database.Reader) { Page = 20 }.RunAsync(heard, Stop);
        Assert.All(heard.All, p => Assert.InRange(p.Done, 0, p.Of));
        Assert.Contains(heard.All, p => p.Done == p.Of);
    }

    private sealed class Listener : IProgress<(long Done, long Of)>
    {
        public System.Collections.Concurrent.ConcurrentBag<(long Done, long Of)> All { get; } = [];

        public void Report((long Done, long Of) value) => All.Add(value);
    }
}
