using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

/// <summary>The same venue behind the interface of brokers.</summary>
public sealed class PaperBrokerTests
{
    private const int NextDay = 86_400_000;

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Ms(0).ToDateTimeOffset();
    }

    private static PaperBroker Broker() => new(new PaperSettings(), [Spy], "USD", 100_000m, new Clock());

    private static async Task<BrokerReply> SubmitAsync(PaperBroker broker, OrderTerms terms) => await broker.SubmitAsync(terms, Spy, TestContext.Current.CancellationToken);

    private static async Task<decimal[]> PricesAsync(PaperBroker broker) =>
        [.. (await broker.ExecutionsAsync(Timestamp.MinValue, TestContext.Current.CancellationToken)).Select(e => e.Price)];

    [Fact]
    public async Task It_trails()
    {
        await using var broker = Broker();
        broker.OnSignal(Trade(10m, 1));
        Assert.Equal(ReplyKind.Accepted, (await SubmitAsync(broker, Terms(Side.Sell, 10m) with { OrderType = OrderType.TrailingStop, Trail = new Trail(0.5m) })).Kind);
        broker.OnSignal(Trade(11m, 2));
        Assert.Empty(await PricesAsync(broker));
        broker.OnSignal(Trade(10.5m, 3));
        Assert.Equal([10.5m], await PricesAsync(broker));
    }

    [Theory]
    [InlineData(TimeInForce.AtTheOpening, "12")]
    [InlineData(TimeInForce.AtTheClose, "11")]
    public async Task It_holds_auctions_by_days_of_utc(TimeInForce force, string price)
    {
        await using var broker = Broker();
        broker.OnSignal(Trade(10m, 1));
        await SubmitAsync(broker, Terms(Side.Buy, 10m, tif: force));
        broker.OnSignal(Trade(11m, 2));
        Assert.Empty(await PricesAsync(broker));
        broker.OnSignal(Trade(12m, NextDay));
        Assert.Equal([decimal.Parse(price)], await PricesAsync(broker));
    }

    [Fact]
    public async Task It_keeps_no_exits()
    {
        await using var broker = Broker();
        var reply = await SubmitAsync(broker, Terms(Side.Buy, 10m) with { Bracket = new Bracket(11m) });
        Assert.Equal((ReplyKind.Refused, "bracket must be left out: exits are kept by the engine, at simulated venues alone"), (reply.Kind, reply.Text));
    }
}
