using EventSourcedTrading.BrokerFakes.Venues;
using Instrument = EventSourcedTrading.Domain.Instruments.Instrument;
using OrderState = EventSourcedTrading.Domain.Orders.OrderState;
using OrderType = EventSourcedTrading.Domain.Orders.OrderType;
using Side = EventSourcedTrading.Domain.Orders.Side;
using TimeInForce = EventSourcedTrading.Domain.Orders.TimeInForce;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrOrderTests : IbkrDesk
{
    [Theory]
    [InlineData(OrderType.Market, Side.Buy, null, null, TimeInForce.Day)]
    [InlineData(OrderType.Limit, Side.Sell, 510.25, null, TimeInForce.Gtc)]
    [InlineData(OrderType.Stop, Side.Buy, null, 505.5, TimeInForce.Day)]
    [InlineData(OrderType.StopLimit, Side.Sell, 494.0, 495.0, TimeInForce.Gtc)]
    [InlineData(OrderType.Limit, Side.Buy, 500.0, null, TimeInForce.Ioc)]
    public async Task An_order_arrives_as_it_was_meant(OrderType type, Side side, double? limit, double? stop, TimeInForce force)
    {
        var id = await AcceptedAsync(Terms("fund-7", 12m, side, type, (decimal?)limit, (decimal?)stop, force));
        var ticket = Broker.Venue.Find(id)!.Ticket;
        Assert.Equal(
            new Ticket("fund-7", "SPY", Enum.Parse<BrokerFakes.Venues.Side>($"{side}"), 12m, Enum.Parse<BrokerFakes.Venues.OrderType>($"{type}"), Enum.Parse<BrokerFakes.Venues.TimeInForce>($"{force}"), (decimal?)limit, (decimal?)stop),
            ticket);
        var found = await Adapter.FindAsync("fund-7", Ct);
        Assert.Equal((id, "SPY.ARCX", side, 12m, type, (decimal?)limit, (decimal?)stop), (found!.BrokerOrderId, found.Instrument, found.Side, found.Quantity, found.OrderType, found.LimitPrice, found.StopPrice));
    }

    [Fact]
    public async Task What_the_broker_has_no_word_for_is_not_sent()
    {
        foreach (var terms in new[] { Terms(force: TimeInForce.Fok), Terms(quantity: 1.5m), Terms(new string('x', 65)) })
            Assert.Equal(ReplyKind.Refused, (await Adapter.SubmitAsync(terms, Spy, Ct)).Kind);
        Assert.Equal(0, Broker.Traffic.Count);
    }

    [Fact]
    public async Task The_brokers_no_is_told_in_its_words()
    {
        Broker.Faults.Add("reject submit 1");
        Assert.Equal(new(ReplyKind.Refused, null, "fault: submit rejected"), await Adapter.SubmitAsync(Limit(), Spy, Ct));
        Assert.Null(await Adapter.FindAsync("fund-1", Ct));
    }

    [Fact]
    public async Task A_change_keeps_the_id_and_a_cancel_is_told_by_the_order()
    {
        var id = await AcceptedAsync(Limit());
        Broker.Venue.Fill(id, 4m, 490m);
        Assert.Equal(new(ReplyKind.Accepted, id, "Submitted"), await Adapter.ReplaceAsync(Limit(quantity: 20m, price: 480m), Spy, id, Ct));
        Assert.Equal(new(ReplyKind.Accepted, id, "Submitted"), await Adapter.ReplaceAsync(Limit(quantity: 20m, price: 480m), Spy, null, Ct));
        var found = await Adapter.FindAsync("fund-1", Ct);
        Assert.Equal((20m, 4m, 490m, 480m, OrderState.PartiallyFilled), (found!.Quantity, found.Filled, found.AveragePrice, found.LimitPrice, found.State));
        Assert.Equal(ReplyKind.Refused, (await Adapter.ReplaceAsync(Limit(quantity: 3m), Spy, id, Ct)).Kind);
        Assert.Equal(new(ReplyKind.Accepted, id, "Request was submitted"), await Adapter.CancelAsync(Limit(), null, Ct));
        Assert.Equal(OrderState.Canceled, (await Adapter.FindAsync("fund-1", Ct))!.State);
        Assert.Equal(new(ReplyKind.Refused, null, $"OrderID {id} doesn't exist"), await Adapter.CancelAsync(Limit(), id, Ct));
    }

    [Fact]
    public async Task Whoever_comes_later_finds_an_order_by_its_own_id()
    {
        var id = await AcceptedAsync(Limit());
        await using var later = new Brokers.InteractiveBrokers.IbkrAdapter(Options, TimeProvider.System);
        Assert.Equal(id, (await later.FindAsync("fund-1", Ct))!.BrokerOrderId);
        Assert.Equal(new(ReplyKind.Accepted, id, "Request was submitted"), await later.CancelAsync(Limit(), null, Ct));
        Assert.Equal(new(ReplyKind.Refused, null, "the broker has no order 'fund-2'"), await later.CancelAsync(Limit("fund-2"), null, Ct));
    }

    [Fact]
    public async Task Open_orders_are_listed_whoever_gave_them_and_the_first_empty_answer_is_not_believed()
    {
        var (stranger, own) = (Strangers(), await AcceptedAsync(Limit()));
        await AcceptedAsync(Terms("fund-2"));
        var open = await Adapter.OpenOrdersAsync(Ct);
        Assert.Equal([(own, "fund-1"), (stranger, "")], open.Select(o => (o.BrokerOrderId, o.OrderId)));
        Assert.Equal(2, Calls("GET", "/iserver/account/orders"));
        await Adapter.OpenOrdersAsync(Ct);
        Assert.Equal(3, Calls("GET", "/iserver/account/orders"));
        Assert.DoesNotContain(Broker.Traffic.Exchanges, e => e.Path.Contains("force"));
    }

    [Fact]
    public async Task An_id_that_is_taken_is_looked_up()
    {
        var id = await AcceptedAsync(Limit());
        Assert.Equal(new(ReplyKind.Accepted, id, "the broker has it, Submitted: Local order ID=fund-1 is already registered."), await Adapter.SubmitAsync(Limit(), Spy, Ct));
        var other = await Adapter.SubmitAsync(Limit(quantity: 11m), Spy, Ct);
        Assert.Equal(ReplyKind.Refused, other.Kind);
        Assert.Contains("orderId 'fund-1' is taken by another order, Buy 10", other.Text);
        Assert.Single(Broker.Venue.Orders);
    }

    [Fact]
    public async Task A_contract_is_asked_for_once_and_never_guessed()
    {
        foreach (var number in new[] { 1, 2 }) await AcceptedAsync(Terms($"fund-{number}"));
        Assert.Equal(1, Calls("POST", "/iserver/secdef/search"));
        var reply = await Adapter.SubmitAsync(Terms("fund-3"), new Instrument("SPY.XNYS", "USD"), Ct);
        Assert.Equal(new(ReplyKind.Refused, null, "instrument SPY.XNYS: the broker has 0 contracts of SPY at NYSE; set its conid"), reply);
        Assert.Contains("set its conid", (await Adapter.SubmitAsync(Terms("fund-3"), new Instrument("SPY.XXXX", "USD"), Ct)).Text);
        await using var set = new Brokers.InteractiveBrokers.IbkrAdapter(Options with { Conids = new Dictionary<string, long> { ["SPY.XXXX"] = 756733 } }, TimeProvider.System);
        Assert.Equal(ReplyKind.Accepted, (await set.SubmitAsync(Terms("fund-3"), new Instrument("SPY.XXXX", "USD"), Ct)).Kind);
        Assert.Equal(2, Calls("POST", "/iserver/secdef/search"));
    }
}
