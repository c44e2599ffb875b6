using System.Text;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Tests.Portfolios;

namespace EventSourcedTrading.Domain.Tests.Orders;

/// <summary>Whatever entries, exits, other orders, cancels, splits, days and restarts do to each other.</summary>
public sealed class ExitPropertyTests
{
    [Fact]
    public void Pairs_reserve_the_larger_and_exits_never_exceed_the_position() => Draw.Property(60, random =>
    {
        var desk = Open(random);
        for (var second = 1; second <= 40; second++)
        {
            foreach (var input in Happening(desk, random, second))
            {
                desk.When(input);
                Holds(desk);
            }

            if (random.Chance(0.1)) desk.RestartFromSnapshot();
            Holds(desk);
        }

        var log = desk.Log.ToArray();
        Assert.DoesNotContain(log, e => e is OrderAnomalyNoted);
        // Of a pair no more was filled than the entry had bought or sold.
        foreach (var exits in log.OfType<OrderApproved>().Where(a => a.Terms.ParentId is not null).GroupBy(a => a.Terms.ParentId))
            Assert.True(exits.Sum(e => Filled(log, e.Terms.OrderId)) <= Filled(log, exits.Key!), exits.Key);
    });

    [Fact]
    public void The_log_gives_the_same_state_to_the_byte() => Draw.Property(30, random =>
    {
        var desk = Open(random);
        for (var second = 1; second <= 40; second++) desk.When([.. Happening(desk, random, second)]);
        var live = Encoding.UTF8.GetString(StateSnapshot.Of(desk.State).ToJson());
        desk.RestartFromLog();
        Assert.Equal(live, Encoding.UTF8.GetString(StateSnapshot.Of(desk.State).ToJson()));
        desk.RestartFromSnapshot();
        Assert.Equal(live, Encoding.UTF8.GetString(StateSnapshot.Of(desk.State).ToJson()));
    });

    [Fact]
    public void Where_nothing_may_be_sold_short_nothing_ever_is() => Draw.Property(40, random =>
    {
        var desk = Open(random, RiskLimits.None with { DefaultShortSale = false });
        for (var second = 1; second <= 40; second++)
        {
            desk.When([.. Happening(desk, random, second)]);
            Assert.All(desk.State.Books.Values, b => Assert.True(b.Position.Quantity >= 0m && b.OpenSell <= b.Position.Quantity, $"second {second}: {b.Position.Quantity}, open sells {b.OpenSell}"));
        }
    });

    [Fact]
    public void The_histories_have_in_them_what_they_are_about()
    {
        HashSet<string> seen = [];
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var desk = Open(random);
            for (var second = 1; second <= 40; second++) desk.When([.. Happening(desk, random, second)]);
            foreach (var e in desk.Log)
            {
                if (e is OrderReplaced) seen.Add("replaced");
                if (e is OrderCancelRequested { Actor: var actor }) seen.Add(actor);
                if (e is OrderBlocked { Terms.ParentId: not null }) seen.Add("blocked exit");
                if (e is OrderExpired) seen.Add("expired");
                if (e is OrderPartiallyFilled) seen.Add("partial");
                if (e is OrderApproved { Terms.OneCancels: not null }) seen.Add("pair");
            }
        }

        Assert.Equal("", string.Join(", ", new[] { "replaced", "rule:OCO", "rule:EXITS", "rule:SPLIT", "olivia", "blocked exit", "expired", "partial", "pair" }.Except(seen)));
    }

    private static decimal Filled(DomainEvent[] log, string order) =>
        log.Select(e => e is OrderPartiallyFilled p ? p.Execution : (e as OrderFilled)?.Execution).Where(x => x?.OrderId == order).Sum(x => x!.Quantity);

    private static void Holds(Scenario desk)
    {
        foreach (var book in desk.State.Books.Values)
        {
            Assert.Equal((BookkeepingTests.Reserved(book, Side.Buy), BookkeepingTests.Reserved(book, Side.Sell)), (book.OpenBuy, book.OpenSell));
            Assert.True(book.ExitBuy == 0m || book.OpenBuy <= -book.Position.Quantity, $"exits buy {book.ExitBuy} of {book.OpenBuy}, position {book.Position.Quantity}");
            Assert.True(book.ExitSell == 0m || book.OpenSell <= book.Position.Quantity, $"exits sell {book.ExitSell} of {book.OpenSell}, position {book.Position.Quantity}");
            Assert.All(book.Open, o => Assert.True(o.Terms.OneCancels is null || desk.State.PartnerOf(o.Terms) is not { } other || other.Leaves == o.Leaves, o.Terms.OrderId));
            Assert.All(book.Open.Where(o => o.Terms.ParentId is not null), o => Assert.Equal(o.Terms.Quantity, o.Allocation.Sum(a => a.Quantity)));
        }
    }

    private static Scenario Open(Random random, RiskLimits? limits = null)
    {
        var desk = Scenario.Given(
        [
            .. Some.Desk(Some.Open(limits ?? (random.Chance(0.5) ? RiskLimits.None with { MaxOpenOrders = random.Next(1, 5) } : null), Some.Policy(random.Of(VotingMethod.Netting, VotingMethod.ConfidenceWeighted)), settings: new()
            {
                // In the order in which the log writes them, as snapshots are compared by the byte.
                ["feePerShare"] = "0.01", ["fill"] = random.Of("now", "now", "next-open", "next-quote"), ["latencyMs"] = random.Of("0", "0", "1500"), ["participation"] = random.Of("0", "0.3"), ["seed"] = $"{random.Next()}",
            }), Some.Ada, Some.Bob),
            Some.Quote(Some.EurUsd, 1.1m, 1.1m, 0), Some.Done(Some.Ada, 0), Some.Done(Some.Bob, 0),
        ]);
        return desk;
    }

    /// <summary>A second: one price of SPY, what the agents want, and now and then a person, a split, or another day.</summary>
    private static IEnumerable<Input> Happening(Scenario desk, Random random, int step)
    {
        // Every tenth step is another day.
        var second = step + (step / 10 * 86_400);
        yield return Price(random, second);
        foreach (var agent in (string[])[Some.Ada, Some.Bob])
        {
            if (random.Chance(0.4))
            {
                var side = random.Of(Side.Buy, Side.Sell);
                var limit = random.Chance(0.4) ? (950 + random.Next(100)) / 100m : (decimal?)null;
                yield return Some.Send(Some.Intent(agent, side, random.Next(1, 60), second, confidence: random.Next(50, 101) / 100m) with
                {
                    OrderType = limit is null ? OrderType.Market : OrderType.Limit,
                    LimitPrice = limit,
                    TimeInForce = random.Of(TimeInForce.Day, TimeInForce.Gtc, TimeInForce.Gtc, TimeInForce.Ioc, TimeInForce.AtTheOpening, TimeInForce.AtTheClose),
                    Bracket = random.Chance(0.7) ? BookkeepingTests.AnyBracket(random, side, limit ?? 10m) : null,
                });
            }

            yield return Some.Done(agent, second);
        }

        var live = desk.State.Books[Some.Spy].Open;
        if (live.Count > 0 && random.Chance(0.08)) yield return Some.Command(new CancelOrder(live[random.Next(live.Count)].Terms.OrderId), $"c{second}");
        if (random.Chance(0.02)) yield return Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, random.Of(KillSwitchMode.Halt, KillSwitchMode.ReduceOnly)), $"k{second}");
        if (desk.State.KillSwitches.Count > 0 && random.Chance(0.3)) yield return Some.Command(new ReleaseKillSwitch(KillSwitchScope.Portfolio, null), $"r{second}");
        if (desk.State.Orders.Count > 0 && random.Chance(0.02))
            yield return Some.Command(new OverrideDecision(desk.State.Orders.Values.Last().Terms.DecisionId, random.Of(DecisionAction.Buy, DecisionAction.Sell), random.Next(1, 30)), $"o{second}");
    }

    private static SignalInput Price(Random random, int second)
    {
        decimal Any() => (900 + random.Next(200)) / 100m;
        var (a, b, c, d) = (Any(), Any(), Any(), Any());
        return random.Next(20) switch
        {
            0 => new(new Signal { Kind = SignalKind.Split, Instrument = Some.Spy, Time = Some.Time(second), Feed = "sim", Sequence = ((long)second * 10) + 1, SliceEnd = true, NewShares = 2m, OldShares = 1m }),
            < 8 => Some.Quote(Some.Spy, a, a + 0.02m, second, size: random.Next(1, 200)),
            < 14 => Some.Trade(Some.Spy, a, second, size: random.Next(1, 200)),
            _ => new(new Signal
            {
                Kind = SignalKind.Bar, Instrument = Some.Spy, Start = Some.Time(second - 1), Time = Some.Time(second), Feed = "sim", Sequence = ((long)second * 10) + 1, SliceEnd = true,
                Open = a, High = Math.Max(Math.Max(a, b), Math.Max(c, d)), Low = Math.Min(Math.Min(a, b), Math.Min(c, d)), Price = b, Size = random.Next(1, 200),
            }),
        };
    }
}
