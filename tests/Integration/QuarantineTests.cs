using EventSourcedTrading.Workers.Demo;

namespace EventSourcedTrading.Integration;

public sealed class QuarantineTests
{
    [Fact]
    public async Task A_strategy_that_throws_is_quarantined_and_the_others_go_on()
    {
        var data = Market.OneDay();
        await using var world = await World.CreateAsync(DemoPortfolio.For(data) with { Strategies = [new("thrower"), new("breakout"), new("ma-cross")], RoundDeadlineSeconds = 600 });
        var running = await world.StartAsync("engine", "agents");
        await world.FeedAsync(data);
        await world.UntilDecidedAsync(Market.EndOf(data));

        Assert.Equal("quarantined", running.StatusOf("agent main/thrower"));
        var quarantined = Assert.Single(await world.LogAsync("strategy_quarantined"));
        var said = System.Text.Encoding.UTF8.GetString(quarantined.Data.Span);
        Assert.Contains("thrower@1.0.0", said, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException at simulated-1:1000: a defect", said, StringComparison.Ordinal);
        Assert.Equal(9, await IntentsAsync(world, "thrower@1.0.0", 0));
        Assert.NotEqual(0, await IntentsAsync(world, "breakout@1.0.0", quarantined.SeqId));
        Assert.NotEqual(0, await IntentsAsync(world, "ma-cross@1.0.0", quarantined.SeqId));
        Assert.Equal(0, await world.CountAsync("intent_refused"));
        Assert.Empty(world.Complaints.Restarts);
    }

    private static Task<long> IntentsAsync(World world, string agent, long after) => world.AskAsync<long>(
        "select count(*) from events.mt_events where type = 'intent_received' and data->'intent'->>'agent' = $1 and seq_id > $2", agent, after);
}
