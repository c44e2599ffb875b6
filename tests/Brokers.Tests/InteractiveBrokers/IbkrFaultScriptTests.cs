using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.Brokers.InteractiveBrokers;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

/// <summary>
/// Seeded scripts of faults, in each of which orders with their questions are sent, changed and cancelled by somebody who sends again whatever is
/// in doubt and not found. No order is ever there twice, no answer claims what is not so.
/// </summary>
public sealed class IbkrFaultScriptTests(ITestOutputHelper output)
{
    private const int OrdersOfAScript = 15;

    private static readonly Instrument Spy = new("SPY.ARCX", "USD");

    [Fact]
    public Task There_is_never_a_second_live_order() => FaultScripts.PlayAsync(output, few: 30, many: 1_000, PlayAsync);

    private static async Task PlayAsync(int seed, FaultScripts scripts)
    {
        var draw = new Random(seed);
        var rules = string.Join(", ", ((string[])["submit", "reply", "replace", "cancel"]).SelectMany(point => (string[])
        [
            $"dropResponse {point} {draw.Next(30)}%", $"serverError {point} {draw.Next(15)}%", $"serverErrorAfter {point} {draw.Next(15)}%", $"halfOpen {point} {draw.Next(3)}%", $"reject {point} {draw.Next(10)}%",
        ])) + $", prompt submit {draw.Next(10)}%, prompt reply {draw.Next(10)}%, dropResponse orders {draw.Next(20)}%, serverError orders {draw.Next(20)}%, reject venueReplace {draw.Next(30)}%, reject venueCancel {draw.Next(30)}%";
        Question[] questions = [.. new[] { Question.NoMarketData, Question.PriceCap, new Question("o451", "The value is high.\nAre you sure?") }.Take(draw.Next(4))];
        // Of three questions the last is not on the list, so nothing may ever come of such a script's orders.
        var confirmed = new HashSet<string> { "o354", "o163" };
        await using var broker = await FakeBroker.IbkrAsync(
            new FakeSettings { Seed = seed, Cash = 1_000_000_000m, CallsPerMinute = 100_000_000, FaultRules = rules }, new IbkrSettings(Questions: questions, Inexact: draw.Next(3) * 0.1));
        broker.Venue.SetPrice("SPY", 500m);
        var options = IbkrDesk.Quick(broker.Api) with { Confirmed = confirmed, Conids = new Dictionary<string, long> { ["SPY.ARCX"] = 756733 } };
        await using var adapter = new IbkrAdapter(options with { Limits = options.Limits with { Calls = 100_000_000, Timeout = TimeSpan.FromMilliseconds(300), RetryPause = TimeSpan.FromMilliseconds(1) } }, TimeProvider.System);
        // One after the other, so that the same faults strike the same calls when the seed is played again.
        var ids = Enumerable.Range(1, OrdersOfAScript).Select(number => $"fund-{number}").ToList();
        foreach (var id in ids) await LiveAsync(adapter, broker, id, draw, scripts);
        broker.Faults.Clear();
        foreach (var id in ids)
        {
            Check(broker, id);
            Assert.Equal(broker.Venue.FindByClient(id)?.Filled ?? 0m, (await FaultScripts.AskAsync(() => adapter.FindAsync(id, CancellationToken.None)))?.Filled ?? 0m);
        }

        if (questions.Length == 3) Assert.Empty(broker.Venue.Orders);
        Assert.Equal(broker.Venue.Open(null).Select(o => o.Id).Order(), (await FaultScripts.AskAsync(() => adapter.OpenOrdersAsync(CancellationToken.None))).Select(o => o.BrokerOrderId).Order());
        // An order whose id is not ours is one that nobody would ever find.
        Assert.All(broker.Venue.Orders, order => Assert.Contains(order.Ticket.ClientId, ids));
        Assert.Empty(broker.Traffic.Mismatches);
    }

    /// <summary>One order's life, as whoever acts on answers would lead it.</summary>
    private static async Task LiveAsync(IbkrAdapter adapter, FakeServer broker, string id, Random draw, FaultScripts scripts)
    {
        var terms = new OrderTerms(id, "fund", "d", "SPY.ARCX", Side.Buy, 10m, OrderType.Limit, 400m, null, TimeInForce.Day);
        var accepted = false;
        for (var tries = 0; tries < 8 && !accepted; tries++)
        {
            var reply = scripts.Count(await adapter.SubmitAsync(terms, Spy, CancellationToken.None));
            Check(broker, id);
            if (reply.Kind == ReplyKind.Accepted) Assert.Equal(id, broker.Venue.Find(reply.BrokerOrderId!)!.Ticket.ClientId);
            // One that was refused was never there, unless an earlier attempt was in doubt.
            if (reply.Kind == ReplyKind.Refused && tries == 0) Assert.Null(broker.Venue.FindByClient(id));
            accepted = reply.Kind == ReplyKind.Accepted || await FaultScripts.AskAsync(() => adapter.FindAsync(id, CancellationToken.None)) is not null;
            Assert.Equal(accepted, broker.Venue.FindByClient(id) is not null);
        }

        for (var turn = 0; turn < 4 && accepted; turn++)
        {
            if (draw.Next(3) == 0 && broker.Venue.FindByClient(id) is { IsOpen: true, Remaining: > 1m } open) broker.Venue.Fill(open.Id, 1m, 400m);
            var next = terms with { Quantity = 10m + draw.Next(5), LimitPrice = 300m + draw.Next(100) };
            var before = broker.Venue.FindByClient(id)!;
            var change = draw.Next(4) > 0;
            var reply = scripts.Count(change ? await adapter.ReplaceAsync(next, Spy, null, CancellationToken.None) : await adapter.CancelAsync(terms, null, CancellationToken.None));
            Check(broker, id);
            if (reply.Kind == ReplyKind.Accepted) Assert.Equal(before.Id, reply.BrokerOrderId);
            if (reply.Kind == ReplyKind.Refused) Assert.Equal(before.Ticket, broker.Venue.FindByClient(id)!.Ticket);
            // It was open, or there was nothing to cancel.
            if (reply.Kind == ReplyKind.Accepted && !change) Assert.True(before.IsOpen);
        }
    }

    private static void Check(FakeServer broker, string id)
    {
        var orders = broker.Venue.Orders.Where(o => o.Ticket.ClientId == id).ToList();
        Assert.True(orders.Count <= 1, $"{id} was placed twice: {string.Join("; ", orders)}");
    }
}
