using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Tests.Alpaca;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Tests.Faults;

public sealed class AlpacaFaultTests : AlpacaFixture
{
    [Fact]
    public async Task An_answer_that_is_lost_leaves_an_order_that_the_clients_id_finds()
    {
        Broker.Faults.Add("dropResponse submit 1");
        await Assert.ThrowsAsync<HttpRequestException>(() => PlaceAsync("client_order_id=lost"));
        Assert.Equal("filled", (await Http.CallAsync("GET", "/v2/orders:by_client_order_id?client_order_id=lost"))["status"]);
        Assert.Equal(422, (await PlaceAsync("client_order_id=lost")).Code);
        Assert.Single(Broker.Venue.Executions);
    }

    [Theory]
    [InlineData("tooManyRequests submit 1", 429, 0)]
    [InlineData("serverError submit 1", 503, 0)]
    [InlineData("serverErrorAfter submit 1", 500, 1)]
    [InlineData("reject submit 1", 422, 0)]
    public async Task A_failure_is_told_and_has_an_effect_or_none(string fault, int status, int orders)
    {
        Broker.Faults.Add(fault);
        Assert.Equal(status, (await PlaceAsync("client_order_id=first")).Code);
        Assert.Equal(orders, Broker.Venue.Orders.Count);
        Assert.Equal(200, (await PlaceAsync("client_order_id=second")).Code);
    }

    [Fact]
    public async Task A_half_open_connection_says_nothing_until_the_client_gives_up()
    {
        Broker.Faults.Add("halfOpen submit 1");
        using var impatient = Client("AKTEST", "secret");
        impatient.Timeout = TimeSpan.FromMilliseconds(300);
        await Assert.ThrowsAsync<TaskCanceledException>(() => impatient.CallAsync("POST", "/v2/orders", Json.Of("symbol=SPY qty=1 side=buy type=market time_in_force=day")));
        Assert.Empty(Broker.Venue.Orders);
        Assert.Equal(200, (await PlaceAsync()).Code);
    }

    [Fact]
    public async Task A_clock_that_is_off_shows_in_every_time()
    {
        Broker.Faults.Add("clockSkew clock 2 -30");
        Assert.Equal("2026-03-02T15:00:00Z", (await Http.CallAsync("GET", "/v2/clock"))["timestamp"]);
        var skewed = await Http.CallAsync("GET", "/v2/clock");
        Assert.Equal("2026-03-02T14:59:30Z", skewed["timestamp"]);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 14, 59, 30, TimeSpan.Zero), skewed.Headers.Date);
        Assert.Equal("2026-03-02T14:59:30Z", (await PlaceAsync())["submitted_at"]);
    }

    [Theory]
    [InlineData("duplicateReport fill 1", "pending_new,new,fill,fill")]
    [InlineData("reorderReport new 1", "pending_new,fill,new")]
    [InlineData("loseReport new 1", "pending_new,fill")]
    [InlineData("reject venue 1", "pending_new,rejected")]
    public async Task Reports_come_twice_late_never_or_say_no(string fault, string events)
    {
        Broker.Faults.Add(fault);
        await using var stream = await ListenAsync();
        await PlaceAsync();
        Assert.Equal(events, await EventsAsync(stream, events.Split(',').Length));
        await stream.SilentAsync();
    }

    [Fact]
    public async Task A_report_that_is_held_back_can_be_released()
    {
        Broker.Faults.Add("reorderReport fill 1");
        await using var stream = await ListenAsync();
        await PlaceAsync();
        Assert.Equal("pending_new,new", await EventsAsync(stream, 2));
        Assert.Equal(204, (await Http.CallAsync("POST", "/fake/release", new JsonObject())).Code);
        Assert.Equal("fill", await EventsAsync(stream, 1));
    }

    [Fact]
    public async Task A_report_of_an_unknown_order_is_of_an_order_that_cannot_be_found()
    {
        Broker.Faults.Add("unknownOrderReport fill 1");
        await using var stream = await ListenAsync();
        var id = (await PlaceAsync("client_order_id=mine1"))["id"];
        var said = await stream.NextAsync(4);
        var stranger = said[3]["data"]!;
        Assert.Equal("fill", $"{stranger["event"]}");
        Assert.NotEqual(id, $"{stranger["order"]!["id"]}");
        Assert.Equal("stranger-mine1", $"{stranger["order"]!["client_order_id"]}");
        Assert.Equal(404, (await Http.CallAsync("GET", $"/v2/orders/{stranger["order"]!["id"]}")).Code);
        Assert.Single(Broker.Venue.Executions);
    }

    [Theory]
    [InlineData("fillAfterCancel cancel 1", "pending_new,new,canceled,fill")]
    [InlineData("fillBeatsCancel cancel 1", "pending_new,new,fill")]
    public async Task A_cancel_does_not_mean_that_nothing_fills(string fault, string events)
    {
        Broker.Faults.Add(fault);
        await using var stream = await ListenAsync();
        var id = (await PlaceAsync("type=limit limit_price=490 qty=3"))["id"];
        Assert.Equal(204, (await Http.CallAsync("DELETE", $"/v2/orders/{id}")).Code);
        Assert.Equal(events, await EventsAsync(stream, events.Split(',').Length));
        Assert.Equal("filled", await StatusAsync(id));
        Assert.Equal(3m, Broker.Venue.Account["SPY"].Quantity);
    }

    [Theory]
    [InlineData(495, "pending_new,new,pending_cancel,canceled", "canceled")]
    [InlineData(490, "pending_new,new,pending_cancel,fill", "filled")]
    public async Task A_slow_cancel_races_with_the_market(double price, string events, string status)
    {
        Broker.Faults.Add("slowCancel cancel 1");
        await using var stream = await ListenAsync();
        var id = (await PlaceAsync("type=limit limit_price=490"))["id"];
        Assert.Equal(204, (await Http.CallAsync("DELETE", $"/v2/orders/{id}")).Code);
        Assert.Equal("pending_cancel", await StatusAsync(id));
        Assert.Equal(422, (await Http.CallAsync("DELETE", $"/v2/orders/{id}")).Code);
        Broker.Venue.SetPrice("SPY", (decimal)price);
        Assert.Equal(events, await EventsAsync(stream, 4));
        Assert.Equal(status, await StatusAsync(id));
    }

    [Fact]
    public async Task A_cancel_and_a_replacement_are_refused_at_either_stage()
    {
        Broker.Faults.Add("reject cancel 1, reject replace 1, reject venueCancel 1, reject venueReplace 1");
        await using var stream = await ListenAsync();
        var id = (await PlaceAsync("type=limit limit_price=490"))["id"];
        Assert.Equal(422, (await Http.CallAsync("DELETE", $"/v2/orders/{id}")).Code);
        Assert.Equal(422, (await Http.CallAsync("PATCH", $"/v2/orders/{id}", Json.Of("qty=2"))).Code);
        Assert.Equal(204, (await Http.CallAsync("DELETE", $"/v2/orders/{id}")).Code);
        var next = await Http.CallAsync("PATCH", $"/v2/orders/{id}", Json.Of("qty=2"));
        Assert.Equal(200, next.Code);
        Assert.Equal("pending_new,new,order_cancel_rejected,order_replace_rejected", await EventsAsync(stream, 4));
        Assert.Equal(("new", "rejected"), (await StatusAsync(id), await StatusAsync(next["id"])));
    }

    [Fact]
    public async Task A_stream_goes_deaf_or_breaks_and_what_was_missed_is_not_told_again()
    {
        await using var deaf = await ListenAsync();
        Broker.Faults.Add("halfOpen fill 1, breakStream fill 2");
        await PlaceAsync();
        Assert.Equal("pending_new,new", await EventsAsync(deaf, 2));
        await deaf.SilentAsync();
        await using var other = await ListenAsync();
        await PlaceAsync();
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => EventsAsync(other, 3));
        await using var again = await ListenAsync();
        await again.SilentAsync();
        Assert.Equal(2, Broker.Venue.Executions.Count);
    }

    [Fact]
    public async Task Whatever_strikes_money_and_shares_follow_from_the_executions()
    {
        Broker.Faults.Add("dropResponse * 10%, serverError * 10%, serverErrorAfter * 10%, reject * 10%, fillAfterCancel cancel 50%, fillBeatsCancel cancel 30%, duplicateReport * 20%, loseReport * 20%");
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            Broker.Venue.SetPrice("SPY", random.Next(480, 520), random.Next(1, 10));
            Time.Pass(TimeSpan.FromSeconds(1));
            try
            {
                await PlaceAsync($"qty={random.Next(1, 9)} side={(random.Next(3) == 0 ? "sell" : "buy")} type=limit limit_price={random.Next(480, 520)} client_order_id=c{i}");
                if (Broker.Venue.Open(null) is [var open, ..] && random.Next(2) == 0) await Http.CallAsync("DELETE", $"/v2/orders/{open.Id}");
            }
            catch (HttpRequestException)
            {
                // An answer that was dropped; the broker knows what became of it.
            }
        }

        Assert.True(Broker.Faults.Struck.Count > 20, $"{Broker.Faults.Struck.Count} faults struck");
        var executions = Broker.Venue.Executions;
        var bought = executions.Sum(e => e.Side == Side.Buy ? e.Quantity : -e.Quantity);
        Assert.Equal(100_000m - executions.Sum(e => (e.Side == Side.Buy ? e.Quantity : -e.Quantity) * e.Price), Broker.Venue.Account.Cash);
        Assert.Equal(bought, Broker.Venue.Account["SPY"].Quantity);
        Assert.All(Broker.Venue.Orders, o => Assert.Equal(o.Filled, executions.Where(e => e.OrderId == o.Id).Sum(e => e.Quantity)));
    }

    private static async Task<string> EventsAsync(SocketClient stream, int count) => string.Join(',', (await stream.NextAsync(count)).Select(m => m["data"]!["event"]));
}
