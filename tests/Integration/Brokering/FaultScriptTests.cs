using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Engines;

namespace EventSourcedTrading.Integration.Brokering;

/// <summary>
/// Random orders, cancels and prices while the broker goes wrong in every way that it can, drawn from a seed. Afterwards the books must be one:
/// no order twice, none lost, none in doubt, every fill booked once, positions and cash equal.
/// </summary>
public sealed class FaultScriptTests(ITestOutputHelper output)
{
    private const string Faults =
        "dropResponse submit 10%, serverErrorAfter submit 5%, serverError submit 5%, tooManyRequests submit 3%, reject submit 3%, reject venue 3%, " +
        "dropResponse cancel 10%, serverError cancel 10%, reject cancel 5%, fillBeatsCancel cancel 10%, fillAfterCancel cancel 10%, slowCancel cancel 10%, " +
        "serverError order 10%, dropResponse order 5%, serverError executions 10%, serverError orders 5%, serverError positions 5%, serverError account 5%, " +
        "duplicateReport fill 10%, duplicateReport partialFill 10%, loseReport fill 10%, loseReport canceled 10%, reorderReport new 5%, reorderReport partialFill 5%, " +
        "breakStream fill 3%, unknownOrderReport fill 3%";

    private static int Scripts => Environment.GetEnvironmentVariable("EST_SOAK") is { Length: > 0 } ? 40 : 2;
    private static int Steps => Environment.GetEnvironmentVariable("EST_SOAK") is { Length: > 0 } ? 100 : 40;

    /// <summary>EST_SEED alone, or the first ones.</summary>
    public static TheoryData<int> Seeds => int.TryParse(Environment.GetEnvironmentVariable("EST_SEED"), out var seed) ? [seed] : [.. Enumerable.Range(1, Scripts)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_goes_wrong_the_books_are_one_in_the_end(int seed)
    {
        await using var desk = await BrokerDesk.OpenAsync(Faults, seed: seed);
        var random = new Random(seed);
        for (var step = 0; step < Steps; step++) await StepAsync(desk, random);

        // The broker gets well, everything that still lives is cancelled, and what it held back comes out.
        desk.Fake.Faults.Clear();
        try
        {
            await SettledAsync(desk);
        }
        catch (TimeoutException)
        {
            foreach (var order in (await StateAsync(desk)).Books[Market.Spy].Open) output.WriteLine($"ours: {order.Terms.OrderId} {order.State} filled {order.Filled} of {order.Terms.Quantity}");
            foreach (var order in desk.Fake.Venue.Open(null)) output.WriteLine($"theirs: {order.Ticket.ClientId} {order.State} filled {order.Filled} of {order.Ticket.Quantity}");
            foreach (var line in desk.World.Complaints.Lines.TakeLast(20)) output.WriteLine(line);
            throw;
        }

        await SameAsync(desk, seed);
    }

    private static async Task StepAsync(BrokerDesk desk, Random random)
    {
        switch (random.Next(10))
        {
            case < 5: await desk.BuyAsync($"{random.Next(1, 50)}", random.Next(2) == 0 ? "buy" : "sell", random.Next(2) == 0 ? null : 95m + random.Next(10)); break;
            case < 8: desk.Fake.Venue.SetPrice("SPY", 95m + random.Next(10), random.Next(3) == 0 ? random.Next(1, 30) : null); break;
            default:
                var state = await StateAsync(desk);
                if (state.Books[Market.Spy].Open is { Count: > 0 } open) await CancelAsync(desk, open[random.Next(open.Count)]);
                break;
        }
    }

    private static async Task SettledAsync(BrokerDesk desk)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.TrueAsync(async () =>
        {
            desk.Fake.Venue.FinishCancels();
            var open = (await StateAsync(desk)).Books[Market.Spy].Open;
            foreach (var order in open)
                if (order.State is OrderState.New or OrderState.PartiallyFilled or OrderState.PendingNew or OrderState.Submitted && asked.Add($"{order.Terms.OrderId} {order.State} {order.Filled}")) await CancelAsync(desk, order);
            return open.Count == 0 && desk.Fake.Venue.Open(null).Count == 0;
        }, "nothing lives and nothing is in doubt", 180);
    }

    private async Task SameAsync(BrokerDesk desk, int seed)
    {
        var state = await StateAsync(desk);
        var approved = (await desk.LogAsync<OrderApproved>()).Select(a => a.Terms.OrderId).ToHashSet(StringComparer.Ordinal);
        var theirs = desk.Fake.Venue.Orders;
        output.WriteLine($"seed {seed}: {approved.Count} orders, {theirs.Count} of them came to the broker, {desk.Fake.Venue.Executions.Count} executions, {(await desk.LogAsync<OrderInDoubt>()).Count} were in doubt");
        Assert.Equal([], theirs.GroupBy(o => o.Ticket.ClientId).Where(g => g.Skip(1).Any()).Select(g => g.Key));
        Assert.Subset(approved, theirs.Select(o => o.Ticket.ClientId).ToHashSet(StringComparer.Ordinal));

        var ours = (await desk.LogAsync<OrderFilled>()).Select(e => e.Execution).Concat((await desk.LogAsync<OrderPartiallyFilled>()).Select(e => e.Execution)).ToList();
        Assert.Equal(ours.Count, ours.DistinctBy(e => e.ExecutionId).Count());
        var clients = theirs.ToDictionary(o => o.Id, o => o.Ticket.ClientId, StringComparer.Ordinal);
        Assert.Equal(
            desk.Fake.Venue.Executions.Select(e => (clients[e.OrderId], e.Quantity, e.Price)).Order(),
            ours.Select(e => (e.OrderId, e.Quantity, e.Price)).Order());
        Assert.Equal(desk.Fake.Venue.Account["SPY"].Quantity, state.Books[Market.Spy].Position.Quantity);
        Assert.Equal(desk.Fake.Venue.Account.Cash, state.Currencies["USD"].Cash);
        Assert.Empty(await desk.LogAsync<Domain.Portfolios.HoldingAdopted>());
    }

    private static async Task<PortfolioState> StateAsync(BrokerDesk desk)
    {
        var outside = desk.World.Outside;
        return (await new Recovery(outside.Reader, outside.Snapshots, _ => null).RecoverAsync("main", CancellationToken.None)).Engine.State;
    }

    private static async Task CancelAsync(BrokerDesk desk, Order order)
    {
        var outside = desk.World.Outside;
        var version = await outside.Reader.StreamVersionAsync("control-main") + 1;
        var authorised = new CommandAuthorised(
            $"c{version}", "main", "olga", null, "operator", "key", "127.0.0.1", "a test", "cancelOrder", InputJson.ToElement(new CancelOrder(order.Terms.OrderId)), Timestamp.From(DateTimeOffset.UtcNow));
        await outside.Appender.AppendAsync(new AppendBatch(
            [new PendingEvent("control-main", version, EventJson.AliasOf(authorised), EventId.For("control-main", version), EventJson.Serialize(authorised), null, null)], DateTimeOffset.UtcNow));
        await outside.Nats.PublishAsync(outside.Subjects.Nudge("main"), ReadOnlyMemory<byte>.Empty);
    }
}
