using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;

namespace EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;

public sealed class StreamTests : IbkrFixture
{
    [Fact]
    public async Task Orders_and_trades_are_followed_from_what_there_is()
    {
        await PlaceAsync("cOID=before");
        await using var stream = await SocketClient.OpenAsync(Broker.Address, "/v1/api/ws");
        Assert.Equal(["system", "sts", "act"], (await stream.NextAsync(3)).Select(m => $"{m["topic"]}"));
        await stream.SendAsync("sor+{}");
        Assert.Equal(["before"], (await stream.NextAsync())!["args"].All("order_ref"));
        await stream.SendAsync("str+{}");
        Assert.Equal(["before"], (await stream.NextAsync())!["args"].All("order_ref"));
        await PlaceAsync("cOID=later");
        var said = await stream.NextAsync(4);
        Assert.Equal(["sor PendingSubmit", "sor Submitted", "sor Filled", "str "], said.Select(m => $"{m["topic"]} {m["args"]![0]!["status"]}"));
        // The file says nothing of what the stream sends; orders and trades have the schemas of the answers.
        foreach (var orders in said.Take(3)) Record("/iserver/account/orders", new JsonObject { ["orders"] = orders["args"]!.DeepClone(), ["snapshot"] = true });
        Record("/iserver/account/trades", said[3]["args"]!);
        Assert.Equal(Broker.Venue.Executions[1].Id, $"{said[3]["args"]![0]!["execution_id"]}");
    }

    private void Record(string path, JsonNode body) => Broker.Traffic.Record(new Exchange("GET", path, path, null, 200, body, null));

    [Fact]
    public async Task Subscriptions_end_and_the_session_is_kept_alive()
    {
        await using var stream = await SocketClient.OpenAsync(Broker.Address, "/v1/api/ws");
        await stream.NextAsync(3);
        await stream.SendAsync("str+{\"realtimeUpdatesOnly\":true}");
        await stream.SendAsync("utr");
        await stream.SendAsync("tic");
        Assert.Equal(("tic", "true"), await stream.NextAsync() is { } tic ? ($"{tic["topic"]}", $"{tic["alive"]}") : default);
        await PlaceAsync();
        await stream.SendAsync("ech+hb");
        Assert.Equal("system", $"{(await stream.NextAsync())!["topic"]}");
        await stream.SendAsync("xyz");
        Assert.Equal("error", $"{(await stream.NextAsync())!["topic"]}");
    }
}
