using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;

namespace EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;

public sealed class QuestionTests() : IbkrFixture(null, new IbkrSettings(Questions: [Question.NoMarketData, Question.PriceCap]))
{
    [Fact]
    public async Task An_order_is_there_when_every_question_is_answered()
    {
        var first = await SubmitAsync(Ticket("cOID=asked"));
        Assert.Equal("o354", $"{first.Body![0]!["messageIds"]![0]}");
        var second = await ReplyAsync($"{first.Body![0]!["id"]}", true);
        Assert.Equal("o163", $"{second.Body![0]!["messageIds"]![0]}");
        Assert.Empty(Broker.Venue.Orders);
        var taken = await ReplyAsync($"{second.Body![0]!["id"]}", true);
        Assert.Equal(Assert.Single(Broker.Venue.Orders).Id, $"{taken.Body![0]!["order_id"]}");
    }

    [Fact]
    public async Task No_is_no_and_a_reply_counts_once()
    {
        var id = $"{(await SubmitAsync(Ticket())).Body![0]!["id"]}";
        Assert.Equal("Order not confirmed ", (await ReplyAsync(id, false))["error"]);
        Assert.Equal($"reply id not found: '{id}'", (await ReplyAsync(id, true))["error"]);
        Assert.Empty(Broker.Venue.Orders);
    }

    [Fact]
    public async Task Two_submissions_of_one_client_id_make_one_order()
    {
        await Http.CallAsync("POST", "iserver/questions/suppress", new JsonObject { ["messageIds"] = new JsonArray("o163") });
        var (one, two) = ($"{(await SubmitAsync(Ticket("cOID=twice"))).Body![0]!["id"]}", $"{(await SubmitAsync(Ticket("cOID=twice"))).Body![0]!["id"]}");
        Assert.IsType<JsonArray>((await ReplyAsync(one, true)).Body);
        Assert.Contains("already registered", (await ReplyAsync(two, true))["error"], StringComparison.Ordinal);
        Assert.Single(Broker.Venue.Orders);
    }

    [Fact]
    public async Task What_is_suppressed_is_not_asked_until_it_is_reset_or_the_session_ends()
    {
        Assert.Equal("submitted", (await Http.CallAsync("POST", "iserver/questions/suppress", new JsonObject { ["messageIds"] = new JsonArray("o354", "o163") }))["status"]);
        await PlaceAsync();
        await Http.CallAsync("POST", "iserver/questions/suppress/reset");
        Assert.NotNull((await SubmitAsync(Ticket())).Body![0]!["messageIds"]);
        Assert.Single(Broker.Venue.Orders);
        await Http.CallAsync("POST", "iserver/questions/suppress", new JsonObject { ["messageIds"] = new JsonArray("o354", "o163") });
        await Http.CallAsync("POST", "logout");
        await OpenAsync();
        Assert.NotNull((await SubmitAsync(Ticket())).Body![0]!["messageIds"]);
    }

    [Fact]
    public async Task A_prompt_is_a_rejection_with_choices()
    {
        Broker.Faults.Add("prompt submit 1, prompt reply 1");
        Assert.True((await SubmitAsync(Ticket())).Body!["prompt"]!.GetValue<bool>());
        Assert.True((await ReplyAsync($"{(await SubmitAsync(Ticket())).Body![0]!["id"]}", true)).Body!["prompt"]!.GetValue<bool>());
        Assert.Empty(Broker.Venue.Orders);
    }

    private Task<Said> ReplyAsync(string id, bool confirmed) => Http.CallAsync("POST", $"iserver/reply/{id}", new JsonObject { ["confirmed"] = confirmed });
}
