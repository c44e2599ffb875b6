using System.Text.Json.Nodes;

namespace EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;

public sealed class OrderTests : IbkrFixture
{
    [Fact]
    public async Task An_order_fills_and_status_trades_position_and_ledger_agree()
    {
        var id = await PlaceAsync("cOID=mine quantity=10");
        var status = await Http.CallAsync("GET", $"iserver/account/order/status/{id}");
        Assert.Equal(("Filled", "10.0", "500.00", "BUY"), (status["order_status"], status["cum_fill"], status["average_price"], status["side"]));
        var trade = (await Http.CallAsync("GET", "iserver/account/trades?days=2")).Body![0]!;
        Assert.Equal(("mine", "B", "10", "500.00"), ($"{trade["order_ref"]}", $"{trade["side"]}", $"{trade["size"]}", $"{trade["price"]}"));
        Assert.Equal(Assert.Single(Broker.Venue.Executions).Id, $"{trade["execution_id"]}");
        Assert.Equal(400, (await Http.CallAsync("GET", $"portfolio/{Account}/positions/0")).Code);
        await Http.CallAsync("GET", "portfolio/accounts");
        Broker.Venue.SetPrice("SPY", 510m);
        var position = (await Http.CallAsync("GET", $"portfolio/{Account}/positions/0")).Body![0]!;
        Assert.Equal(("10", "500", "5100"), ($"{position["position"]}", $"{position["avgCost"]}", $"{position["mktValue"]}"));
        var ledger = (await Http.CallAsync("GET", $"portfolio/{Account}/ledger")).Body!["USD"]!;
        Assert.Equal(("95000", "100100"), ($"{ledger["cashbalance"]}", $"{ledger["netliquidationvalue"]}"));
        Assert.Equal("100100", $"{(await Http.CallAsync("GET", $"portfolio/{Account}/summary")).Body!["netliquidation"]!["amount"]}");
        Assert.Equal("97550", (await Http.CallAsync("GET", $"iserver/account/{Account}/summary"))["availableFunds"]);
    }

    [Fact]
    public async Task Live_orders_are_empty_until_asked_for_twice_and_again_after_force()
    {
        var id = await PlaceAsync("cOID=rests orderType=LMT price=490");
        Assert.Empty(await ListAsync(""));
        var order = Assert.Single(await ListAsync(""))!;
        Assert.Equal((id, "Submitted", "rests", "490.00"), ($"{order["orderId"]}", $"{order["status"]}", $"{order["order_ref"]}", $"{order["price"]}"));
        Assert.Empty(await ListAsync("?force=true"));
        Assert.Empty(await ListAsync(""));
        Assert.Single(await ListAsync("?filters=Submitted"));
        Assert.Empty(await ListAsync("?filters=Filled"));
    }

    [Fact]
    public async Task A_clients_id_is_taken_for_ever()
    {
        await PlaceAsync("cOID=once");
        Assert.Equal("Local order ID=once is already registered.", (await SubmitAsync(Ticket("cOID=once")))["error"]);
        Assert.Single(Broker.Venue.Orders);
    }

    [Theory]
    [InlineData("STP side=BUY price=505", 505)]
    [InlineData("STP side=SELL auxPrice=495", 495)]
    [InlineData("STOP_LIMIT side=BUY price=506 auxPrice=505", 505.5)]
    [InlineData("TRAIL side=SELL trailingAmt=10 trailingType=amt", 490)]
    [InlineData("TRAIL side=SELL trailingAmt=2 trailingType=%", 490)]
    public async Task A_stop_is_presubmitted_until_its_price(string words, double reached)
    {
        var id = await PlaceAsync("orderType=" + words);
        Assert.Equal("PreSubmitted", await StatusAsync(id));
        Broker.Venue.SetPrice("SPY", (decimal)reached);
        Assert.Equal("Filled", await StatusAsync(id));
    }

    [Fact]
    public async Task A_change_keeps_the_id_and_a_cancel_is_a_request()
    {
        var id = await PlaceAsync("orderType=LMT price=490 quantity=10");
        Broker.Venue.SetPrice("SPY", 490m, 4m);
        Broker.Venue.SetPrice("SPY", 500m);
        var changed = await Http.CallAsync("POST", $"iserver/account/{Account}/order/{id}", Ticket("orderType=LMT price=495 quantity=6"));
        Assert.Equal((id, "Submitted"), ($"{changed.Body![0]!["order_id"]}", $"{changed.Body![0]!["order_status"]}"));
        Assert.Contains("not above the 4", (await Http.CallAsync("POST", $"iserver/account/{Account}/order/{id}", Ticket("orderType=LMT price=495 quantity=3")))["error"], StringComparison.Ordinal);
        var cancelled = await Http.CallAsync("DELETE", $"iserver/account/{Account}/order/{id}");
        Assert.Equal(("Request was submitted", id), (cancelled["msg"], cancelled["order_id"]));
        Assert.Equal("Cancelled", await StatusAsync(id));
        Assert.Equal($"OrderID {id} doesn't exist", (await Http.CallAsync("DELETE", $"iserver/account/{Account}/order/{id}"))["error"]);
        Assert.Equal("OrderID 5 doesn't exist", (await Http.CallAsync("POST", $"iserver/account/{Account}/order/5", Ticket()))["error"]);
        Assert.Equal(400, (await Http.CallAsync("GET", "iserver/account/order/status/5")).Code);
        Assert.Equal(4m, Broker.Venue.Account["SPY"].Quantity);
    }

    [Fact]
    public async Task A_bracket_waits_for_its_parent_and_a_group_ends_together()
    {
        var said = await SubmitAsync(Ticket("cOID=entry orderType=LMT price=490"), Ticket("parentId=entry side=SELL orderType=LMT price=520"), Ticket("parentId=entry side=SELL orderType=STP auxPrice=480"));
        var ids = said.Body.All("order_id");
        Assert.Equal(["Submitted", "PreSubmitted", "PreSubmitted"], said.Body.All("order_status"));
        Broker.Venue.SetPrice("SPY", 490m);
        Broker.Venue.SetPrice("SPY", 520m);
        Assert.Equal(("Filled", "Filled", "Cancelled"), (await StatusAsync(ids[0]), await StatusAsync(ids[1]), await StatusAsync(ids[2])));
        var group = (await SubmitAsync(Ticket("orderType=LMT price=400 isSingleGroup=true"), Ticket("orderType=LMT price=410 isSingleGroup=true"))).Body.All("order_id");
        Broker.Venue.SetPrice("SPY", 410m);
        Assert.Equal(("Cancelled", "Filled"), (await StatusAsync(group[0]), await StatusAsync(group[1])));
    }

    [Fact]
    public async Task A_preview_tells_and_does_nothing()
    {
        var said = await Http.CallAsync("POST", $"iserver/account/{Account}/orders/whatif", new JsonObject { ["orders"] = new JsonArray(Ticket("quantity=10")) });
        Assert.Equal(("5,000 USD (10 Shares)", "10", "2,500"), ($"{said.Body!["amount"]!["amount"]}", $"{said.Body["position"]!["after"]}", $"{said.Body["initial"]!["after"]}"));
        Assert.Empty(Broker.Venue.Orders);
    }

    [Theory]
    [InlineData("conid=1", "conid 1 is not a contract")]
    [InlineData("orderType=LMT", "price is missing")]
    [InlineData("orderType=PEG", "orderType 'PEG'")]
    [InlineData("side=HOLD", "side 'HOLD'")]
    [InlineData("tif=FOK", "tif 'FOK'")]
    [InlineData("quantity=1.5", "must be whole")]
    [InlineData("quantity=-1", "must be a number above 0")]
    [InlineData("parentId=none", "parentId none is not an order")]
    public async Task What_breaks_a_rule_is_answered_with_an_error(string words, string error)
    {
        AsksBadly = true;
        var said = await SubmitAsync(Ticket(words));
        Assert.Equal(200, said.Code);
        Assert.Contains(error, said["error"], StringComparison.Ordinal);
        Assert.Empty(Broker.Venue.Orders);
    }

    [Fact]
    public async Task Orders_of_another_account_or_without_any_are_refused()
    {
        AsksBadly = true;
        Assert.Equal(400, (await Http.CallAsync("POST", "iserver/account/U1/orders", new JsonArray(Ticket()))).Code);
        Assert.Contains("from 1 to 20", (await SubmitAsync())["error"], StringComparison.Ordinal);
        Assert.Equal("orders must be an array", (await Http.CallAsync("POST", $"iserver/account/{Account}/orders", new JsonObject()))["error"]);
    }

    [Fact]
    public async Task Contracts_are_found_by_symbol()
    {
        Assert.Equal(Spy, $"{(await Http.CallAsync("GET", "iserver/secdef/search?symbol=SPY")).Body![0]!["conid"]}");
        Assert.Equal(Spy, $"{(await Http.CallAsync("POST", "iserver/secdef/search", Json.Of("symbol=SPY"))).Body![0]!["conid"]}");
        var stocks = (await Http.CallAsync("GET", "trsrv/stocks?symbols=SPY,NOPE")).Body!;
        Assert.Equal(Spy, $"{stocks["SPY"]![0]!["contracts"]![0]!["conid"]}");
        Assert.Empty(stocks["NOPE"]!.AsArray());
        Assert.Empty((await Http.CallAsync("GET", "iserver/secdef/search?symbol=NOPE")).Body!.AsArray());
    }

    private async Task<JsonArray> ListAsync(string query) => (await Http.CallAsync("GET", "iserver/account/orders" + query)).Body!["orders"]!.AsArray();
}
