using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

public sealed class AlpacaOrderTests : AlpacaDesk
{
    [Fact]
    public async Task An_order_is_accepted_once_and_found_by_our_id()
    {
        var reply = await Adapter.SubmitAsync(Terms(), Spy, Ct);
        var order = Assert.Single(Broker.Venue.Orders);
        Assert.Equal((ReplyKind.Accepted, order.Id, "pending_new", null), (reply.Kind, reply.BrokerOrderId, reply.Text, reply.Request));
        var found = (await Adapter.FindAsync("fund-1", Ct))!;
        Assert.Equal(
            ("fund-1", order.Id, "SPY.ARCX", Side.Buy, 10m, 10m, 500m, OrderState.Filled, "filled"),
            (found.OrderId, found.BrokerOrderId, found.Instrument, found.Side, found.Quantity, found.Filled, found.AveragePrice, found.State, found.Status));
        Assert.Null(await Adapter.FindAsync("fund-2", Ct));
    }

    [Theory]
    [InlineData(OrderType.Market, TimeInForce.Day, """{"symbol":"SPY","qty":"10","side":"sell","type":"market","time_in_force":"day","client_order_id":"fund-1"}""")]
    [InlineData(OrderType.Limit, TimeInForce.Gtc, """{"symbol":"SPY","qty":"10","side":"sell","type":"limit","time_in_force":"gtc","limit_price":"600.5","client_order_id":"fund-1"}""")]
    [InlineData(OrderType.Stop, TimeInForce.Day, """{"symbol":"SPY","qty":"10","side":"sell","type":"stop","time_in_force":"day","stop_price":"400","client_order_id":"fund-1"}""")]
    [InlineData(OrderType.StopLimit, TimeInForce.Gtc, """{"symbol":"SPY","qty":"10","side":"sell","type":"stop_limit","time_in_force":"gtc","limit_price":"600.5","stop_price":"400","client_order_id":"fund-1"}""")]
    [InlineData(OrderType.Limit, TimeInForce.Ioc, """{"symbol":"SPY","qty":"10","side":"sell","type":"limit","time_in_force":"ioc","limit_price":"600.5","client_order_id":"fund-1"}""")]
    [InlineData(OrderType.Limit, TimeInForce.Fok, """{"symbol":"SPY","qty":"10","side":"sell","type":"limit","time_in_force":"fok","limit_price":"600.5","client_order_id":"fund-1"}""")]
    public async Task Every_type_and_time_in_force_is_sent_as_Alpaca_writes_it(OrderType type, TimeInForce force, string body)
    {
        var reply = await Adapter.SubmitAsync(Terms(quantity: 10.00m, side: Side.Sell, type: type, limit: 600.50m, stop: 400m, force: force), Spy, Ct);
        Assert.Equal(ReplyKind.Accepted, reply.Kind);
        Assert.Equal(body, Assert.Single(Broker.Traffic.Exchanges).Request!.ToJsonString());
    }

    [Fact]
    public async Task What_Alpaca_cannot_take_is_not_sent()
    {
        var reply = await Adapter.SubmitAsync(Terms(orderId: new string('x', 44)), Spy, Ct);
        Assert.Equal((ReplyKind.Refused, 0), (reply.Kind, Broker.Traffic.Exchanges.Count));
        Assert.Contains("must have at most 43 characters", reply.Text);
        Assert.Contains("quantity 0.0000000001 must be a multiple of", (await Adapter.SubmitAsync(Terms(quantity: 0.0000000001m), Spy, Ct)).Text);
    }

    [Fact]
    public async Task What_the_broker_refuses_is_told_in_its_words()
    {
        AsksBadly = true;
        var dear = await Adapter.SubmitAsync(Terms(quantity: 10_000m), Spy, Ct);
        Assert.Equal((ReplyKind.Refused, "403: insufficient buying power"), (dear.Kind, dear.Text));
        var unknown = await Adapter.SubmitAsync(Terms(), new Instrument("NOPE.XNAS", "USD"), Ct);
        Assert.Equal((ReplyKind.Refused, "422: asset \"NOPE\" not found"), (unknown.Kind, unknown.Text));
        await AcceptedAsync(Limit("fund-7", price: 499m));
        var wash = await Adapter.SubmitAsync(Terms("fund-8", side: Side.Sell), Spy, Ct);
        Assert.Equal("403: potential wash trade detected. use complex orders (opposite side limit order exists)", wash.Text);
    }

    [Fact]
    public async Task A_cancel_reaches_the_order_by_either_id()
    {
        var id = await AcceptedAsync(Limit());
        Assert.Equal(new(ReplyKind.Accepted, id, "accepted"), await Adapter.CancelAsync(Limit(), id, Ct));
        var again = await Adapter.CancelAsync(Limit(), id, Ct);
        Assert.Equal((ReplyKind.Refused, "422: order is already in \"canceled\" state"), (again.Kind, again.Text));
        var second = await AcceptedAsync(Limit("fund-2"));
        Assert.Equal(new(ReplyKind.Accepted, second, "accepted"), await Adapter.CancelAsync(Limit("fund-2"), null, Ct));
        var none = await Adapter.CancelAsync(Limit("fund-3"), null, Ct);
        Assert.Equal((ReplyKind.Refused, "the broker has no order 'fund-3'"), (none.Kind, none.Text));
        Assert.Empty(await Adapter.OpenOrdersAsync(Ct));
    }

    [Theory]
    [InlineData("reject venue 1", OrderState.Rejected)]
    [InlineData("", OrderState.New)]
    public async Task A_state_is_read_from_the_status(string faults, OrderState state)
    {
        Broker.Faults.Add(faults);
        await AcceptedAsync(Limit());
        Assert.Equal(state, (await Adapter.FindAsync("fund-1", Ct))!.State);
    }

    [Fact]
    public async Task An_order_waits_for_the_market_and_expires_with_the_day()
    {
        Broker.Venue.CloseMarket();
        await AcceptedAsync(Limit());
        Assert.Equal((OrderState.Submitted, "accepted"), (await Adapter.FindAsync("fund-1", Ct)) is { } waits ? (waits.State, waits.Status) : default);
        Broker.Venue.OpenMarket();
        Broker.Venue.SetPrice("SPY", 490m, 4m);
        Assert.Equal((OrderState.PartiallyFilled, 4m), (await Adapter.FindAsync("fund-1", Ct)) is { } part ? (part.State, part.Filled) : default);
        Broker.Venue.CloseMarket();
        Assert.Equal(OrderState.Expired, (await Adapter.FindAsync("fund-1", Ct))!.State);
    }
}
