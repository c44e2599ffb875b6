using System.Collections.Concurrent;
using System.Diagnostics;
using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Integration.Brokering;

/// <summary>
/// Random faults through the whole platform: engine, broker role, adapter, and a broker that goes wrong in every way that it can. Afterwards the books
/// must be one: no order twice, none lost, none in doubt, every fill booked once, positions and cash equal, and trading may go on. EST_SOAK=1 plays
/// thousands; EST_SEED=n plays n again, EST_SEED=n EST_SOAK_SEEDS=m the m from n on.
/// </summary>
public sealed class FaultScriptTests(ITestOutputHelper output)
{
    /// <summary>Scripts that one platform and its broker see one after the other: to start them takes longer than many scripts.</summary>
    private const int ScriptsOfAWorld = 25;

    /// <summary>A script mostly waits.</summary>
    private const int WorldsAtOnce = 2;

    /// <summary>The most that is told of; who reads more learns no more.</summary>
    private const int MaxFailures = 5;

    /// <summary>How much faster than the wall's the clock of platform and broker is: their pauses are seconds, and there is one in every script.</summary>
    private const int Haste = 100;

    /// <summary>That every word agrees with the broker's own file is for the adapters' scripts, and would take most of the time here.</summary>
    private const string Unjudged = "nowhere";

    private readonly ConcurrentQueue<string> failures = [];
    private int played, orders, executions, inDoubt, anomalies;

    [Fact]
    public Task Whatever_goes_wrong_at_Alpaca_the_books_are_one_in_the_end() => PlayAsync(BrokerSetup.Alpaca, few: 30);

    [Fact]
    public Task Whatever_goes_wrong_at_Interactive_Brokers_the_books_are_one_in_the_end() => PlayAsync(BrokerSetup.Ibkr, few: 20);

    private async Task PlayAsync(BrokerSetup setup, int few)
    {
        var (seeds, started) = (Seeds.Chosen(few, many: 2_000), Stopwatch.GetTimestamp());
        var worlds = seeds.Chunk(Math.Min(ScriptsOfAWorld, (seeds.Count + WorldsAtOnce - 1) / WorldsAtOnce));
        await Parallel.ForEachAsync(worlds, new ParallelOptions { MaxDegreeOfParallelism = WorldsAtOnce }, async (chunk, _) => await PlayAsync(setup, new Queue<int>(chunk)));
        output.WriteLine(
            $"{setup.Venue}, seeds {seeds[0]} to {seeds[^1]}: {played} scripts in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {orders} orders, {executions} executions, {inDoubt} times in doubt, {anomalies} anomalies");
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        // Else the faults have not struck and nothing was tried.
        Assert.True(inDoubt > 0 || seeds.Count < few, "no order was ever in doubt");
    }

    /// <summary>Plays them in one world, and in another from the one behind a failure on.</summary>
    private async Task PlayAsync(BrokerSetup setup, Queue<int> seeds)
    {
        while (seeds.Count > 0 && failures.Count < MaxFailures)
        {
            var first = seeds.Peek();
            await using var desk = await BrokerDesk.OpenAsync(setup, new FakeSettings { Seed = first, Time = new FastTime(Haste), Specifications = Unjudged });
            var (book, failure) = (new DeskBook(desk.World.Outside), (string?)null);
            while (failure is null && seeds.TryDequeue(out var seed))
            {
                failure = await FailureAsync(desk, book, setup, seed);
                Interlocked.Increment(ref played);
                if (failure is null) continue;
                failures.Enqueue(failure = $"EST_SEED={seed} (the world began with {first}: EST_SEED={first} EST_SOAK_SEEDS={seed - first + 1}): {failure}");
                output.WriteLine(failure);
            }

            Interlocked.Add(ref orders, book.Orders.Count);
            Interlocked.Add(ref executions, book.Executions.Count);
            Interlocked.Add(ref inDoubt, book.InDoubt);
            Interlocked.Add(ref anomalies, book.Anomalies.Count);
        }
    }

    private static async Task<string?> FailureAsync(BrokerDesk desk, DeskBook book, BrokerSetup setup, int seed)
    {
        try
        {
            await new FaultScript(desk, book, setup).PlayAsync(seed);
            return null;
        }
        catch (Exception e)
        {
            return string.Join("\n", [
                $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}", .. book.Open.Select(o => $"ours: {o.Terms.OrderId} {o.State} {o.Filled} of {o.Terms.Quantity}"),
                .. desk.Fake.Venue.Open(null).Select(o => $"theirs: {o.Ticket.ClientId} {o.State} {o.Filled} of {o.Ticket.Quantity}"),
                .. book.Breaks.Values.Select(b => $"{b}"), book.Standing, .. desk.World.Complaints.Lines.TakeLast(15),
            ]);
        }
    }
}
