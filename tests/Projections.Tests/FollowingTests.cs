using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;

namespace EventSourcedTrading.Projections.Tests;

public class FollowingTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Killed_and_started_again_at_any_moment_each_event_counts_once(int seed)
    {
        await using var world = await World.CreateAsync();
        var random = new Random(seed);
        var writing = Task.Run(() => world.AppendAsync(new Session(seed, "main", "eur").Batches(250)), TestContext.Current.CancellationToken);
        for (var i = 0; i < 15; i++)
        {
            using var stop = new CancellationTokenSource();
            var running = world.Host.RunAsync(stop.Token);
            await Task.Delay(random.Next(5, 120), CancellationToken.None);
            if (random.Next(2) == 0)
                await world.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{world.Database.Name}' and query like '%read.%' and pid <> pg_backend_pid()");
            await Task.Delay(random.Next(5, 60), CancellationToken.None);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        await writing;
        await world.CatchUpAsync();
        var picture = await world.PictureAsync();
        foreach (var name in ProjectionHost.Names) await world.Host.RebuildAsync(name, ct: TestContext.Current.CancellationToken);
        Assert.Equal(await world.PictureAsync(), picture);

        var naive = Naive.Of(await world.LogAsync());
        foreach (var p in await world.Models.PositionsAsync()) Assert.Equal(naive.Fees(p.Portfolio, p.Instrument), p.Fees);
    }

    [Fact]
    public async Task A_poison_event_stops_its_projections_by_name_and_no_other()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(21, "main").Batches(30));
        await world.CatchUpAsync();
        var before = await world.Models.OrdersAsync(limit: 500);

        var poison = new PendingEvent("order-main-1", 1_000, "order_filled", EventId.For("order-main-1", 1_000), "{\"execution\":7}"u8.ToArray(), null, null);
        await world.ExecuteAsync("update events.mt_streams set version = 999 where id = 'order-main-1'");
        var seq = (await world.Appender.AppendAsync(new AppendBatch([poison], DateTimeOffset.UtcNow), TestContext.Current.CancellationToken)).FirstSeq;
        var violation = new Domain.Risk.RiskViolationDetected("main", "X", Domain.Risk.ViolationKind.Breach, 1m, 0m, "USD", null, null, null, "", default);
        await world.AppendAsync([new AppendBatch([new PendingEvent("risk-x", 1, EventJson.AliasOf(violation), Guid.NewGuid(), EventJson.Serialize(violation), null, null)], DateTimeOffset.UtcNow)]);

        var stopped = new List<(string, Exception)>();
        world.Host.OnStopped = (name, e) => { lock (stopped) stopped.Add((name, e)); };
        using var stop = new CancellationTokenSource();
        var running = world.Host.RunAsync(stop.Token);
        await world.UntilAsync(all => all.Count(s => s.State == ProjectionState.Stopped) == 2 && all.Count(s => s.Lag == 0) == ProjectionHost.Names.Count - 2);

        var status = await world.Host.StatusAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["book", "orders"], status.Where(s => s.State == ProjectionState.Stopped).Select(s => s.Name));
        Assert.All(status.Where(s => s.State == ProjectionState.Stopped), s => Assert.Equal(seq, s.FailedSeq));
        Assert.Contains($"event {seq} (order_filled, stream order-main-1 version 1000", status.First(s => s.Name == "orders").Error, StringComparison.Ordinal);
        Assert.Equal(["book", "orders"], stopped.Select(s => s.Item1).Order());
        Assert.All(stopped, s => Assert.Equal(poison.Id, Assert.IsType<PoisonEventException>(s.Item2).Event.Id));
        Assert.Equal("X", (await world.Models.ViolationsAsync(limit: 1, ct: TestContext.Current.CancellationToken)).Items[0].Rule);

        // A rebuild meets the same event, says so, and leaves the live rows alone.
        await Assert.ThrowsAsync<PoisonEventException>(() => world.Host.RebuildAsync("orders", ct: TestContext.Current.CancellationToken));
        Assert.Equal(before.Items, (await world.Models.OrdersAsync(limit: 500, ct: TestContext.Current.CancellationToken)).Items);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Two_hosts_share_the_work_without_counting_twice()
    {
        await using var world = await World.CreateAsync();
        using var stop = new CancellationTokenSource();
        var other = new ProjectionHost(world.Database.App, new ProjectionHostOptions { BatchSize = 11 });
        Task[] running = [world.Host.RunAsync(stop.Token), other.RunAsync(stop.Token)];
        await world.AppendAsync(new Session(31, "main").Batches(60));
        await world.UntilAsync(all => all.All(s => s.Lag == 0));
        await stop.CancelAsync();
        foreach (var run in running) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        var naive = Naive.Of(await world.LogAsync());
        foreach (var p in await world.Models.PositionsAsync()) Assert.Equal(naive.Fees(p.Portfolio, p.Instrument), p.Fees);
    }
}
