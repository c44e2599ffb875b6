using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Rebuilding;

namespace EventSourcedTrading.Projections.Tests;

public class RebuildTests
{
    [Fact]
    public async Task A_rebuild_gives_what_following_gave()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(41, "main", "eur").Batches(120));
        await world.CatchUpAsync();
        var picture = await world.PictureAsync();

        // Spoil what is live: the log knows better.
        await world.ExecuteAsync("update read.position_rows set quantity = quantity + 1; delete from read.order_rows where side = 0 and state = 'filled'");
        Assert.NotEqual(picture, await world.PictureAsync());
        foreach (var name in ProjectionHost.Names)
        {
            var heard = new Listener();
            var position = await world.Host.RebuildAsync(name, heard, TestContext.Current.CancellationToken);
            Assert.Equal(RebuildPhase.Live, heard.All[^1].Phase);
            Assert.Equal(position, heard.All[^1].Position);
            Assert.Equal(heard.All.Select(p => p.Position), heard.All.Select(p => p.Position).Order());
        }

        Assert.Equal(picture, await world.PictureAsync());
        Assert.All(await world.Host.StatusAsync(TestContext.Current.CancellationToken), s => Assert.Equal((0, ProjectionState.Current, true), (s.Lag, s.State, s.RebuiltAt is not null)));
        Assert.Equal(0L, await world.ScalarAsync<long>("select count(*) from read.order_rows where side = 0"));
    }

    [Fact]
    public async Task It_swaps_while_writes_and_followers_go_on_and_readers_never_see_less()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(42, "main").Batches(60));
        await world.CatchUpAsync();
        using var stop = new CancellationTokenSource();
        var running = world.Host.RunAsync(stop.Token);
        var session = new Session(43, "eur");
        var writing = Task.Run(() => world.AppendAsync(session.Batches(300)), TestContext.Current.CancellationToken);
        var reading = Task.Run(async () =>
        {
            for (var last = 0L; !writing.IsCompleted;)
            {
                var now = await world.ScalarAsync<long>("select count(*) from read.orders");
                Assert.True(now >= last, $"{last} orders, then {now}");
                last = now;
            }
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 6; i++)
            foreach (var name in ProjectionHost.Names) await world.Host.RebuildAsync(name, ct: TestContext.Current.CancellationToken);
        await writing;
        await reading;
        await world.UntilAsync(all => all.All(s => s.Lag == 0));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var picture = await world.PictureAsync();
        foreach (var name in ProjectionHost.Names) await world.Host.RebuildAsync(name, ct: TestContext.Current.CancellationToken);
        Assert.Equal(await world.PictureAsync(), picture);
        var naive = Naive.Of(await world.LogAsync());
        foreach (var p in await world.Models.PositionsAsync()) Assert.Equal(naive.Fees(p.Portfolio, p.Instrument), p.Fees);
    }

    [Fact]
    public async Task Cancelled_or_crashed_it_leaves_the_live_one_and_the_next_begins_clean()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(44, "main").Batches(100));
        await world.CatchUpAsync();
        var picture = await world.PictureAsync();

        using var stop = new CancellationTokenSource();
        var heard = new Listener { Then = p => { if (p.Position > 200) stop.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Host.RebuildAsync("orders", heard, stop.Token));
        Assert.NotEqual(0L, await world.ScalarAsync<long>("select count(*) from read.order_rows where side = 1"));
        Assert.Equal(picture, await world.PictureAsync());

        // What a crash leaves: rows that the log never meant.
        await world.ExecuteAsync("update read.order_rows set filled = filled + 1 where side = 1");
        await world.Host.RebuildAsync("orders", ct: TestContext.Current.CancellationToken);
        Assert.Equal(picture, await world.PictureAsync());
    }

    [Fact]
    public async Task Only_one_rebuild_of_a_projection_runs_at_a_time_and_a_wrong_name_is_told_the_right_ones()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(45, "main").Batches(30));
        Task<long>? second = null;
        var heard = new Listener { Then = _ => second ??= world.Host.RebuildAsync("book") };
        await world.Host.RebuildAsync("book", heard, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<RebuildRunningException>(() => second!);

        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => world.Host.RebuildAsync("boook"));
        Assert.Contains("book, orders, decisions", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>Like Progress, but at once and on the caller's thread.</summary>
    private sealed class Listener : IProgress<RebuildProgress>
    {
        public List<RebuildProgress> All { get; } = [];
        public Action<RebuildProgress>? Then { get; init; }

        public void Report(RebuildProgress value)
        {
            All.Add(value);
            Then?.Invoke(value);
        }
    }
}
