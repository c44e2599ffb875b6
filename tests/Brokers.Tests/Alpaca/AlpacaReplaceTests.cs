using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

public sealed class AlpacaReplaceTests : AlpacaDesk
{
    [Fact]
    public async Task A_replacement_has_another_id_there_and_is_the_same_order_here()
    {
        var first = await AcceptedAsync(Limit(quantity: 10m));
        var reply = await Adapter.ReplaceAsync(Limit(quantity: 12m, price: 491m), Spy, first, Ct);
        Assert.Equal(ReplyKind.Accepted, reply.Kind);
        Assert.NotEqual(first, reply.BrokerOrderId);
        var found = (await Adapter.FindAsync("fund-1", Ct))!;
        Assert.Equal(("fund-1", reply.BrokerOrderId, 12m, 491m, OrderState.New), (found.OrderId, found.BrokerOrderId, found.Quantity, found.LimitPrice, found.State));
        Assert.Equal(found, Assert.Single(await Adapter.OpenOrdersAsync(Ct)));
        Assert.Equal(["fund-1", "fund-1-r1"], Broker.Venue.Orders.Select(o => o.Ticket.ClientId));
    }

    [Fact]
    public async Task What_has_filled_before_counts()
    {
        var first = await AcceptedAsync(Limit(quantity: 10m));
        Broker.Venue.Fill(first, 4m, 490m);
        var second = (await Adapter.ReplaceAsync(Limit(quantity: 12m, price: 480m), Spy, null, Ct)).BrokerOrderId!;
        Assert.Equal(8m, Broker.Venue.Find(second)!.Ticket.Quantity);
        Broker.Venue.Fill(second, 4m, 480m);
        var whole = (await Adapter.FindAsync("fund-1", Ct))!;
        Assert.Equal((12m, 8m, 485m, OrderState.PartiallyFilled), (whole.Quantity, whole.Filled, whole.AveragePrice, whole.State));
        Assert.Equal(whole, Assert.Single(await Adapter.OpenOrdersAsync(Ct)));
        // Under the id of the order that is no more, too.
        var third = (await Adapter.ReplaceAsync(Limit(quantity: 9m, price: 480m), Spy, first, Ct)).BrokerOrderId!;
        Assert.Equal((1m, "fund-1-r2"), (Broker.Venue.Find(third)!.Ticket.Quantity, Broker.Venue.Find(third)!.Ticket.ClientId));
        Assert.Equal(new(ReplyKind.Accepted, third, "accepted"), await Adapter.CancelAsync(Limit(), first, Ct));
        Assert.Equal(OrderState.Canceled, (await Adapter.FindAsync("fund-1", Ct))!.State);
        Assert.All(await Adapter.ExecutionsAsync(default, Ct), e => Assert.Equal("fund-1", e.OrderId));
    }

    [Fact]
    public async Task It_cannot_be_for_less_than_has_filled()
    {
        var first = await AcceptedAsync(Limit(quantity: 10m));
        Broker.Venue.Fill(first, 4m, 490m);
        var reply = await Adapter.ReplaceAsync(Limit(quantity: 4m), Spy, first, Ct);
        Assert.Equal((ReplyKind.Refused, "quantity 4 must be above the 4 that have filled"), (reply.Kind, reply.Text));
        Assert.Equal(0, Calls("PATCH"));
    }

    [Fact]
    public async Task An_order_that_is_done_or_was_never_there_is_not_replaced()
    {
        var first = await AcceptedAsync(Limit());
        await Adapter.CancelAsync(Limit(), first, Ct);
        var done = await Adapter.ReplaceAsync(Limit(price: 480m), Spy, first, Ct);
        Assert.Equal((ReplyKind.Refused, "422: cannot replace order in canceled status"), (done.Kind, done.Text));
        Assert.Equal("the broker has no order 'fund-2'", (await Adapter.ReplaceAsync(Limit("fund-2"), Spy, null, Ct)).Text);
    }

    [Fact]
    public async Task One_that_the_venue_refused_does_not_stand_in_the_way_of_the_next()
    {
        var first = await AcceptedAsync(Limit());
        Broker.Faults.Add("reject venueReplace 1");
        Assert.Equal(ReplyKind.Accepted, (await Adapter.ReplaceAsync(Limit(price: 480m), Spy, first, Ct)).Kind);
        Assert.Equal((first, 490m, OrderState.New), await Adapter.FindAsync("fund-1", Ct) is { } same ? (same.BrokerOrderId, same.LimitPrice, same.State) : default);
        var reply = await Adapter.ReplaceAsync(Limit(price: 481m), Spy, first, Ct);
        Assert.Equal((ReplyKind.Accepted, "fund-1-r2"), (reply.Kind, Broker.Venue.Find(reply.BrokerOrderId!)!.Ticket.ClientId));
        Assert.Equal(481m, (await Adapter.FindAsync("fund-1", Ct))!.LimitPrice);
    }

    [Theory]
    [InlineData("dropResponse replace 1")]
    [InlineData("serverErrorAfter replace 1")]
    public async Task One_whose_answer_was_lost_is_not_made_twice(string fault)
    {
        var first = await AcceptedAsync(Limit());
        Broker.Faults.Add(fault);
        Assert.Equal(ReplyKind.Unknown, (await Adapter.ReplaceAsync(Limit(quantity: 7m, price: 480m), Spy, first, Ct)).Kind);
        var again = await Adapter.ReplaceAsync(Limit(quantity: 7m, price: 480m), Spy, first, Ct);
        Assert.Equal((ReplyKind.Accepted, "replaced already"), (again.Kind, again.Text));
        Assert.Equal(2, Broker.Venue.Orders.Count);
        Assert.Single(Broker.Venue.Open(null));
    }
}
