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

    /// <summary>The most that is told of; who reads more learns no more.</summary>
    private const int MaxFailures = 5;

    /// <summary>How much faster than the wall's the clock of platform and broker is: their pauses are seconds, and there is one in every script.</summary>
    private const int Haste = 100;

    /// <summary>That every word agrees with the broker's own file is for the adapters' scripts, and would take most of the time here.</summary>
    private const string Unjudged = "nowhere";

    [Fact]
    public Task Whatever_goes_wrong_at_Alpaca_the_books_are_one_in_the_end() => PlayAsync(BrokerSetup.Alpaca);

    [Fact]
    public Task Whatever_goes_wrong_at_Interactive_Brokers_the_books_are_one_in_the_end() => PlayAsync(BrokerSetup.Ibkr);

    private async Task PlayAsync(BrokerSetup setup)
    {
        var (seeds, failures, started) = (new Queue<int>(Seeds.Chosen(few: 40, many: 2_000)), new List<string>(), Stopwatch.GetTimestamp());
        var (played, orders, executions, inDoubt, anomalies) = (0, 0, 0, 0, 0);
        while (seeds.Count > 0 && failures.Count < MaxFailures)
        {
            var first = seeds.Peek();
            await using var desk = await BrokerDesk.OpenAsync(setup, new FakeSettings { Seed = first, Time = new FastTime(Haste), Specifications = Unjudged });
            var book = new DeskBook(desk.World.Outside);
            for (var left = ScriptsOfAWorld; left > 0 && seeds.TryDequeue(out var seed); left--, played++)
            {
                if (await FailureAsync(desk, book, setup, seed) is not { } failure) continue;
                failures.Add($"EST_SEED={seed} (in a world that began with {first}): {failure}");
                output.WriteLine(failures[^1]);
                break;
            }

            (orders, executions, inDoubt, anomalies) = (orders + book.Orders.Count, executions + book.Executions.Count, inDoubt + book.InDoubt, anomalies + book.Anomalies.Count);
        }

        output.WriteLine($"{setup.Venue}: {played} scripts in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {orders} orders, {executions} executions, {inDoubt} times in doubt, {anomalies} anomalies");
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        // Else the faults have not struck and nothing was tried.
        Assert.True(inDoubt > 0 || played == 1, "no order was ever in doubt");
    }

    private static async Task<string?> FailureAsync(BrokerDesk desk, DeskBook book, BrokerSetup setup, int seed)
    {
        try
        {
            await new FaultScript(desk, book).PlayAsync(seed, setup.Faults);
            return null;
        }
        catch (Exception e)
        {
            return string.Join("\n", [
                $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}", .. book.Open.Select(o => $"ours: {o.Terms.OrderId} {o.State} {o.Filled} of {o.Terms.Quantity}"),
                .. desk.Fake.Venue.Open(null).Select(o => $"theirs: {o.Ticket.ClientId} {o.State} {o.Filled} of {o.Ticket.Quantity}"),
                .. book.Breaks.Values.Select(b => $"{b}"), $"{book.Standing}", .. desk.World.Complaints.Lines.TakeLast(15),
            ]);
        }
    }
}
