using System.Text;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;

namespace EventSourcedTrading.Integration;

/// <summary>What an operator asks, by NATS.</summary>
public sealed class ControlTests(Desk desk) : IClassFixture<Desk>
{
    /// <summary>Each of these once stopped an engine, or could have.</summary>
    public static TheoryData<string> Hostile => new(
        "", "null", "[]", "{}", "{\"commandId\":\"x\"}", "not json", "{\"commandId\":\"x\",\"actor\":\"a\",\"reason\":\"r\"}",
        Body("x1", """{"command":"dance"}"""), Body("x2", """{"command":"pauseStrategy"}"""), Body("x3", """{"command":"pauseStrategy","agent":null}"""),
        Body("x4", """{"command":"loadStrategy","agent":"bob@1.0.0","summary":"s","instruments":[null],"parameters":{}}"""),
        Body("x5", """{"command":"loadStrategy","agent":"bob@1.0.0"}"""), Body("x6", """{"command":"cancelOrder"}"""), Body("x7", """{"command":"cancelOrder","orderId":"none"}"""),
        Body("x8", """{"command":"setRiskLimits"}"""), Body("x9", """{"command":"setRiskLimits","limits":{}}"""), Body("x10", """{"command":"setVotingPolicy","policy":{}}"""),
        Body("x11", """{"command":"moveCash","currency":"USD","amount":"79228162514264337593543950335"}"""), Body("x12", """{"command":"moveCash","currency":"US","amount":"1"}"""),
        Body("x13", """{"command":"engageKillSwitch"}"""), Body("x14", """{"command":"releaseKillSwitch","scope":"portfolio"}"""), Body("x15", """{"command":"openPortfolio"}"""),
        Body("two words", """{"command":"haltTrading"}"""), Body("", """{"command":"haltTrading"}"""), Body("a\\u0000b", """{"command":"haltTrading"}"""), Body("a\\nb", """{"command":"haltTrading"}"""),
        """{"commandId":"x16","actor":"a\u0000b","reason":"r","command":{"command":"haltTrading"}}""", """{"commandId":"x17","actor":"","reason":"r","command":{"command":"haltTrading"}}""",
        """{"commandId":"x18","actor":"a","reason":"\ud800","command":{"command":"haltTrading"}}""");

    private static string Body(string id, string command) => $$"""{"commandId":"{{id}}","actor":"mallory","reason":"a test","command":{{command}}}""";

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_command_that_cannot_be_obeyed_is_refused_with_its_reason_and_the_queue_goes_on(string body)
    {
        var told = await AskAsync(Encoding.UTF8.GetBytes(body));
        Assert.Equal("refused", told.Outcome);
        Assert.NotEmpty(told.Reason);
        Assert.NotNull(told.Code);
        await desk.GoesOnAsync();
    }

    [Fact]
    public async Task The_kill_switch_cancels_and_blocks_outlives_a_restart_and_is_released()
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

        var engage = new CommandInput("kill-1", "olga", "something is wrong", new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt));
        var first = await AskAsync(InputJson.WriteCommand(engage));
        Assert.Equal("done", first.Outcome);
        Assert.Equal(1, await desk.World.AskAsync<long>(
            "select count(*) from events.mt_events where type = 'order_cancelled' and stream_id = $1", $"order-{resting.OrderId}"));
        Assert.Equal("blocked", (await desk.Ada.TradeAsync(desk.Market)).Outcome);

        await desk.RestartEngineAsync();
        Assert.Equal("blocked", (await desk.Ada.TradeAsync(desk.Market)).Outcome);
        Assert.Equal(first, await AskAsync(InputJson.WriteCommand(engage)));
        Assert.Equal(1, await desk.World.CountAsync("kill_switch_engaged"));

        Assert.Equal("done", (await AskAsync(InputJson.WriteCommand(new("kill-2", "olga", "all is well", new ReleaseKillSwitch(KillSwitchScope.Portfolio, null), "rita")))).Outcome);
        await desk.GoesOnAsync();
    }

    [Fact]
    public async Task A_paused_agent_is_refused_and_not_waited_for_until_it_is_resumed()
    {
        Assert.Equal("done", (await AskAsync(InputJson.WriteCommand(new("pause-1", "olga", "a look at it", new PauseStrategy("ada@1.0.0"))))).Outcome);
        Assert.Equal("AGENT_NOT_ACTIVE", (await desk.Ada.TradeAsync(desk.Market)).Code);
        Assert.Equal("done", (await AskAsync(InputJson.WriteCommand(new("pause-2", "olga", "looked at it", new ResumeStrategy("ada@1.0.0"))))).Outcome);
        await desk.GoesOnAsync();
    }

    private async Task<Told> AskAsync(byte[] body)
    {
        var inbox = $"_INBOX.{Guid.NewGuid():N}";
        await using var answers = await desk.Ada.Nats.SubscribeCoreAsync(inbox);
        await desk.Ada.Nats.PublishAsync($"{desk.World.Options.Prefix}.control.command.main", body, new NatsHeaders { [Subjects.ReplyTo] = inbox });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var answer = await answers.Msgs.ReadAsync(patience.Token);
        return Told.Read(answer.Memory.Span);
    }
}
