using System.Diagnostics;

namespace EventSourcedTrading.Integration;

public sealed class DeadlineTests
{
    [Fact]
    public async Task An_agent_that_never_speaks_holds_a_round_up_to_the_deadline_and_is_named_as_absent()
    {
        var market = new Market();
        await using var world = await World.CreateAsync(market.Portfolio("ada@1.0.0", "mute@1.0.0") with { RoundDeadlineSeconds = 1 });
        var running = await world.StartAsync("engine");
        await running.UntilAsync("engine main", "running");
        await using var ada = new OutsideAgent(world, "ada@1.0.0");

        for (var i = 0; i < 3; i++)
        {
            var clock = Stopwatch.StartNew();
            var told = await ada.TradeAsync(market);
            Assert.Equal("approved", told.Outcome);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 15);
            Assert.Equal("""["mute@1.0.0"]""", await world.AskAsync<string>(
                "select data->>'absent' from events.mt_events where type = 'decision_made' and data->>'decisionId' = $1", told.DecisionId!));
        }
    }
}
