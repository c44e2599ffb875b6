using EventSourcedTrading.BrokerFakes.Venues;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Integration.Brokering;

public sealed class BrokerTests
{
    [Fact]
    public async Task An_order_goes_to_the_broker_once_is_filled_there_and_the_books_agree()
    {
        await using var desk = await BrokerDesk.OpenAsync();
        Assert.Equal("approved", (await desk.BuyAsync()).Outcome);
        var filled = await desk.UntilAsync<OrderFilled>();
        Assert.Equal((10m, 100m), (filled.Execution.Quantity, filled.Execution.Price));
        var order = Assert.Single(desk.Fake.Venue.Orders);
        Assert.Equal((await desk.LogAsync<OrderAcknowledged>()).Single().BrokerOrderId, order.Id);
        Assert.Equal(desk.Fake.Venue.Executions.Count, (await desk.LogAsync<OrderFilled>()).Count);
        Assert.Empty(await desk.LogAsync<OrderAnomalyNoted>());
        Assert.Empty(await desk.LogAsync<BreakFound>());
    }

    [Fact]
    public async Task Before_the_books_were_compared_no_order_goes_out()
    {
        await using var desk = await BrokerDesk.OpenAsync(start: false);
        var told = await desk.BuyAsync();
        Assert.Equal("blocked", told.Outcome);
        Assert.Contains("VENUE_OPEN", (await desk.LastAsync<OrderBlocked>())!.Reason, StringComparison.Ordinal);
        Assert.Empty(desk.Fake.Venue.Orders);
    }

    [Fact]
    public async Task An_answer_that_was_lost_leaves_the_order_in_doubt_until_the_broker_says_that_it_has_it()
    {
        await using var desk = await BrokerDesk.OpenAsync("dropResponse submit 1");
        await desk.BuyAsync();
        await desk.UntilAsync<OrderInDoubt>();
        await desk.UntilAsync<OrderFilled>();
        Assert.Single(desk.Fake.Venue.Orders);
        Assert.Single(await desk.LogAsync<OrderFilled>());
    }

    [Fact]
    public async Task What_was_filled_while_nobody_listened_is_booked_when_the_books_are_compared()
    {
        await using var desk = await BrokerDesk.OpenAsync();
        await desk.BuyAsync(limit: 90m);
        await desk.UntilAsync<OrderAcknowledged>();
        await desk.Broker.DisposeAsync();
        desk.Fake.Venue.SetPrice("SPY", 89m);
        Assert.Single(desk.Fake.Venue.Executions);
        await desk.StartBrokerAsync();
        var filled = await desk.UntilAsync<OrderFilled>();
        Assert.Equal(89m, filled.Execution.Price);
        Assert.Single(await desk.LogAsync<OrderFilled>());
    }

    [Fact]
    public async Task A_cancelled_order_is_cancelled_there_too()
    {
        await using var desk = await BrokerDesk.OpenAsync();
        var order = (await desk.BuyAsync(limit: 90m)).OrderId!;
        await desk.UntilAsync<OrderAcknowledged>();
        var command = Domain.Engine.InputJson.ToElement(new Domain.Engine.CancelOrder(order));
        var authorised = new Domain.Control.CommandAuthorised("c1", "main", "olga", null, "operator", "key", "127.0.0.1", "a test", "cancelOrder", command, Domain.Time.Timestamp.From(DateTimeOffset.UtcNow));
        await desk.World.Outside.Appender.AppendAsync(new EventStore.AppendBatch(
            [new EventStore.PendingEvent("control-main", 1, "command_authorised", EventStore.EventId.For("control-main", 1), Domain.Json.EventJson.Serialize(authorised), null, null)], DateTimeOffset.UtcNow));
        await desk.UntilAsync<OrderCancelled>();
        Assert.Single(desk.Fake.Venue.Orders);
        Assert.Empty(desk.Fake.Venue.Open(null));
    }

    [Fact]
    public async Task A_trade_that_somebody_made_elsewhere_is_taken_over_as_nobodys()
    {
        await using var desk = await BrokerDesk.OpenAsync();
        desk.Fake.Venue.Submit(new Ticket("by-telephone", "SPY", BrokerFakes.Venues.Side.Buy, 7m, BrokerFakes.Venues.OrderType.Market, BrokerFakes.Venues.TimeInForce.Day));
        Assert.Single(desk.Fake.Venue.Executions);
        var adopted = await desk.UntilAsync<HoldingAdopted>();
        Assert.Equal((7m, 100m), (adopted.Quantity, adopted.Price));
        Assert.Equal(BreakKind.ForeignExecution, (await desk.UntilAsync<BreakFound>()).Kind);
        await desk.UntilAsync<BreakResolved>();
    }
}
