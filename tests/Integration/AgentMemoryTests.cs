using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Workers.Agents;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Messaging;
using EventSourcedTrading.Workers.Strategies;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventSourcedTrading.Integration;

/// <summary>An agent that slept goes on where it was.</summary>
public sealed class AgentMemoryTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task What_is_saved_is_what_is_loaded()
    {
        var strategy = StrategyCatalog.Discover().Create(new StrategyOptions("breakout"), desk.World.Options.Portfolios[0]);
        var memory = new AgentMemory(desk.World.Outside.Snapshots, "main", strategy);
        Assert.Equal(AgentSnapshot.Empty, await memory.LoadAsync(CancellationToken.None));

        var position = new StreamPosition("638000000000000000", 4_711, "638000000000000042");
        var before = AgentSnapshot.Empty with { Sent = 7, Unanswered = [new("breakout@1.0.0.7", 7, "{}")], Passed = Market.Time(3) };
        using var outbox = new AgentOutbox(desk.World.Outside, "main", strategy.Description.Agent, before, NullLogger.Instance);
        await memory.SaveAsync(position, new Dictionary<string, long> { ["lean"] = 99 }, Market.Time(5), outbox, CancellationToken.None);

        var after = await new AgentMemory(desk.World.Outside.Snapshots, "main", strategy).LoadAsync(CancellationToken.None);
        Assert.Equal((position, Market.Time(5), 7L), (after.Position, after.Passed, after.Sent));
        Assert.Equal(99, after.Feeds["lean"]);
        Assert.Equal(before.Unanswered, after.Unanswered);
        Assert.Equal(strategy.Capture().GetRawText(), after.Strategy!.Value.GetRawText());
    }
}
