using System.Net.WebSockets;
using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.BrokerFakes.Serving;

namespace EventSourcedTrading.BrokerFakes.Tests.Alpaca;

public sealed class TradeUpdatesTests() : AlpacaFixture(null, new AlpacaSettings(BinaryFrames: true))
{
    [Fact]
    public async Task An_order_is_followed_in_binary_frames()
    {
        await using var stream = await ListenAsync();
        Assert.Equal(WebSocketMessageType.Binary, stream.Frames);
        Broker.Venue.SetPrice("SPY", 500m, 4m);
        var id = (await PlaceAsync("qty=10"))["id"];
        Broker.Venue.SetPrice("SPY", 501m);
        var said = await stream.NextAsync(4);
        Assert.Equal(["pending_new", "new", "partial_fill", "fill"], said.Select(m => $"{m["data"]!["event"]}"));
        Assert.All(said, m => Assert.Equal(id, $"{m["data"]!["order"]!["id"]}"));
        var (part, fill) = (said[2]["data"]!, said[3]["data"]!);
        Assert.Equal(("4", "500", "4", "partially_filled"), ($"{part["qty"]}", $"{part["price"]}", $"{part["position_qty"]}", $"{part["order"]!["status"]}"));
        Assert.Equal(("6", "501", "10", "filled"), ($"{fill["qty"]}", $"{fill["price"]}", $"{fill["position_qty"]}", $"{fill["order"]!["status"]}"));
        // A stream's order has no path of its own in the file; its schema is that of one that is asked for.
        foreach (var message in said) Broker.Traffic.Record(new Exchange("GET", "/v2/orders/1", "/v2/orders/{order_id}", null, 200, message["data"]!["order"], null));
        Assert.Equal(Broker.Venue.Executions.Select(e => e.Id), [$"{part["execution_id"]}", $"{fill["execution_id"]}"]);
    }

    [Fact]
    public async Task Cancel_replacement_and_end_of_day_are_told()
    {
        await using var stream = await ListenAsync();
        var first = (await PlaceAsync("type=limit limit_price=400"))["id"];
        await Http.CallAsync("PATCH", $"/v2/orders/{first}", Json.Of("limit_price=401"));
        var second = (await PlaceAsync("type=limit limit_price=402"))["id"];
        await Http.CallAsync("DELETE", $"/v2/orders/{second}");
        Broker.Venue.CloseMarket();
        Assert.Equal(["pending_new", "new", "replaced", "new", "pending_new", "new", "canceled", "expired"], (await stream.NextAsync(8)).Select(m => $"{m["data"]!["event"]}"));
    }

    [Fact]
    public async Task Nothing_is_told_to_a_stranger()
    {
        await using var early = await SocketClient.OpenAsync(Broker.Address, "/stream");
        await early.SendAsync("""{"action":"listen","data":{"streams":["trade_updates"]}}""");
        Assert.Equal("unauthorized", $"{(await early.NextAsync())!["data"]!["status"]}");
        await early.SendAsync("nonsense");
        Assert.Equal("error", $"{(await early.NextAsync())!["stream"]}");
        await PlaceAsync();
        await early.SilentAsync();
        await using var wrong = await SocketClient.OpenAsync(Broker.Address, "/stream");
        await wrong.SendAsync("""{"action":"auth","key":"AKTEST","secret":"guess"}""");
        Assert.Equal("unauthorized", $"{(await wrong.NextAsync())!["data"]!["status"]}");
        Assert.Null(await wrong.NextAsync());
    }

    [Fact]
    public async Task A_plain_request_to_the_stream_is_refused()
    {
        Assert.Equal(400, (await Http.CallAsync("GET", "/stream")).Code);
        Assert.Equal(404, (await Http.CallAsync("GET", "/v2/nothing")).Code);
    }
}
