using System.Text;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Workers.Demo;
using EventSourcedTrading.Workers.Engines;

namespace EventSourcedTrading.Integration;

public sealed class RecoveryTests
{
    [Fact]
    public async Task Snapshot_and_log_or_the_log_alone_give_the_same_engine_and_it_goes_on_as_if_nothing_had_been()
    {
        var data = Market.OneDay(seed: 3);
        await using var world = await World.CreateAsync(DemoPortfolio.For(data) with { RoundDeadlineSeconds = 600 });
        await world.StartAsync("agents");
        var feeding = world.FeedAsync(data, speed: 8_000);
        foreach (var at in (int[])[1_000, 2_000, 3_000])
        {
            await using (await world.StartAsync("engine")) await world.UntilHeardAsync(data.Read().ElementAt(at).Time);
            // Between two lives of the engine: a snapshot at this place, which the next ones start from.
            var recovered = await RecoverAsync(world);
            Assert.Equal(0, recovered.Differences);
            await RecoveryOf(world).SaveAsync("main", recovered.Engine, recovered.Cursors, recovered.Position, CancellationToken.None);
        }

        // Its life ends before the log is compared: an agent that missed an answer asks again, and that goes on tape.
        await using (await world.StartAsync("engine"))
        {
            await feeding;
            await world.UntilDecidedAsync(Market.EndOf(data));
        }

        var brief = await RecoverAsync(world);
        Assert.NotEqual(0, await world.AskAsync<long>("delete from est.snapshots where key = 'engine-main' returning position"));
        var whole = await RecoverAsync(world);
        Assert.True(brief.Replayed < whole.Replayed);
        Assert.Equal((0, 0), (brief.Differences, whole.Differences));
        Assert.Equal(whole.Position, brief.Position);
        Assert.Equal(whole.Cursors.Order(Comparer<KeyValuePair<string, Workers.Messaging.StreamPosition>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))),
            brief.Cursors.Order(Comparer<KeyValuePair<string, Workers.Messaging.StreamPosition>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))));
        Assert.Equal(Text(whole), Text(brief));

        await using var undisturbed = await World.CreateAsync(world.Options.Portfolios[0]);
        await undisturbed.StartAsync("engine", "agents");
        await undisturbed.FeedAsync(data);
        await undisturbed.UntilDecidedAsync(Market.EndOf(data));
        Assert.Equal(await undisturbed.DigestAsync(), await world.DigestAsync());
    }

    private static string Text(RecoveredPortfolio recovered) => Encoding.UTF8.GetString(StateSnapshot.Of(recovered.Engine.State).ToJson());

    private static Recovery RecoveryOf(World world) => new(world.Outside.Reader, world.Outside.Snapshots, PaperVenue.Factory);

    private static Task<RecoveredPortfolio> RecoverAsync(World world) => RecoveryOf(world).RecoverAsync("main", CancellationToken.None);
}
