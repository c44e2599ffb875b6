using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

/// <summary>
/// Seeded scripts of faults, in each of which orders are sent, replaced and cancelled by somebody who sends again whatever is in doubt and not
/// found. No order is ever there twice, no answer claims what is not so.
/// </summary>
public sealed class AlpacaFaultScriptTests(ITestOutputHelper output)
{
    private const int OrdersOfAScript = 25;

    private static readonly Instrument Spy = new("SPY.ARCX", "USD");

    [Fact]
    public Task There_is_never_a_second_live_order() => FaultScripts.PlayAsync(output, few: 40, many: 2_000, PlayAsync);

    private static async Task PlayAsync(int seed, FaultScripts scripts)
    {
        var draw = new Random(seed);
        var rules = string.Join(", ", ((string[])["submit", "replace", "cancel"]).SelectMany(point => (string[])
        [
            $"dropResponse {point} {draw.Next(40)}%", $"serverError {point} {draw.Next(20)}%", $"serverErrorAfter {point} {draw.Next(20)}%", $"halfOpen {point} {draw.Next(4)}%", $"reject {point} {draw.Next(10)}%",
        ])) + $", dropResponse order {draw.Next(20)}%, serverError order {draw.Next(20)}%, reject venueReplace {draw.Next(30)}%, reject venueCancel {draw.Next(30)}%";
        await using var broker = await FakeBroker.AlpacaAsync(new FakeSettings { Seed = seed, Cash = 1_000_000_000m, CallsPerMinute = 100_000_000, FaultRules = rules }, new AlpacaSettings(AlpacaDesk.KeyId, AlpacaDesk.SecretKey));
        broker.Venue.SetPrice("SPY", 500m);
        var options = AlpacaDesk.Quick(broker.Address);
        await using var adapter = new AlpacaAdapter(options with { Limits = options.Limits with { Calls = 100_000_000, Timeout = TimeSpan.FromMilliseconds(250), RetryPause = TimeSpan.FromMilliseconds(1) } }, TimeProvider.System);
        // One after the other, so that the same faults strike the same calls when the seed is played again.
        var ids = Enumerable.Range(1, OrdersOfAScript).Select(number => $"fund-{number}").ToList();
        foreach (var id in ids) await LiveAsync(adapter, broker, id, draw, scripts);
        broker.Faults.Clear();
        foreach (var id in ids)
        {
            Check(broker, id);
            var parts = broker.Venue.Orders.Where(o => AlpacaClientId.Read(o.Ticket.ClientId).OrderId == id).ToList();
            Assert.Equal(parts.Sum(o => o.Filled), (await FaultScripts.AskAsync(() => adapter.FindAsync(id, CancellationToken.None)))?.Filled ?? 0m);
        }

        Assert.Equal(broker.Venue.Open(null).Select(o => o.Id), (await FaultScripts.AskAsync(() => adapter.OpenOrdersAsync(CancellationToken.None))).Select(o => o.BrokerOrderId));
        // An order whose id is not ours is one that nobody would ever find.
        Assert.All(broker.Venue.Orders, order => Assert.Contains(AlpacaClientId.Read(order.Ticket.ClientId).OrderId, ids));
        Assert.Empty(broker.Traffic.Mismatches);
    }

    /// <summary>One order's life, as whoever acts on answers would lead it.</summary>
    private static async Task LiveAsync(AlpacaAdapter adapter, FakeServer broker, string id, Random draw, FaultScripts scripts)
    {
        var terms = new OrderTerms(id, "fund", "d", "SPY.ARCX", Side.Buy, 10m, OrderType.Limit, 400m, null, TimeInForce.Day);
        var accepted = false;
        for (var tries = 0; tries < 10 && !accepted; tries++)
        {
            var reply = scripts.Count(await adapter.SubmitAsync(terms, Spy, CancellationToken.None));
            Check(broker, id);
            if (reply.Kind == ReplyKind.Accepted) Assert.Equal(id, broker.Venue.Find(reply.BrokerOrderId!)!.Ticket.ClientId);
            // One that was refused was never there, unless an earlier attempt was in doubt.
            if (reply.Kind == ReplyKind.Refused && tries == 0) Assert.Null(broker.Venue.FindByClient(id));
            accepted = reply.Kind == ReplyKind.Accepted || await FaultScripts.AskAsync(() => adapter.FindAsync(id, CancellationToken.None)) is not null;
        }

        for (var turn = 0; turn < 4 && accepted; turn++)
        {
            if (draw.Next(3) == 0 && broker.Venue.Open(null).FirstOrDefault(o => AlpacaClientId.Read(o.Ticket.ClientId).OrderId == id) is { Remaining: > 1m } open) Fill(broker, open.Id);
            var next = terms with { Quantity = 10m + draw.Next(5), LimitPrice = 300m + draw.Next(100) };
            var reply = scripts.Count(draw.Next(4) > 0 ? await adapter.ReplaceAsync(next, Spy, null, CancellationToken.None) : await adapter.CancelAsync(terms, null, CancellationToken.None));
            Check(broker, id);
            if (reply.Kind == ReplyKind.Accepted) Assert.NotNull(broker.Venue.Find(reply.BrokerOrderId!));
        }
    }

    private static void Fill(FakeServer broker, string id)
    {
        try
        {
            broker.Venue.Fill(id, 1m, 400m);
        }
        catch (BrokerFakes.Venues.RefusedException)
        {
            // It has ended meanwhile.
        }
    }

    private static void Check(FakeServer broker, string id)
    {
        var orders = broker.Venue.Orders.Where(o => AlpacaClientId.Read(o.Ticket.ClientId).OrderId == id).ToList();
        Assert.True(orders.Count(o => o.Replaces is null) <= 1, $"{id} was placed twice: {string.Join("; ", orders)}");
        Assert.True(orders.Count(o => o.IsOpen) <= 1, $"{id} works twice: {string.Join("; ", orders)}");
    }
}
