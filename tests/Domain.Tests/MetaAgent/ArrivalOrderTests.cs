using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

public sealed class ArrivalOrderTests
{
    private static readonly string[] Agents = [Some.Ada, Some.Bob, Some.Cyd];

    [Fact]
    public void No_order_of_arrival_changes_a_decision_an_order_or_a_fill() => Draw.Property(60, random =>
    {
        var (market, agents) = History(random, numbered: false);
        Assert.Equal(Run(random, [market, .. agents]), Run(random, [market, .. agents]));
    });

    [Fact]
    public void Nor_do_repeats_of_any_message() => Draw.Property(60, random =>
    {
        var (market, agents) = History(random, numbered: false);
        Assert.Equal(Run(random, [market, .. agents]), Run(random, WithRepeats(random, [market, .. agents])));
    });

    [Fact]
    public void Nor_do_numbered_intents_that_their_senders_progress_has_overtaken() => Draw.Property(60, random =>
    {
        var (market, agents) = History(random, numbered: true);
        // Intents and progress of one agent come over two subjects, each in its own order.
        var split = agents.SelectMany(queue => new[] { queue.Where(i => i is IntentInput), queue.Where(i => i is not IntentInput) });
        Assert.Equal(Run(random, [market, .. agents]), Run(random, WithRepeats(random, [market, .. split])));
    });

    [Fact]
    public void Without_numbers_an_overtaken_intent_is_too_late() => Assert.Equal("TOO_LATE", Scenario
        .Given([.. Some.Desk(Some.Open(), Some.Ada), Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Done(Some.Ada, 1)])
        .When(Some.Wants(Some.Ada, Side.Buy, 10m, 1, id: "i1")).AnswerTo("i1").Code);

    private static string[] Run(Random random, IEnumerable<IEnumerable<Input>> queues)
    {
        var desk = Scenario.Given(Some.Desk(
            Some.Open(Some.Limits(cap: 200m), settings: new() { ["participation"] = "0.5", ["slippageBps"] = "20", ["feeBps"] = "1" }), Agents));
        desk.When([.. random.Merge(queues)]);
        Assert.Equal(Some.Time(30), desk.State.Frontier);
        return desk.Outcome;
    }

    /// <summary>Thirty seconds of three instruments, and what each agent sends: votes in some rounds, and that it is done.</summary>
    private static (List<Input> Market, List<Input>[] Agents) History(Random random, bool numbered)
    {
        string[] instruments = [Some.Spy, Some.Qqq];
        List<Input> market = [];
        for (var second = 1; second <= 30; second++)
        {
            for (var i = 0; i < 2; i++)
            {
                var price = (950 + random.Next(100)) / 100m;
                market.Add(Some.Quote(instruments[i], price, price + 0.02m, second, i, end: i == 1 && random.Chance(0.8), size: random.Next(80)));
            }
        }

        market.Add(Some.Quote(Some.Spy, 10m, 10.02m, 31));
        var agents = Agents.Select(agent =>
        {
            List<Input> sent = [];
            long number = 0;
            for (var second = 1; second <= 30; second++)
            {
                foreach (var instrument in instruments)
                {
                    if (!random.Chance(0.6)) continue;
                    var quantity = random.Chance(0.1) ? -1m : random.Next(60);
                    sent.Add(Some.Wants(agent, random.Of(Side.Buy, Side.Sell), quantity, second, instrument, random.Next(101) / 100m, number: numbered ? ++number : null));
                }

                if (second == 30 || random.Chance(0.8)) sent.Add(Some.Done(agent, second, numbered ? number : null));
            }

            return sent;
        }).ToArray();
        return (market, agents);
    }

    private static IEnumerable<IEnumerable<Input>> WithRepeats(Random random, IEnumerable<IEnumerable<Input>> queues)
    {
        foreach (var queue in queues)
        {
            List<Input> repeated = [];
            foreach (var input in queue)
            {
                repeated.Add(input);
                while (random.Chance(0.2)) repeated.Add(repeated[random.Next(Math.Max(0, repeated.Count - 5), repeated.Count)]);
            }

            yield return repeated;
        }
    }
}
