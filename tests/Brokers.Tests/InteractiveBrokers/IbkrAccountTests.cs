using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrAccountTests() : IbkrDesk(new FakeSettings { Cash = 100_000m, FeePerShare = 0.005m }, new IbkrSettings(PageSize: 2, CachePositions: true))
{
    [Fact]
    public async Task Positions_of_all_pages_are_as_they_are_now()
    {
        foreach (var (symbol, price) in new[] { ("MSFT", 400m), ("GME", 20m) }) Broker.Venue.SetPrice(symbol, price);
        await AcceptedAsync(Terms());
        Assert.Equal(ReplyKind.Accepted, (await Adapter.SubmitAsync(Terms("fund-2", 5m, Side.Sell), Apple, Ct)).Kind);
        Assert.Equal(ReplyKind.Accepted, (await Adapter.SubmitAsync(Terms("fund-3", 1m), GameStop, Ct)).Kind);
        // GME was traded, so its contract is known; neither it nor a stranger's MSFT is among the account's instruments.
        Broker.Venue.Submit(new("anonymous-y", "MSFT", BrokerFakes.Venues.Side.Buy, 2m, BrokerFakes.Venues.OrderType.Market, BrokerFakes.Venues.TimeInForce.Day));
        var positions = await Adapter.PositionsAsync(Ct);
        Assert.Equal([("AAPL.XNAS", -5m, 200m), ("GME.XNYS", 1m, 20m), ("MSFT", 2m, 400m), ("SPY.ARCX", 10m, 500m)], positions.Select(p => (p.Instrument, p.Quantity, p.AveragePrice)).Order());
        await AcceptedAsync(Terms("fund-4", 10m, Side.Sell));
        Assert.DoesNotContain(await Adapter.PositionsAsync(Ct), p => p.Instrument == "SPY.ARCX");
    }

    [Fact]
    public async Task Executions_are_told_once_with_their_fees_and_from_a_time_on()
    {
        var id = await AcceptedAsync(Limit());
        Broker.Venue.Fill(id, 4m, 489m);
        Broker.Venue.Fill(id, 6m, 490m);
        Broker.Venue.Fill(Strangers(), 1m, 400m);
        var executions = await Adapter.ExecutionsAsync(Timestamp.From(Broker.Time.GetUtcNow() - TimeSpan.FromDays(3)), Ct);
        Assert.Equal(
            [("fund-1", id, Side.Buy, 4m, 489m, 0.02m), ("fund-1", id, Side.Buy, 6m, 490m, 0.03m), ("", "", Side.Buy, 1m, 400m, 0.005m)],
            executions.Select(e => (e.OrderId, e.BrokerOrderId, e.Side, e.Quantity, e.Price, e.Fee)));
        Assert.Equal(Broker.Venue.Executions.Select(e => e.Id), executions.Select(e => e.ExecutionId));
        Assert.Empty(await Adapter.ExecutionsAsync(Timestamp.From(Broker.Time.GetUtcNow() + TimeSpan.FromHours(1)), Ct));
    }

    [Fact]
    public async Task Cash_and_equity_are_the_ledgers()
    {
        await AcceptedAsync(Terms());
        Broker.Venue.SetPrice("SPY", 510m);
        var account = await Adapter.AccountAsync(Ct);
        Assert.Equal((94_999.95m, 100_099.95m), (Assert.Single(account.Cash).Value, account.Equity));
    }
}
