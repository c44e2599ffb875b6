using EventSourcedTrading.Brokers;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Conformance.Brokers;

/// <summary>What <see cref="IBrokerAdapter"/> promises, asked of every adapter in the same words.</summary>
public sealed class AdapterTests
{
    private static CancellationToken Ct => CancellationToken.None;

    public static TheoryData<string> Brokers => BrokerUnderTest.Names;

    [Theory, MemberData(nameof(Brokers))]
    public async Task The_account_has_an_id_a_currency_and_its_cash(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var account = await broker.Adapter.AccountAsync(Ct);
        Assert.NotEmpty(account.AccountId);
        Assert.Equal(("USD", 100_000m, 100_000m), (account.Currency, account.Cash["USD"], account.Equity));
        Assert.Empty(await broker.Adapter.PositionsAsync(Ct));
        Assert.Empty(await broker.Adapter.OpenOrdersAsync(Ct));
        Assert.Equal(name, broker.Adapter.Name);
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task What_is_bought_is_in_reports_order_executions_positions_and_cash_alike(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var order = broker.Order(10m);
        var reply = await broker.SubmitAsync(order);
        Assert.Equal(ReplyKind.Accepted, reply.Kind);
        await broker.UntilAsync(order, ReportKind.Fill);

        var fill = Assert.Single(broker.ReportsOf(order), r => r.Kind == ReportKind.Fill);
        Assert.Equal((10m, 100m), (fill.Quantity, fill.Price));
        var found = await broker.FoundAsync(order);
        Assert.Equal((reply.BrokerOrderId, OrderState.Filled, 10m, 10m, 100m), (found.BrokerOrderId, found.State, found.Quantity, found.Filled, found.AveragePrice));
        var execution = Assert.Single(await broker.Adapter.ExecutionsAsync(Timestamp.MinValue, Ct));
        Assert.Equal((fill.ExecutionId, order.OrderId, "SPY.ARCX", Side.Buy, 10m, 100m), (execution.ExecutionId, execution.OrderId, execution.Instrument, execution.Side, execution.Quantity, execution.Price));
        Assert.Equal(("SPY.ARCX", 10m), (await broker.Adapter.PositionsAsync(Ct)).Select(p => (p.Instrument, p.Quantity)).Single());
        Assert.Equal(99_000m - execution.Fee, (await broker.Adapter.AccountAsync(Ct)).Cash["USD"]);
        Assert.Empty(await broker.Adapter.OpenOrdersAsync(Ct));
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task A_limit_rests_until_the_market_reaches_it(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var order = broker.Order(10m, limit: 95m);
        Assert.Equal(ReplyKind.Accepted, (await broker.SubmitAsync(order)).Kind);
        var open = Assert.Single(await broker.Adapter.OpenOrdersAsync(Ct));
        Assert.Equal((order.OrderId, "SPY.ARCX", Side.Buy, 10m, 0m, OrderType.Limit, 95m), (open.OrderId, open.Instrument, open.Side, open.Quantity, open.Filled, open.OrderType, open.LimitPrice));
        Assert.False(open.State.IsTerminal());
        broker.Price(94m);
        await broker.UntilAsync(order, ReportKind.Fill);
        Assert.InRange((await broker.FoundAsync(order)).AveragePrice, 94m, 95m);
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task Parts_add_up_and_each_is_told_once(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var order = broker.Order(10m, limit: 95m);
        await broker.SubmitAsync(order);
        broker.Price(95m, 4m);
        await broker.UntilAsync(order, ReportKind.PartialFill);
        Assert.Equal((OrderState.PartiallyFilled, 4m), ((await broker.FoundAsync(order)).State, (await broker.FoundAsync(order)).Filled));
        broker.Price(95m, 100m);
        await broker.UntilAsync(order, ReportKind.Fill);
        var fills = broker.ReportsOf(order).Where(r => r.Kind is ReportKind.Fill or ReportKind.PartialFill).ToList();
        Assert.Equal(10m, fills.Sum(f => f.Quantity));
        Assert.Equal(fills.Select(f => f.ExecutionId).Order(StringComparer.Ordinal), (await broker.Adapter.ExecutionsAsync(Timestamp.MinValue, Ct)).Select(e => e.ExecutionId).Order(StringComparer.Ordinal));
        Assert.Equal(fills.Count, fills.DistinctBy(f => f.ExecutionId).Count());
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task A_cancel_ends_what_rests_and_is_told(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var order = broker.Order(limit: 90m);
        var reply = await broker.SubmitAsync(order);
        Assert.Equal(ReplyKind.Accepted, (await broker.Adapter.CancelAsync(order, reply.BrokerOrderId, Ct)).Kind);
        await broker.UntilAsync(order, ReportKind.Cancelled);
        Assert.Equal(OrderState.Canceled, (await broker.FoundAsync(order)).State);
        Assert.Empty(await broker.Adapter.OpenOrdersAsync(Ct));
        broker.Price(80m);
        Assert.Empty(await broker.Adapter.ExecutionsAsync(Timestamp.MinValue, Ct));
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task What_has_ended_cannot_be_cancelled(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var order = broker.Order();
        var reply = await broker.SubmitAsync(order);
        await broker.UntilAsync(order, ReportKind.Fill);
        Assert.Equal(ReplyKind.Refused, (await broker.Adapter.CancelAsync(order, reply.BrokerOrderId, Ct)).Kind);
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task A_replaced_order_works_under_its_old_name_with_the_new_terms(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        if (!broker.Adapter.Capabilities.Replaces) Assert.Skip($"{name} does not replace orders");
        var order = broker.Order(10m, limit: 90m);
        var reply = await broker.SubmitAsync(order);
        var wanted = order with { Quantity = 7m, LimitPrice = 95m };
        Assert.Equal(ReplyKind.Accepted, (await broker.Adapter.ReplaceAsync(wanted, BrokerUnderTest.Spy, reply.BrokerOrderId, Ct)).Kind);
        await broker.UntilAsync(order, ReportKind.Replaced);
        var told = broker.ReportsOf(order).Last(r => r.Kind == ReportKind.Replaced);
        Assert.Equal((7m, 95m), (told.Quantity, told.Price));
        var found = await broker.FoundAsync(order);
        Assert.Equal((7m, 95m), (found.Quantity, found.LimitPrice));
        broker.Price(95m);
        await broker.UntilAsync(order, ReportKind.Fill);
        Assert.Equal(7m, (await broker.Adapter.PositionsAsync(Ct)).Sum(p => p.Quantity));
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task The_same_order_twice_is_one_order(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var order = broker.Order(limit: 90m);
        var first = await broker.SubmitAsync(order);
        var second = await broker.SubmitAsync(order);
        Assert.Equal((ReplyKind.Accepted, first.BrokerOrderId), (second.Kind, second.BrokerOrderId));
        Assert.Single(await broker.Adapter.OpenOrdersAsync(Ct));
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task An_order_that_never_came_is_not_found_and_not_cancelled(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var order = broker.Order();
        Assert.Null(await broker.Adapter.FindAsync(order.OrderId, Ct));
        Assert.Equal(ReplyKind.Refused, (await broker.Adapter.CancelAsync(order, null, Ct)).Kind);
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task What_the_capabilities_refuse_never_comes_to_life(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var can = broker.Adapter.Capabilities;
        var order = broker.Order(can.SmallestQuantity / 2m, limit: 90m);
        Assert.NotNull(can.Refuses(order));
        Assert.Equal(ReplyKind.Refused, (await broker.SubmitAsync(order)).Kind);
        Assert.Empty(await broker.Adapter.OpenOrdersAsync(Ct));
        Assert.Null(can.Refuses(broker.Order()));
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task Executions_are_told_from_the_time_that_was_asked_for(string name)
    {
        await using var broker = await BrokerUnderTest.OpenAsync(name);
        var (first, second) = (broker.Order(1m), broker.Order(2m));
        await broker.SubmitAsync(first);
        await broker.UntilAsync(first, ReportKind.Fill);
        await Task.Delay(50);
        await broker.SubmitAsync(second);
        await broker.UntilAsync(second, ReportKind.Fill);
        var all = await broker.Adapter.ExecutionsAsync(Timestamp.MinValue, Ct);
        Assert.Equal([1m, 2m], all.Select(e => e.Quantity));
        Assert.Equal([2m], (await broker.Adapter.ExecutionsAsync(all[1].At, Ct)).Select(e => e.Quantity));
    }
}
