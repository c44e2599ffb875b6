using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

public sealed class AlpacaQuestionTests : AlpacaDesk
{
    [Fact]
    public async Task The_account_tells_its_money_and_the_brokers_time()
    {
        Broker.Faults.Add("clockSkew account 1 -3600");
        await AcceptedAsync(Terms());
        var account = await Adapter.ConnectAsync(Ct);
        Assert.Equal(("PA1234567890", "USD", 95_000m, 100_000m), (account.AccountId, account.Currency, account.Cash["USD"], account.Equity));
        Assert.Empty(account.Restrictions);
        Assert.InRange((Timestamp.From(DateTimeOffset.UtcNow) - account.ServerTime!.Value).TotalMinutes, 59, 61);
        Assert.True(Adapter.Capabilities.Shorting);
    }

    [Fact]
    public async Task Positions_are_signed()
    {
        await AcceptedAsync(Terms(quantity: 10m));
        Assert.Equal(ReplyKind.Accepted, (await Adapter.SubmitAsync(Terms("fund-2", 4m, Side.Sell, instrument: "AAPL.XNAS"), Apple, Ct)).Kind);
        Assert.Equal([new("AAPL.XNAS", -4m, 200m), new("SPY.ARCX", 10m, 500m)], await Adapter.PositionsAsync(Ct));
    }

    [Fact]
    public async Task Open_orders_are_all_there_page_by_page_ours_or_not()
    {
        for (var i = 0; i < 1_100; i++) Strangers(limit: 1m);
        await AcceptedAsync(Limit());
        await AcceptedAsync(Terms("fund-2"));
        var open = await Adapter.OpenOrdersAsync(Ct);
        Assert.Equal(1_101, open.Count);
        Assert.Equal(1_100, open.Count(o => o.OrderId.Length == 0));
        Assert.Equal("fund-1", Assert.Single(open, o => o.OrderId.Length > 0).OrderId);
        Assert.Equal(1_101, open.Select(o => o.BrokerOrderId).Distinct().Count());
    }

    [Fact]
    public async Task Executions_are_all_there_since_a_time_oldest_first()
    {
        for (var i = 1; i <= 250; i++)
        {
            Strangers(limit: null);
            if (i % 50 == 0) await AcceptedAsync(Terms($"fund-{i}", 2m));
        }

        var all = await Adapter.ExecutionsAsync(default, Ct);
        Assert.Equal(255, all.Count);
        Assert.Equal(all.OrderBy(e => e.At).Select(e => e.ExecutionId), all.Select(e => e.ExecutionId));
        Assert.Equal(255, all.Select(e => e.ExecutionId).Distinct().Count());
        Assert.Equal(["fund-50", "fund-100", "fund-150", "fund-200", "fund-250"], all.Where(e => e.OrderId.Length > 0).Select(e => e.OrderId));
        Assert.Equal(("SPY.ARCX", Side.Buy, 2m, 500m, 0m), all.First(e => e.OrderId == "fund-50") is { } e ? (e.Instrument, e.Side, e.Quantity, e.Price, e.Fee) : default);
        var since = all[100].At;
        Assert.Equal(all.Where(e => e.At >= since), await Adapter.ExecutionsAsync(since, Ct));
    }

    [Fact]
    public async Task Whose_an_execution_is_is_asked_once()
    {
        for (var i = 0; i < 20; i++) Strangers(limit: null);
        await Adapter.ExecutionsAsync(default, Ct);
        var calls = Broker.Traffic.Count;
        await Adapter.ExecutionsAsync(default, Ct);
        Assert.Equal(calls + 1, Broker.Traffic.Count);
        Assert.DoesNotContain(Broker.Traffic.Exchanges, e => e.Pattern == "/v2/orders/{order_id}");
    }
}
