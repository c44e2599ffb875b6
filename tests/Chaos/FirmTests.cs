using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk.Rules;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Chaos;

/// <summary>Two portfolios under one limit that is too small for both, while their processes and servers are killed.</summary>
public sealed class FirmTests(Servers servers, ITestOutputHelper output) : IClassFixture<Servers>
{
    private const decimal Limit = 250_000m;

    public static TheoryData<int> Seeds => [.. KillTests.Seeds().Select(s => s.Data).Take(Environment.GetEnvironmentVariable("EST_SOAK") == "1" ? int.MaxValue : 1)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task At_no_place_in_the_log_do_two_portfolios_have_more_than_the_firms_limit(int seed)
    {
        Servers.SkipWithoutPrograms();
        var schedule = Schedule.Draw(seed);
        output.WriteLine($"seed {seed}: {string.Join(", ", schedule)}");
        await using var trial = await Trial.StartAsync(servers, $"firm-{seed}", Configuration.Two, SetLimitAsync);
        await trial.SufferAsync(schedule, new Random(seed));
        output.WriteLine($"logs of the processes, if it fails: {trial.Folder}");
        await trial.UntilFedAsync();
        await trial.UntilQuietAsync();
        await HoldsAsync(trial.Log);
        trial.Forget();
    }

    /// <summary>The log is in commit order: what it says at each place was so at that moment, whatever died before or after.</summary>
    private async Task HoldsAsync(IAsyncEnumerable<RecordedEvent> log)
    {
        var firm = new FirmState();
        var (leases, approved, blocked) = (0, new SortedDictionary<string, int>(), 0);
        await foreach (var e in log)
        {
            var @event = EventJson.Deserialize(e.Type, e.Data.Span);
            if (e.StreamId == FirmState.Stream) firm.Apply(@event);
            Assert.True(firm.Leased <= Limit, $"{firm.Leased} is leased at {e.SeqId}");
            switch (@event)
            {
                case HeadroomLeased: leases++; break;
                case FirmHeadroomSet set: Assert.True(set.Headroom <= firm.LeaseOf(set.Portfolio).Held, $"{set.Portfolio} trades within {set.Headroom} at {e.SeqId} and holds {firm.LeaseOf(set.Portfolio).Held}"); break;
                case OrderApproved order:
                    approved[order.Terms.Portfolio] = approved.GetValueOrDefault(order.Terms.Portfolio) + 1;
                    Assert.True(order.Checks.Single(c => c.Rule == FirmHeadroom.Code).Limit <= firm.LeaseOf(order.Terms.Portfolio).Held, $"{order.Terms.OrderId} at {e.SeqId}");
                    break;
                case OrderBlocked order when order.Checks.Any(c => c is { Passed: false, Rule: FirmHeadroom.Code }): blocked++; break;
            }
        }

        output.WriteLine($"{leases} leases, {blocked} orders blocked for want of headroom, approved {string.Join(", ", approved)}");
        Assert.Equal(2, approved.Count);
        Assert.True(leases >= 2 && blocked > 0, "the limit was never felt");
    }

    private static async Task SetLimitAsync(TestDatabase database)
    {
        var limit = new FirmLimitsSet(Limit, "USD", 10_000m, "olivia", null, "a test");
        await using var appender = new EventAppender(database.App);
        await appender.AppendAsync(new AppendBatch(
            [new PendingEvent(FirmState.Stream, 1, EventJson.AliasOf(limit), EventId.For(FirmState.Stream, 1), EventJson.Serialize(limit), null, null)], DateTimeOffset.UtcNow));
    }
}
