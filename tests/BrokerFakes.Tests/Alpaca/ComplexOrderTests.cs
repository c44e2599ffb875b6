using System.Text.Json.Nodes;

namespace EventSourcedTrading.BrokerFakes.Tests.Alpaca;

public sealed class ComplexOrderTests : AlpacaFixture
{
    [Theory]
    [InlineData(520, "filled", "canceled")]
    [InlineData(480, "canceled", "filled")]
    public async Task Legs_of_a_bracket_wait_for_the_entry_and_one_ends_the_other(double price, string profit, string loss)
    {
        var placed = await ComplexAsync("bracket", "buy", "limit", 490m, 520m, 480m);
        Assert.Equal(["held", "held"], placed.Body!["legs"].All("status"));
        Assert.Single((await Http.CallAsync("GET", "/v2/orders?nested=true")).Body!.AsArray());
        Assert.Equal(3, (await Http.CallAsync("GET", "/v2/orders")).Body!.AsArray().Count);
        Broker.Venue.SetPrice("SPY", 490m);
        Assert.Equal(["new", "new"], await LegsAsync(placed["id"]));
        Broker.Venue.SetPrice("SPY", (decimal)price);
        Assert.Equal([profit, loss], await LegsAsync(placed["id"]));
        Assert.Equal(0m, Broker.Venue.Account["SPY"].Quantity);
    }

    [Fact]
    public async Task Legs_go_with_an_entry_that_is_cancelled_and_stay_with_one_that_is_replaced()
    {
        var first = await ComplexAsync("bracket", "buy", "limit", 490m, 520m, 480m);
        await Http.CallAsync("DELETE", $"/v2/orders/{first["id"]}");
        Assert.Equal(["canceled", "canceled"], await LegsAsync(first["id"]));
        var second = await ComplexAsync("bracket", "buy", "limit", 490m, 520m, 480m);
        await Http.CallAsync("PATCH", $"/v2/orders/{second["id"]}", Json.Of("limit_price=495"));
        Broker.Venue.SetPrice("SPY", 495m);
        Assert.Equal(["new", "new"], await LegsAsync(second["id"]));
    }

    [Fact]
    public async Task Of_one_cancels_the_other_either_ends_the_pair()
    {
        await PlaceAsync("qty=10");
        var placed = await ComplexAsync("oco", "sell", "limit", null, 520m, 480m);
        Assert.Equal(["new"], await LegsAsync(placed["id"]));
        // The pair promises its shares once.
        Assert.Equal(("0", "10"), await PlaceAsync("side=sell qty=1") is var more ? (more["available"], more["held_for_orders"]) : default);
        Broker.Venue.SetPrice("SPY", 480m);
        Assert.Equal(["filled"], await LegsAsync(placed["id"]));
        Assert.Equal("canceled", await StatusAsync(placed["id"]));
    }

    [Fact]
    public async Task One_triggers_the_other()
    {
        var placed = await ComplexAsync("oto", "buy", "market", null, null, 480m);
        Assert.Equal(["new"], await LegsAsync(placed["id"]));
        Broker.Venue.SetPrice("SPY", 470m);
        Assert.Equal(["filled"], await LegsAsync(placed["id"]));
    }

    [Fact]
    public async Task A_profit_below_the_loss_is_refused()
    {
        var said = await ComplexAsync("bracket", "buy", "market", null, 480m, 520m);
        Assert.Equal((422, "take_profit.limit_price must be > stop_loss.stop_price"), (said.Code, said["message"]));
    }

    private async Task<IReadOnlyList<string>> LegsAsync(string id) => (await Http.CallAsync("GET", $"/v2/orders/{id}?nested=true")).Body!["legs"].All("status");

    private Task<Said> ComplexAsync(string style, string side, string type, decimal? limit, decimal? profit, decimal? stop)
    {
        var body = Json.Of($"symbol=SPY qty=10 side={side} type={type} time_in_force=gtc order_class={style}");
        if (limit is { } l) body["limit_price"] = $"{l}";
        if (profit is { } p) body["take_profit"] = new JsonObject { ["limit_price"] = $"{p}" };
        if (stop is { } s) body["stop_loss"] = new JsonObject { ["stop_price"] = $"{s}" };
        return Http.CallAsync("POST", "/v2/orders", body);
    }
}
