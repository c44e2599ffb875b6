using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Integration;

/// <summary>What the control plane puts into the log, and what a running engine makes of it.</summary>
public sealed class ControlTests(Desk desk) : IClassFixture<Desk>
{
    /// <summary>The control plane lets none of these in; an engine that met one all the same must not fall over it.</summary>
    public static TheoryData<string, string> Hostile => new()
    {
        { "x1", """{"command":"dance"}""" }, { "x2", """{"command":"pauseStrategy"}""" }, { "x3", """{"command":"pauseStrategy","agent":null}""" },
        { "x4", """{"command":"loadStrategy","agent":"bob@1.0.0","summary":"s","instruments":[null],"parameters":{}}""" },
        { "x5", """{"command":"loadStrategy","agent":"bob@1.0.0"}""" }, { "x6", """{"command":"cancelOrder"}""" }, { "x7", """{"command":"cancelOrder","orderId":"none"}""" },
        { "x8", """{"command":"setRiskLimits"}""" }, { "x9", """{"command":"setRiskLimits","limits":{}}""" }, { "x10", """{"command":"setVotingPolicy","policy":{}}""" },
        { "x11", """{"command":"moveCash","currency":"USD","amount":"79228162514264337593543950335"}""" }, { "x12", """{"command":"moveCash","currency":"US","amount":"1"}""" },
        { "x13", """{"command":"engageKillSwitch"}""" }, { "x14", """{"command":"releaseKillSwitch","scope":"portfolio"}""" }, { "x15", """{"command":"openPortfolio"}""" },
        { "x16", "{}" }, { "x17", "[]" }, { "x18", "null" }, { "x19", "1" }, { "two words", """{"command":"haltTrading"}""" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_command_that_cannot_be_obeyed_is_refused_with_its_reason_and_the_queue_goes_on(string id, string command)
    {
        var told = await desk.CommandAsync(id, JsonDocument.Parse(command).RootElement);
        Assert.Equal("refused", told.Outcome);
        Assert.NotEmpty(told.Reason);
        Assert.NotNull(told.Code);
        await desk.GoesOnAsync();
    }

    [Fact]
    public async Task The_kill_switch_cancels_and_blocks_outlives_a_restart_and_is_released_by_two()
    {
        var minute = desk.Market.Quote();
        await desk.World.FeedAsync(desk.Market);
        var far = desk.Ada.Intent(minute);
        (far["orderType"], far["limitPrice"], far["timeInForce"]) = ("limit", "50.00", "gtc");
        await using var open = await desk.Ada.OpenAsync();
        await open.PublishAsync(Encoding.UTF8.GetBytes(far.ToJsonString()));
        await desk.Ada.PassAsync(minute);
        var resting = await open.AnswerAsync();
        Assert.Equal("approved", resting.Outcome);

        var engage = new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt);
        var first = await desk.CommandAsync("kill-1", engage);
        Assert.Equal("done", first.Outcome);
        Assert.Equal(1, await desk.World.AskAsync<long>(
            "select count(*) from events.mt_events where type = 'order_cancelled' and stream_id = $1", $"order-{resting.OrderId}"));
        Assert.Equal("blocked", (await desk.Ada.TradeAsync(desk.Market)).Outcome);

        await desk.RestartEngineAsync();
        Assert.Equal("blocked", (await desk.Ada.TradeAsync(desk.Market)).Outcome);
        Assert.Equal(first, await desk.CommandAsync("kill-1", engage));
        Assert.Equal(1, await desk.World.CountAsync("kill_switch_engaged"));

        var release = new ReleaseKillSwitch(KillSwitchScope.Portfolio, null);
        Assert.Equal("SECOND_PERSON_NEEDED", (await desk.CommandAsync("kill-2", release)).Code);
        Assert.Equal("done", (await desk.CommandAsync("kill-3", release, approver: "rita")).Outcome);
        await desk.GoesOnAsync();
    }

    [Fact]
    public async Task A_paused_agent_is_refused_and_not_waited_for_until_it_is_resumed()
    {
        Assert.Equal("done", (await desk.CommandAsync("pause-1", new PauseStrategy("ada@1.0.0"))).Outcome);
        Assert.Equal("AGENT_NOT_ACTIVE", (await desk.Ada.TradeAsync(desk.Market)).Code);
        Assert.Equal("done", (await desk.CommandAsync("pause-2", new ResumeStrategy("ada@1.0.0"))).Outcome);
        await desk.GoesOnAsync();
    }
}
