using EventSourcedTrading.Workers.Demo;

namespace EventSourcedTrading.Integration;

/// <summary>The same market gives the same decisions, however the platform is cut up and whatever happens to its parts.</summary>
public sealed class DigestTests
{
    /// <summary>What an undisturbed run in one process decides; made once.</summary>
    private static readonly Lazy<Task<string>> Undisturbed = new(async () =>
    {
        var data = Market.OneDay();
        await using var world = await World.CreateAsync(Demo());
        await world.StartAsync("engine", "agents");
        await world.FeedAsync(data);
        await world.UntilDecidedAsync(Market.EndOf(data));
        return await world.DigestAsync();
    });

    private static EventSourcedTrading.Workers.Configuration.PortfolioOptions Demo() => DemoPortfolio.For(Market.OneDay()) with { RoundDeadlineSeconds = 600 };

    [Fact]
    public async Task Roles_in_two_processes_decide_as_roles_in_one_and_a_second_run_as_the_first()
    {
        var data = Market.OneDay();
        await using var world = await World.CreateAsync(Demo());
        // The agents first: what they say to a portfolio that nobody has opened yet must wait for it, not be refused.
        await world.StartAsync("agents");
        var feeding = world.FeedAsync(data);
        await feeding;
        await world.StartAsync("engine");
        await world.UntilDecidedAsync(Market.EndOf(data));
        Assert.Equal(await Undisturbed.Value, await world.DigestAsync());
        Assert.Equal(0, await world.CountAsync("intent_refused"));
    }

    [Fact]
    public async Task Another_market_is_decided_otherwise()
    {
        var data = Market.OneDay(seed: 2);
        await using var world = await World.CreateAsync(Demo());
        await world.StartAsync("engine", "agents");
        await world.FeedAsync(data);
        await world.UntilDecidedAsync(Market.EndOf(data));
        Assert.NotEqual(await Undisturbed.Value, await world.DigestAsync());
    }

    [Fact]
    public async Task An_engine_that_stands_by_takes_over_and_nothing_is_decided_twice()
    {
        var data = Market.OneDay();
        await using var world = await World.CreateAsync(Demo());
        await world.StartAsync("agents");
        var first = await world.StartAsync("engine");
        await first.UntilAsync("engine main", "running");
        var second = await world.StartAsync("engine");
        await second.UntilAsync("engine main", "standby");

        var feeding = world.FeedAsync(data, speed: 8_000);
        await world.UntilHeardAsync(data.Read().ElementAt(2_000).Time);
        Assert.Equal("standby", second.StatusOf("engine main"));
        await first.DisposeAsync();
        await second.UntilAsync("engine main", "running");
        await feeding;
        await world.UntilDecidedAsync(Market.EndOf(data));
        await SameAsync(world);
    }

    [Fact]
    public async Task An_engine_whose_lock_breaks_lets_go_and_nothing_is_decided_twice()
    {
        var data = Market.OneDay();
        await using var world = await World.CreateAsync(Demo());
        await world.StartAsync("agents");
        await world.StartAsync("engine");
        await world.StartAsync("engine");
        var feeding = world.FeedAsync(data, speed: 8_000);
        foreach (var at in (int[])[1_000, 2_000, 3_000])
        {
            await world.UntilHeardAsync(data.Read().ElementAt(at).Time);
            await world.BreakLockAsync();
        }

        await feeding;
        await world.UntilDecidedAsync(Market.EndOf(data));
        await SameAsync(world);
        Assert.NotEmpty(world.Complaints.Restarts);
    }

    private static async Task SameAsync(World world)
    {
        Assert.Equal(await Undisturbed.Value, await world.DigestAsync());
        Assert.Equal(
            await world.AskAsync<long>("select max(version) from events.mt_events where stream_id = 'tape-main'"),
            await world.AskAsync<long>("select count(distinct version) from events.mt_events where stream_id = 'tape-main'"));
    }
}
