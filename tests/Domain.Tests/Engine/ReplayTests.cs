using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Tests.Engine;

public sealed class ReplayTests
{
    [Fact]
    public void A_replayed_session_goes_on_exactly_like_the_live_one() => Draw.Property(30, random =>
    {
        var live = Session(random);
        var again = Replay(live);

        Assert.Equal(0, again.Record.Differences);
        Assert.Empty(again.Record.Events);
        GoesOnAlike(live, again, random);
    });

    [Fact]
    public void A_session_that_slept_in_a_snapshot_goes_on_as_if_it_had_not() => Draw.Property(30, random =>
    {
        var live = Session(random);
        var again = new PortfolioEngine(StateSnapshot.FromJson(StateSnapshot.Of(live.State).ToJson()).Restore(), PaperVenue.Factory);
        GoesOnAlike(live, again, random);
    });

    [Fact]
    public void Other_code_does_not_change_what_the_log_says_and_the_differences_are_counted() => Draw.Property(20, random =>
    {
        var live = Session(random);
        // SPY has a policy of its own here.
        if (!live.Log.Any(e => e is DecisionMade { Action: not DecisionAction.Hold, Instrument: not Some.Spy })) return;
        // Stands for a newer version that counts votes differently: its policy is changed behind the log's back.
        var again = Replay(live, state => state.Policy = Some.Policy(VotingMethod.Majority));

        Assert.NotEqual(0, again.Record.Differences);
        Assert.Equal(live.State.Equity(), again.State.Equity());
        Assert.Equal(live.State.LastOrderNumber, again.State.LastOrderNumber);
        Assert.Equal(live.State.Books.Values.Select(b => (b.Position.Quantity, b.OpenBuy, b.OpenSell)), again.State.Books.Values.Select(b => (b.Position.Quantity, b.OpenBuy, b.OpenSell)));
        Assert.Equal(live.State.Orders.Values.Select(o => (o.Terms.OrderId, o.State)), again.State.Orders.Values.Select(o => (o.Terms.OrderId, o.State)));
    });

    [Fact]
    public void An_event_that_this_code_would_not_have_written_stands_and_is_counted()
    {
        var live = Scenario.Given(Some.Open());
        var engine = new PortfolioEngine(new PortfolioState(Scenario.Portfolio), PaperVenue.Factory);
        engine.Replay(live.Tape[0].Input, Scenario.Now, new Queue<Logged>([.. live.Tape[0].Events, new Logged("portfolio-alpha", 5, new Domain.Portfolios.CashMoved("alpha", "USD", 7m, "x", "y"))]));
        Assert.Equal((1, 1_000_007m), (engine.Record.Differences, engine.State.Ledger("USD").Cash));

        engine.Replay(Some.Command(new MoveCash("USD", 1m), "c9"), Scenario.Now, new Queue<Logged>());
        // Two events are missing now: the cash, and the answer to the command.
        Assert.Equal((3, 1_000_007m), (engine.Record.Differences, engine.State.Ledger("USD").Cash));
    }

    private static void GoesOnAlike(Scenario live, PortfolioEngine again, Random random)
    {
        Assert.Equal(live.State.Equity(), again.State.Equity());
        var count = live.Tape.Count;
        Continue(live, new Random(random.Next()));
        foreach (var (input, events) in live.Tape.Skip(count))
        {
            again.Record.Clear();
            again.Step(input, Scenario.Now);
            Assert.Equal(events.Select(Text), again.Record.Events.Select(e => Text(new Logged(e.Stream, e.Version, e.Event))));
        }
    }

    private static PortfolioEngine Replay(Scenario live, Action<PortfolioState>? meddle = null)
    {
        var engine = new PortfolioEngine(new PortfolioState(Scenario.Portfolio), PaperVenue.Factory);
        foreach (var (input, events) in live.Tape)
        {
            // Through JSON, as from the log: 1.0 comes back as 1.
            engine.Replay(input, Scenario.Now, new Queue<Logged>(events.Select(e =>
                e with { Event = EventJson.Deserialize(EventJson.AliasOf(e.Event!), EventJson.Serialize(e.Event!)) })));
            meddle?.Invoke(engine.State);
        }

        return engine;
    }

    private static Scenario Session(Random random)
    {
        var desk = Scenario.Given(Some.Desk(
            Some.Open(Some.Limits(dailyLoss: 40m, cap: 150m), settings: new() { ["participation"] = "0.4", ["slippageBps"] = "10", ["feeBps"] = "0.3", ["latencyMs"] = "500" }),
            Some.Ada, Some.Bob));
        if (random.Chance(0.5)) desk.When(Some.Command(new SetVotingPolicy(Some.Policy(VotingMethod.PerformanceWeighted) with { Performance = new(2, 0.5m, 2m, 100m) }, Some.Spy)));
        desk.When(Some.Quote(Some.EurUsd, 1.1m, 1.1m, 0), Some.Done(Some.Ada, 0), random.Chance(0.5) ? Some.Done(Some.Bob, 0) : new DeadlineInput(Some.Time(0)));
        for (var second = 1; second <= 15; second++) Portfolios.BookkeepingTests.Session(desk, random, second);
        // Stops in the middle of things: a slice waits, a round is open, an intent has been refused.
        return desk.When(Some.Quote(Some.Spy, 10m, 10.01m, 16, end: random.Chance(0.5)), Some.Wants(Some.Ada, Side.Buy, 10m, 16), Some.Wants(Some.Bob, Side.Buy, -1m, 16));
    }

    private static void Continue(Scenario desk, Random random)
    {
        desk.When(Some.Done(Some.Ada, 16), Some.Wants(Some.Bob, Side.Buy, -1m, 16), Some.Done(Some.Bob, 16));
        for (var second = 17; second <= 25; second++) Portfolios.BookkeepingTests.Session(desk, random, second);
        Portfolios.BookkeepingTests.Session(desk, random, 100_000);
    }

    private static string Text(Logged e) => $"{e.Stream} {e.Version} {Scenario.Text(e.Event!)}";
}
