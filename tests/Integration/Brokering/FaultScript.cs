using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Integration.Brokering;

/// <summary>
/// One script: orders, cancels and prices while the broker goes wrong, all drawn from a seed; then the broker gets well, and both books must say the
/// same. The seed fixes what is asked and which passing of a point fails, but not how threads and machines interleave.
/// </summary>
public sealed class FaultScript(BrokerDesk desk, DeskBook ours, BrokerSetup setup)
{
    private const int Steps = 8;

    private FakeServer Fake => desk.Fake;

    /// <summary>Half of the faults, each at a rate of its own: one that strikes always would hide what the others find (Groce et al., Swarm Testing, ISSTA 2012).</summary>
    private static string Draw(Random random, string most) => string.Join(", ", most.Split(", ").Where(_ => random.Next(2) == 0).Select(rule =>
    {
        var words = rule.Split(' ');
        words[2] = $"{random.Next(1, int.Parse(words[2].TrimEnd('%')) + 1)}%";
        return string.Join(' ', words);
    }));

    public async Task PlayAsync(int seed)
    {
        var random = new Random(seed);
        Fake.Faults.Begin(seed, Draw(random, setup.Faults));
        for (var step = 0; step < Steps; step++) await StepAsync(random);
        await GetWellAsync();
        await AgreeAsync();
        Compare();
    }

    private async Task StepAsync(Random random)
    {
        switch (random.Next(20))
        {
            case < 10:
                var (quantity, side, limit) = ($"{random.Next(1, 50)}", random.Next(2) == 0 ? "buy" : "sell", random.Next(2) == 0 ? (decimal?)null : 95m + random.Next(10));
                await desk.BuyAsync(quantity, side, limit, random.Next(2) == 0 ? "day" : "gtc");
                break;
            case < 15: Fake.Venue.SetPrice("SPY", 95m + random.Next(10), random.Next(3) == 0 ? random.Next(1, 30) : null); break;
            case < 16: await setup.DisturbAsync(Fake); break;
            case < 17:
                // A day ends, and with it what was good for the day.
                Fake.Venue.CloseMarket();
                Fake.Venue.OpenMarket();
                break;
            default:
                await ours.FollowAsync();
                if (ours.Open is { Count: > 0 } open) await desk.Engine.Platform.CancelAsync(open[random.Next(open.Count)].Terms.OrderId);
                break;
        }
    }

    /// <summary>No faults any more; what the broker held back comes out, and everything that still lives is cancelled.</summary>
    private async Task GetWellAsync()
    {
        Fake.Faults.Clear();
        Fake.Time.Skew = TimeSpan.Zero;
        var asked = new HashSet<(string, long)>();
        await Eventually.TrueAsync(async () =>
        {
            lock (Fake.Venue.Gate)
            {
                Fake.Feed.Release();
                Fake.Venue.FinishCancels();
            }

            await ours.FollowAsync();
            foreach (var order in ours.Open)
                // Whoever is refused asks again, once something has happened to the order.
                if (order.State is not (Domain.Orders.OrderState.PendingCancel or Domain.Orders.OrderState.InDoubt) && asked.Add((order.Terms.OrderId, order.Version)))
                    await desk.Engine.Platform.CancelAsync(order.Terms.OrderId);
            return ours.Open.Count == 0 && Fake.Venue.Open(null).Count == 0;
        }, "nothing lives, is pending or in doubt", 30, everyMilliseconds: 8);
    }

    /// <summary>Once more the connection breaks; the platform compares the books, finds nothing, and trading may go on.</summary>
    private async Task AgreeAsync()
    {
        var settled = Timestamp.From(desk.World.Time.GetUtcNow());
        Fake.Feed.Break();
        await Eventually.TrueAsync(async () =>
        {
            await ours.FollowAsync();
            return ours.Compared is { OpenBreaks: 0 } compared && compared.AsOf >= settled && ours.State.VenueClosedFor is null;
        }, "the books were compared, no break is open, and orders may go out", 30, everyMilliseconds: 8);
    }

    private void Compare()
    {
        var theirs = Fake.Venue.Orders;
        Assert.Equal([], theirs.GroupBy(o => o.Ticket.ClientId).Where(g => g.Skip(1).Any()).Select(g => $"{g.Key} is there {g.Count()} times"));
        var byOurId = theirs.ToDictionary(o => o.Ticket.ClientId, StringComparer.Ordinal);
        Assert.Subset(ours.Orders.Keys.ToHashSet(StringComparer.Ordinal), byOurId.Keys.ToHashSet(StringComparer.Ordinal));
        // One that never came there was rejected.
        Assert.Equal(
            ours.Orders.Select(o => (o.Key, byOurId.TryGetValue(o.Key, out var there) ? setup.Ended(there.State) : $"{OrderState.Rejected}", there?.Filled ?? 0m)),
            ours.Orders.Select(o => (o.Key, $"{o.Value.State}", o.Value.Filled)));

        Assert.Equal(ours.Executions.Count, ours.Executions.DistinctBy(e => e.ExecutionId).Count());
        Assert.Equal(
            Fake.Venue.Executions.Select(e => (e.ClientId, $"{e.Side}", e.Quantity, e.Price, e.Fee)).Order(),
            ours.Executions.Select(e => (e.OrderId, $"{e.Side}", e.Quantity, e.Price, e.Fee)).Order());
        Assert.Equal(Fake.Venue.Account["SPY"].Quantity, ours.State.Books[Market.Spy].Position.Quantity);
        Assert.Equal(Fake.Venue.Account.Cash, ours.State.Currencies["USD"].Cash);
        Assert.Empty(ours.Adopted);
        Assert.Empty(ours.Breaks);
        Assert.Empty(desk.World.Complaints.Restarts);
    }
}
