using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Tests.Alpaca;

public sealed class OrderTests : AlpacaFixture
{
    [Fact]
    public async Task A_market_order_fills_at_the_price_and_account_position_and_activity_agree()
    {
        var placed = await PlaceAsync("qty=10 client_order_id=mine");
        Assert.Equal((200, "pending_new", "0", "mine"), (placed.Code, placed["status"], placed["filled_qty"], placed["client_order_id"]));
        var order = await Http.CallAsync("GET", $"/v2/orders/{placed["id"]}");
        Assert.Equal(("filled", "10", "500"), (order["status"], order["filled_qty"], order["filled_avg_price"]));
        Assert.Equal("95000.00", (await Http.CallAsync("GET", "/v2/account"))["cash"]);
        Broker.Venue.SetPrice("SPY", 510m);
        var position = await Http.CallAsync("GET", "/v2/positions/SPY");
        Assert.Equal(("10", "500", "5100.00", "100.00", "long"), (position["qty"], position["avg_entry_price"], position["market_value"], position["unrealized_pl"], position["side"]));
        Assert.Equal("100100.00", (await Http.CallAsync("GET", "/v2/account"))["equity"]);
        var activity = (await Http.CallAsync("GET", "/v2/account/activities/FILL")).Body![0]!;
        Assert.Equal((placed["id"], "10", "500", "fill"), ($"{activity["order_id"]}", $"{activity["qty"]}", $"{activity["price"]}", $"{activity["type"]}"));
        Assert.Equal(placed["id"], Assert.Single(Broker.Venue.Executions).OrderId);
    }

    [Fact]
    public async Task A_limit_rests_fills_in_parts_as_far_as_the_size_goes_and_is_found_by_the_clients_id()
    {
        var id = (await PlaceAsync("qty=10 type=limit limit_price=490 client_order_id=rests"))["id"];
        Assert.Equal("new", await StatusAsync(id));
        Broker.Venue.SetPrice("SPY", 489m, 4m);
        Assert.Equal("partially_filled", await StatusAsync(id));
        Broker.Venue.SetPrice("SPY", 488m);
        var order = await Http.CallAsync("GET", "/v2/orders:by_client_order_id?client_order_id=rests");
        Assert.Equal((id, "filled", "488.4"), (order["id"], order["status"], order["filled_avg_price"]));
        Assert.Equal(404, (await Http.CallAsync("GET", "/v2/orders:by_client_order_id?client_order_id=none")).Code);
    }

    [Theory]
    [InlineData("side=buy type=stop stop_price=505", 505)]
    [InlineData("side=sell type=stop stop_price=495", 495)]
    [InlineData("side=buy type=stop_limit stop_price=505 limit_price=506", 505.5)]
    [InlineData("side=sell type=trailing_stop trail_price=10", 489)]
    [InlineData("side=sell type=trailing_stop trail_percent=2", 490)]
    public async Task A_stop_waits_for_its_price(string words, double reached)
    {
        var id = (await PlaceAsync(words))["id"];
        Assert.Equal("new", await StatusAsync(id));
        Broker.Venue.SetPrice("SPY", (decimal)reached);
        Assert.Equal("filled", await StatusAsync(id));
    }

    [Fact]
    public async Task A_trailing_stop_follows_the_best_price()
    {
        var id = (await PlaceAsync("side=sell type=trailing_stop trail_price=10"))["id"];
        Broker.Venue.SetPrice("SPY", 520m);
        var order = await Http.CallAsync("GET", $"/v2/orders/{id}");
        Assert.Equal(("520", "510", "new"), (order["hwm"], order["stop_price"], order["status"]));
        Broker.Venue.SetPrice("SPY", 511m);
        Assert.Equal("new", await StatusAsync(id));
        Broker.Venue.SetPrice("SPY", 510m);
        Assert.Equal("filled", await StatusAsync(id));
    }

    [Fact]
    public async Task A_trailing_stop_that_buys_follows_the_lowest_price()
    {
        var id = (await PlaceAsync("type=trailing_stop trail_price=10"))["id"];
        Broker.Venue.SetPrice("SPY", 480m);
        Broker.Venue.SetPrice("SPY", 489m);
        Assert.Equal("new", await StatusAsync(id));
        Broker.Venue.SetPrice("SPY", 490m);
        Assert.Equal("filled", await StatusAsync(id));
    }

    [Fact]
    public async Task What_can_be_traded_goes_to_the_oldest_first()
    {
        var (first, second) = ((await PlaceAsync("qty=3 type=limit limit_price=490"))["id"], (await PlaceAsync("qty=3 type=limit limit_price=495"))["id"]);
        Broker.Venue.SetPrice("SPY", 485m, 4m);
        Assert.Equal((3m, 1m), (Broker.Venue.Find(first)!.Filled, Broker.Venue.Find(second)!.Filled));
    }

    [Theory]
    [InlineData("ioc", "canceled", "4")]
    [InlineData("fok", "canceled", "0")]
    [InlineData("day", "partially_filled", "4")]
    public async Task Impatient_orders_take_what_is_there_or_nothing(string force, string status, string filled)
    {
        Broker.Venue.SetPrice("SPY", 500m, 4m);
        var order = await Http.CallAsync("GET", $"/v2/orders/{(await PlaceAsync($"qty=10 time_in_force={force}"))["id"]}");
        Assert.Equal((status, filled), (order["status"], order["filled_qty"]));
    }

    [Fact]
    public async Task The_day_ends_what_was_good_for_it_and_auctions_have_their_own_orders()
    {
        var day = (await PlaceAsync("type=limit limit_price=400"))["id"];
        var gtc = (await PlaceAsync("type=limit limit_price=400 time_in_force=gtc"))["id"];
        var cls = (await PlaceAsync("time_in_force=cls"))["id"];
        Broker.Venue.CloseMarket();
        Assert.Equal(("expired", "new", "filled"), (await StatusAsync(day), await StatusAsync(gtc), await StatusAsync(cls)));
        var opg = (await PlaceAsync("time_in_force=opg"))["id"];
        var far = (await PlaceAsync("time_in_force=opg type=limit limit_price=400"))["id"];
        var next = (await PlaceAsync())["id"];
        Assert.Equal(("accepted", "accepted"), (await StatusAsync(opg), await StatusAsync(next)));
        Assert.Equal("False", $"{(await Http.CallAsync("GET", "/v2/clock")).Body!["is_open"]!.GetValue<bool>()}");
        Broker.Venue.OpenMarket();
        Assert.Equal(("filled", "expired", "filled"), (await StatusAsync(opg), await StatusAsync(far), await StatusAsync(next)));
    }

    [Fact]
    public async Task A_notional_order_buys_for_an_amount_of_money()
    {
        var order = await Http.CallAsync("GET", $"/v2/orders/{(await PlaceAsync("notional=1001"))["id"]}");
        Assert.Equal(("1001", "2.002", "filled"), (order["notional"], order["filled_qty"], order["status"]));
        Assert.Null(order.Body!["qty"]);
    }

    [Fact]
    public async Task A_replacement_is_a_new_order_and_the_old_one_names_it()
    {
        var old = (await PlaceAsync("qty=10 type=limit limit_price=490"))["id"];
        var next = await Http.CallAsync("PATCH", $"/v2/orders/{old}", Json.Of("qty=5 limit_price=495 client_order_id=second"));
        Assert.Equal((200, old, "second", "5", "495"), (next.Code, next["replaces"], next["client_order_id"], next["qty"], next["limit_price"]));
        var ended = await Http.CallAsync("GET", $"/v2/orders/{old}");
        Assert.Equal(("replaced", next["id"]), (ended["status"], ended["replaced_by"]));
        Broker.Venue.SetPrice("SPY", 495m);
        Assert.Equal("filled", await StatusAsync(next["id"]));
        Assert.Equal(422, (await Http.CallAsync("PATCH", $"/v2/orders/{next["id"]}", Json.Of("qty=7"))).Code);
        var small = (await PlaceAsync("type=limit limit_price=400"))["id"];
        Assert.Equal(403, (await Http.CallAsync("PATCH", $"/v2/orders/{small}", Json.Of("qty=10000"))).Code);
        // Of 200,000 the old order has 120,000; the new one's 160,000 stand in for them.
        var large = (await Http.CallAsync("PATCH", $"/v2/orders/{small}", Json.Of("qty=300")))["id"];
        Assert.Equal(200, (await Http.CallAsync("PATCH", $"/v2/orders/{large}", Json.Of("qty=400"))).Code);
        Assert.Equal(404, (await Http.CallAsync("PATCH", "/v2/orders/none", Json.Of("qty=7"))).Code);
    }

    [Fact]
    public async Task A_cancel_is_accepted_once()
    {
        var id = (await PlaceAsync("type=limit limit_price=400"))["id"];
        Assert.Equal(204, (await Http.CallAsync("DELETE", $"/v2/orders/{id}")).Code);
        Assert.Equal("canceled", await StatusAsync(id));
        var again = await Http.CallAsync("DELETE", $"/v2/orders/{id}");
        Assert.Equal((422, "42210000", "order is already in \"canceled\" state"), (again.Code, again["code"], again["message"]));
        Assert.Equal(404, (await Http.CallAsync("DELETE", "/v2/orders/none")).Code);
        await PlaceAsync("type=limit limit_price=400");
        await PlaceAsync("type=limit limit_price=401");
        var all = await Http.CallAsync("DELETE", "/v2/orders");
        Assert.Equal((207, 2), (all.Code, all.Body!.AsArray().Count));
        Assert.Empty(Broker.Venue.Open(null));
    }

    [Fact]
    public async Task The_list_pages_by_time_and_filters()
    {
        for (var i = 0; i < 5; i++)
        {
            await PlaceAsync($"type=limit limit_price=10{i} client_order_id=o{i} symbol={(i == 3 ? "AAPL" : "SPY")}");
            Time.Pass(TimeSpan.FromSeconds(1));
        }

        await Http.CallAsync("DELETE", $"/v2/orders/{Broker.Venue.FindByClient("o1")!.Id}");
        Assert.Equal(["o4", "o3", "o2", "o0"], await ListAsync(""));
        Assert.Equal(["o1", "o3"], (await ListAsync("?status=closed")).Concat(await ListAsync("?symbols=AAPL,MSFT")));
        Assert.Equal(["o0", "o1"], await ListAsync("?status=all&direction=asc&limit=2"));
        var after = Uri.EscapeDataString(Broker.Venue.FindByClient("o1")!.SubmittedAt.ToString("O"));
        Assert.Equal(["o2", "o3"], await ListAsync($"?status=all&direction=asc&limit=2&after={after}"));
        Assert.Equal(["o0"], await ListAsync($"?status=all&until={after}"));
        AsksBadly = true;
        Assert.Equal(422, (await Http.CallAsync("GET", "/v2/orders?limit=501")).Code);
        Assert.Equal(422, (await Http.CallAsync("GET", "/v2/orders?status=some")).Code);
    }

    [Theory]
    [InlineData("symbol=NOPE", 422, "asset \"NOPE\" not found")]
    [InlineData("qty=0", 422, "qty must be a number above 0")]
    [InlineData("qty=1 notional=5", 422, "only one of qty or notional")]
    [InlineData("side=hold", 422, "invalid side")]
    [InlineData("type=peg", 422, "invalid type")]
    [InlineData("time_in_force=gtd", 422, "invalid time_in_force")]
    [InlineData("type=limit", 422, "limit orders require limit price")]
    [InlineData("limit_price=5", 422, "market orders require no limit price")]
    [InlineData("type=stop", 422, "stop orders require stop price")]
    [InlineData("type=trailing_stop", 422, "must specify one of trail_price or trail_percent")]
    [InlineData("type=limit limit_price=500.001", 422, "sub-penny increment")]
    [InlineData("qty=1.5 time_in_force=gtc", 422, "fractional orders must be DAY")]
    [InlineData("qty=0.1234567891", 422, "at most 9 decimals")]
    [InlineData("notional=0.5", 403, "minimal amount of order 1")]
    [InlineData("qty=1e13", 422, "qty must be a number above 0")]
    [InlineData("extended_hours=true", 422, "extended hours order must be DAY limit")]
    [InlineData("client_order_id=1234567890123456789012345678901234567890123456789", 422, "no more than 48")]
    [InlineData("order_class=mleg", 422, "invalid order_class")]
    [InlineData("order_class=bracket", 422, "require take_profit.limit_price")]
    [InlineData("qty=10000", 403, "insufficient buying power")]
    [InlineData("symbol=GME side=sell", 422, "cannot be sold short")]
    public async Task What_breaks_a_rule_is_refused_by_name(string words, int status, string message)
    {
        AsksBadly = true;
        var said = await PlaceAsync(words);
        Assert.Equal(status, said.Code);
        Assert.Contains(message, said["message"], StringComparison.Ordinal);
        Assert.True(said["code"].Length == 8, said["code"]);
        Assert.Empty(Broker.Venue.Orders);
    }

    [Fact]
    public async Task A_clients_id_is_taken_for_ever()
    {
        await PlaceAsync("client_order_id=once");
        var again = await PlaceAsync("client_order_id=once");
        Assert.Equal((422, "40010001", "client_order_id must be unique"), (again.Code, again["code"], again["message"]));
        Assert.Single(Broker.Venue.Orders);
    }

    [Fact]
    public async Task More_than_is_held_cannot_be_sold_nor_traded_with_oneself()
    {
        await PlaceAsync("qty=10");
        var resting = (await PlaceAsync("side=sell qty=8 type=limit limit_price=600"))["id"];
        var more = await PlaceAsync("side=sell qty=3");
        Assert.Equal((403, "2", "8"), (more.Code, more["available"], more["held_for_orders"]));
        var wash = await PlaceAsync("qty=1");
        Assert.Equal((403, resting), (wash.Code, wash["existing_order_id"]));
        Assert.Equal(200, (await PlaceAsync("side=sell qty=2")).Code);
        Assert.Equal(8m, Broker.Venue.Account["SPY"].Quantity);
    }

    [Fact]
    public async Task A_position_closes_by_symbol_by_share_and_all_at_once()
    {
        await PlaceAsync("qty=10");
        await PlaceAsync("symbol=AAPL side=sell qty=4");
        Assert.Equal(["AAPL", "SPY"], (await Http.CallAsync("GET", "/v2/positions")).Body.All("symbol"));
        Assert.Equal("5", (await Http.CallAsync("DELETE", "/v2/positions/SPY?percentage=50"))["qty"]);
        Assert.Equal(5m, Broker.Venue.Account["SPY"].Quantity);
        var all = await Http.CallAsync("DELETE", "/v2/positions?cancel_orders=true");
        Assert.Equal((207, 2), (all.Code, all.Body!.AsArray().Count));
        Assert.Empty(Broker.Venue.Account.Positions);
        Assert.Equal(404, (await Http.CallAsync("GET", "/v2/positions/SPY")).Code);
        Assert.Equal(100_000m, Broker.Venue.Account.Cash);
    }

    [Fact]
    public async Task Activities_page_by_token()
    {
        for (var i = 1; i <= 5; i++) await PlaceAsync($"qty={i}");
        var first = (await Http.CallAsync("GET", "/v2/account/activities?activity_types=FILL&page_size=2&direction=asc")).Body;
        var second = (await Http.CallAsync("GET", $"/v2/account/activities?activity_types=FILL&page_size=2&direction=asc&page_token={first.All("id")[1]}")).Body;
        Assert.Equal(["1", "2", "3", "4"], first.All("qty").Concat(second.All("qty")));
        Assert.Equal("5", (await Http.CallAsync("GET", "/v2/account/activities")).Body![0]!["qty"]!.ToString());
        Assert.Empty((await Http.CallAsync("GET", "/v2/account/activities/DIV")).Body!.AsArray());
    }

    [Fact]
    public async Task Assets_and_clock_are_told()
    {
        var asset = await Http.CallAsync("GET", "/v2/assets/SPY");
        Assert.Equal(("ARCA", "us_equity"), (asset["exchange"], asset["class"]));
        Assert.Equal(asset["id"], (await Http.CallAsync("GET", $"/v2/assets/{asset["id"]}"))["id"]);
        Assert.Equal(Instrument.Usual.Count, (await Http.CallAsync("GET", "/v2/assets")).Body!.AsArray().Count);
        Assert.Equal(404, (await Http.CallAsync("GET", "/v2/assets/NOPE")).Code);
        // Monday 2 March 2026, 10:00 in New York, where summer time begins on the 8th.
        var clock = await Http.CallAsync("GET", "/v2/clock");
        Assert.Equal(("2026-03-02T15:00:00Z", "2026-03-03T14:30:00Z", "2026-03-02T21:00:00Z"), (clock["timestamp"], clock["next_open"], clock["next_close"]));
    }

    private async Task<IEnumerable<string>> ListAsync(string query) => (await Http.CallAsync("GET", "/v2/orders" + query)).Body.All("client_order_id");
}
