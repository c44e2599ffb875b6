using System.Text;
using System.Text.Json.Nodes;

namespace EventSourcedTrading.Integration;

/// <summary>A message that comes again gets its first answer again, and is done once.</summary>
public sealed class RepeatTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task A_repeat_gets_the_first_answer_before_and_after_a_restart_and_long_after()
    {
        var minute = desk.Market.Quote();
        await desk.World.FeedAsync(desk.Market);
        var intent = desk.Ada.Intent(minute);
        var first = await TwiceThenDecidedAsync(intent, minute);
        Assert.Equal(("approved", (string)intent["intentId"]!), (first.Outcome, first.Id));

        Assert.Equal(first, await desk.Ada.SendAsync(intent));
        await desk.RestartEngineAsync();
        Assert.Equal(first, await desk.Ada.SendAsync(intent));
        for (var i = 0; i < 30; i++) await desk.Ada.TradeAsync(desk.Market, later => later["quantity"] = "0");
        Assert.Equal(first, await desk.Ada.SendAsync(intent));
        await desk.RestartEngineAsync();
        Assert.Equal(first, await desk.Ada.SendAsync(intent));

        Assert.Equal(1, await desk.World.AskAsync<long>(
            "select count(*) from events.mt_events where type = 'intent_received' and data->'intent'->>'intentId' = $1", first.Id));
        Assert.Equal(1, await desk.World.AskAsync<long>("select count(*) from events.mt_events where type = 'order_approved' and correlation_id = $1", first.DecisionId!));
    }

    [Fact]
    public async Task An_id_with_other_content_is_refused_and_the_first_stands()
    {
        var minute = desk.Market.Quote();
        await desk.World.FeedAsync(desk.Market);
        var intent = desk.Ada.Intent(minute);
        await using var open = await desk.Ada.OpenAsync();
        await open.PublishAsync(Encoding.UTF8.GetBytes(intent.ToJsonString()));
        var other = (JsonObject)intent.DeepClone();
        other["quantity"] = "20";
        await open.PublishAsync(Encoding.UTF8.GetBytes(other.ToJsonString()));
        Assert.Equal("DUPLICATE_ID", (await open.AnswerAsync()).Code);
        await desk.Ada.PassAsync(minute);
        var told = await open.AnswerAsync();
        Assert.Equal(("approved", (string)intent["intentId"]!), (told.Outcome, told.Id));
        Assert.Equal("10", await desk.World.AskAsync<string>(
            "select data->>'quantity' from events.mt_events where type = 'decision_made' and data->>'decisionId' = $1", told.DecisionId!));
    }

    [Fact]
    public async Task Refusals_are_repeated_too()
    {
        var intent = desk.Ada.Intent(1);
        intent["instrument"] = "NONE.ARCX";
        var first = await desk.Ada.SendAsync(intent);
        await desk.RestartEngineAsync();
        Assert.Equal(first, await desk.Ada.SendAsync(intent));
    }

    private async Task<Told> TwiceThenDecidedAsync(JsonObject intent, int minute)
    {
        await using var open = await desk.Ada.OpenAsync();
        await open.PublishAsync(Encoding.UTF8.GetBytes(intent.ToJsonString()));
        await open.PublishAsync(Encoding.UTF8.GetBytes(intent.ToJsonString()));
        await Eventually.TrueAsync(async () => await desk.World.AskAsync<long>(
            "select count(*) from events.mt_events where type = 'intent_received' and data->'intent'->>'intentId' = $1", (string)intent["intentId"]!) == 1, "it is received");
        Assert.False(open.HasAnswer); // nothing is known before the round closes
        await desk.Ada.PassAsync(minute);
        return await open.AnswerAsync();
    }
}
