using System.Text;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Risk;

/// <summary>
/// No sequence of intents, fills, rejects, cancels, commands and restarts lets a limit be exceeded. What holds is worked out here
/// anew, from positions, live orders and the log, without what the rules themselves keep.
/// </summary>
public sealed class NoLimitIsExceededTests
{
    private static readonly string[] Traded = [Some.Spy, Some.Qqq, Some.Sap];

    [Fact]
    public void Whatever_happens_while_prices_stand_still() => Draw.Property(80, random =>
    {
        var limits = AnyLimits(random);
        var desk = Open(limits);
        List<(string Agent, Timestamp At)> taken = [];
        for (var second = 1; second <= 50; second++)
        {
            Quotes(desk, second, _ => 10m, random);
            var before = new Oracle(desk.State);
            Vote(desk, random, second, taken);
            Judge(limits, before, desk, moving: false);
            Venue(desk, random, second);
            Judge(limits, before, desk, moving: false);
            Person(desk, random, second);
            Restart(desk, random);
        }

        JudgeLog(desk.Log.ToArray(), limits, taken);
    });

    [Fact]
    public void Whatever_is_approved_while_prices_move_is_within_the_limits_of_that_moment() => Draw.Property(60, random =>
    {
        var limits = AnyLimits(random) with { PreventSelfTrade = false };
        var desk = Open(limits);
        var prices = Traded.ToDictionary(i => i, _ => 10m);
        for (var second = 1; second <= 50; second++)
        {
            Quotes(desk, second, i => prices[i] = Math.Max(1m, prices[i] + (random.Next(-20, 21) / 20m)), random, spread: 0.3m);
            var before = new Oracle(desk.State);
            Vote(desk, random, second, []);
            Judge(limits, before, desk, moving: true);
            Venue(desk, random, second);
            Restart(desk, random);
        }
    });

    [Fact]
    public void What_is_kept_as_it_goes_is_what_a_restart_finds() => Draw.Property(40, random =>
    {
        var limits = AnyLimits(random) with { MeasuredBuckets = random.Chance(0.5) ? new(0.5m, 10, 1) : null };
        var desk = Open(limits);
        for (var second = 1; second <= 30; second++)
        {
            Quotes(desk, second, _ => (900 + random.Next(200)) / 100m, random);
            Vote(desk, random, second, []);
            Venue(desk, random, second);
            Person(desk, random, second);
        }

        Quotes(desk, 100_000, _ => 10m, random);
        var live = StateSnapshot.Of(desk.State).ToJson();
        var exposures = Exposures(desk.State);
        desk.RestartFromLog();
        Assert.Equal(Encoding.UTF8.GetString(live), Encoding.UTF8.GetString(StateSnapshot.Of(desk.State).ToJson()));
        Assert.Equal(exposures, Exposures(desk.State));
        desk.RestartFromSnapshot();
        Assert.Equal(Encoding.UTF8.GetString(live), Encoding.UTF8.GetString(StateSnapshot.Of(desk.State).ToJson()));
        Assert.Equal(exposures, Exposures(desk.State));

        var oracle = new Oracle(desk.State);
        Assert.Equal(oracle.Gross, desk.State.WorstExposure());
        Assert.Equal(oracle.Net, desk.State.TotalExposure().WorstNet);
        Assert.Equal(desk.State.Books.Values.Sum(b => b.MarketValue * desk.State.RateOf(b.Instrument.Currency)), desk.State.TotalExposure().Net);
        Assert.All(desk.State.Risk.Buckets.Values, b => Assert.Equal(oracle.Bucket(b.Name), b.Worst));
        Assert.Equal(desk.State.Orders.Values.Count(o => o.Live), desk.State.Risk.OpenOrders);
    });

    private static (string, Exposure, decimal?)[] Exposures(PortfolioState state) =>
    [
        ("", state.TotalExposure(), null), .. state.Books.Values.Select(b => (b.Bucket.Name, b.Exposure, b.Bucket.Limit)),
        .. state.Risk.Buckets.Values.Where(b => b.Worst > 0m).Select(b => (b.Name, b.Exposure, b.Limit)),
    ];

    private static Scenario Open(RiskLimits limits)
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(limits, Some.Policy(VotingMethod.Netting), "broker", cash: new() { ["USD"] = 10_000m }), Some.Ada, Some.Bob));
        return desk.When(Some.Quote(Some.EurUsd, 1.25m, 1.25m, 0), Some.Done(Some.Ada, 0), Some.Done(Some.Bob, 0));
    }

    /// <summary>Each limit is set in some runs and tight: were all of them, hardly an order would pass.</summary>
    private static RiskLimits AnyLimits(Random random)
    {
        decimal? Money(int least, int most) => random.Chance(0.35) ? random.Next(least, most) : null;
        RateLimit? Rate(int most) => random.Chance(0.35) ? new(random.Next(1, most), random.Next(2, 12)) : null;
        bool Maybe() => random.Chance(0.35);

        return new(null, new Dictionary<string, decimal> { [Some.Qqq] = random.Next(20, 80) }, Money(30, 90), new Dictionary<string, decimal>(), Money(300, 900))
        {
            DefaultPositionNotional = Money(200, 800), MaxGrossExposure = Money(400, 1_500), MaxNetExposure = Money(200, 800),
            MaxLeverage = Maybe() ? random.Next(5, 15) / 100m : null, MaxConcentration = Maybe() ? random.Next(3, 9) / 100m : null,
            DefaultOrderSize = Money(10, 50), DefaultOrderNotional = Money(100, 500), PriceCollar = Maybe() ? 0.05m : null, MaxPriceAgeSeconds = Maybe() ? 3 : null,
            OrderRate = Rate(10), AgentOrderRate = Rate(8), MessageRate = Rate(12), AgentMessageRate = Rate(8), RepeatThrottle = Rate(8),
            DuplicateSeconds = Maybe() ? random.Next(1, 8) : null, MaxOpenOrders = Maybe() ? random.Next(1, 6) : null,
            Restricted = random.Chance(0.15) ? [random.Of(Traded)] : null, DefaultShortSale = random.Chance(0.25) ? false : null,
            PreventSelfTrade = Maybe(), NearMissShare = Maybe() ? 0.7m : null,
        };
    }

    private static void Quotes(Scenario desk, int second, Func<string, decimal> price, Random random, decimal spread = 0m)
    {
        desk.Clock += TimeSpan.FromSeconds(random.Next(3));
        for (var i = 0; i < Traded.Length; i++)
        {
            var mid = price(Traded[i]);
            // Not every instrument ticks every second.
            if (i == Traded.Length - 1 || random.Chance(0.7)) desk.When(Some.Quote(Traded[i], mid - (spread / 2m), mid + (spread / 2m), second, i, end: i == Traded.Length - 1));
        }
    }

    /// <summary>Both agents want something of one instrument, and both are done.</summary>
    private static void Vote(Scenario desk, Random random, int second, List<(string Agent, Timestamp At)> taken)
    {
        // Mostly the same again, so that what repeats itself is met.
        var instrument = random.Chance(0.6) ? Some.Spy : random.Of(Traded);
        foreach (var agent in (string[])[Some.Ada, Some.Bob])
        {
            if (random.Chance(0.3)) continue;
            var side = random.Of(Side.Buy, Side.Sell);
            desk.When(random.Chance(0.5)
                ? Some.Wants(agent, side, random.Of(5, 5, 10, 40), second, instrument)
                : Some.AtLimit(agent, side, random.Of(5, 10, 20, 40), random.Of(9m, 9.8m, 10m, 10.2m, 11m), second, instrument));
            if (!desk.Answers.Any(a => a.Code == "RATE_LIMITED")) taken.Add((agent, desk.Clock));
        }

        desk.When(Some.Done(Some.Ada, second), Some.Done(Some.Bob, second));
    }

    private static void Venue(Scenario desk, Random random, int second)
    {
        foreach (var order in desk.State.Orders.Values.Where(o => o.Live).OrderBy(o => o.Terms.OrderId, StringComparer.Ordinal).ToArray())
        {
            if (random.Chance(0.5)) continue;
            var kind = random.Of(ReportKind.Fill, ReportKind.Fill, ReportKind.Fill, ReportKind.Cancelled, ReportKind.Rejected, ReportKind.Acknowledged, ReportKind.InDoubt, ReportKind.Expired);
            desk.When(new ReportInput(new ExecutionReport(order.Terms.OrderId, kind, $"{order.Terms.OrderId}/{second}", random.Next(1, (int)order.Leaves + 1),
                desk.State.Books[order.Terms.Instrument].Market.Mark, 0m, "", Some.Time(second))));
        }
    }

    private static void Person(Scenario desk, Random random, int second)
    {
        if (random.Chance(0.3))
            foreach (var agent in desk.State.Risk.Throttled.Keys.ToArray()) desk.When(Some.Command(new ReleaseThrottle(agent), $"r{agent}{second}"));
        if (random.Chance(0.05)) desk.When(Some.Command(new EngageKillSwitch(KillSwitchScope.Instrument, random.Of(Traded), random.Of(KillSwitchMode.Halt, KillSwitchMode.ReduceOnly)), $"k{second}"));
        if (random.Chance(0.3))
            foreach (var engaged in desk.State.KillSwitches.ToArray()) desk.When(Some.Command(new ReleaseKillSwitch(engaged.Scope, engaged.Target), $"g{engaged.Target}{second}"));
    }

    private static void Restart(Scenario desk, Random random)
    {
        if (random.Chance(0.06)) desk.RestartFromSnapshot();
        if (random.Chance(0.02)) desk.RestartFromLog();
    }

    /// <param name="moving">Prices move: then a limit may be passed by the market, but not by an order.</param>
    private static void Judge(RiskLimits limits, Oracle before, Scenario desk, bool moving)
    {
        var now = new Oracle(desk.State);
        // The quotes of this second were taken up with the vote.
        before.ValueLike(now);
        var approved = desk.Log.Reverse().TakeWhile(e => e is not IntentReceived).OfType<OrderApproved>().FirstOrDefault();
        var reduces = approved is not null && before.OnlyReduces(approved.Terms);
        if (moving && (approved is null || reduces)) return;

        foreach (var id in Traded)
        {
            Holds($"POSITION_CAP {id}", now.Position(id), limits.PositionCapOf(id), before.Position(id));
            Holds($"POSITION_NOTIONAL {id}", now.Value(id), limits.PositionNotionalOf(id), moving ? before.Value(id) : 0m);
            Holds($"CONCENTRATION {id}", now.Value(id), limits.MaxConcentration * desk.State.Equity(), moving ? before.Value(id) : 0m);
            if (limits.ShortSaleOf(id) == false) Assert.True(now.Lowest(id) >= 0m, $"{id} could be short by {-now.Lowest(id)}");
            if (limits.Restricted?.Contains(id) == true) Assert.Equal((0m, 0m), (now.Position(id), now.Value(id)));
        }

        foreach (var bucket in (string[])["equity", "europe"]) Holds($"BUCKET {bucket}", now.Bucket(bucket), limits.BucketLimitOf(bucket), moving ? before.Bucket(bucket) : 0m);
        Holds("GROSS", now.Gross, limits.MaxGrossExposure, moving ? before.Gross : 0m);
        Holds("LEVERAGE", now.Gross, limits.MaxLeverage * desk.State.Equity(), moving ? before.Gross : 0m);
        // One leg of a hedge may be closed.
        if (!reduces) Holds("NET", now.Net, limits.MaxNetExposure, before.Net);
        Assert.True(limits.MaxOpenOrders is not { } most || now.Live.Length <= most);
        if (!limits.PreventSelfTrade || moving) return;
        foreach (var buy in now.Live.Where(o => o.Terms is { Side: Side.Buy, LimitPrice: not null }))
            Assert.DoesNotContain(now.Live, s => s.Terms.Side == Side.Sell && s.Terms.Instrument == buy.Terms.Instrument && s.Terms.LimitPrice <= buy.Terms.LimitPrice);
    }

    private static void Holds(string what, decimal value, decimal? limit, decimal before) =>
        Assert.True(limit is null || value <= limit || value <= before, $"{what}: {value} is over {limit}, was {before}");

    private static void JudgeLog(DomainEvent[] log, RiskLimits limits, List<(string Agent, Timestamp At)> taken)
    {
        var orders = log.OfType<OrderApproved>().ToArray();
        Holds(limits.OrderRate, orders.Select(o => o.AsOf));
        Holds(limits.MessageRate, taken.Select(t => t.At));
        foreach (var agent in (string[])[Some.Ada, Some.Bob])
        {
            Holds(limits.AgentOrderRate, orders.Where(o => o.Allocation.Any(a => a.Agent == agent)).Select(o => o.AsOf));
            Holds(limits.AgentMessageRate, taken.Where(t => t.Agent == agent).Select(t => t.At));
        }

        foreach (var order in orders)
        {
            Assert.True(!(order.Terms.Quantity > limits.DefaultOrderSize));
            Assert.True(!(order.Reserved > limits.DefaultOrderNotional));
            Assert.True(limits.DuplicateSeconds is not { } apart || orders.Count(o => Same(o, order) && Math.Abs((o.AsOf - order.AsOf).TotalSeconds) < apart) == 1);
            Assert.Equal(order.Checks.Count, order.Checks.Count(c => c is { Passed: true, Detail: "" }));
        }

        // A throttle that has tripped lets nothing of that agent through until a person has released it; neither does a kill switch.
        HashSet<string> throttled = [], halted = [];
        Dictionary<(string, string, Side), List<Timestamp>> repeats = [];
        foreach (var e in log)
        {
            switch (e)
            {
                case ThrottleTripped t: Assert.True(throttled.Add(t.Agent)); break;
                case ThrottleReleased t:
                    throttled.Remove(t.Agent);
                    foreach (var key in repeats.Keys.Where(k => k.Item1 == t.Agent).ToArray()) repeats.Remove(key);
                    break;
                case KillSwitchEngaged k when k.Mode == KillSwitchMode.Halt: halted.Add(k.Target!); break;
                case KillSwitchEngaged k: halted.Remove(k.Target!); break;
                case KillSwitchReleased k: halted.Remove(k.Target!); break;
                case OrderApproved o:
                    Assert.DoesNotContain(o.Terms.Instrument, halted);
                    foreach (var share in o.Allocation)
                    {
                        Assert.DoesNotContain(share.Agent, throttled);
                        var key = (share.Agent, o.Terms.Instrument, o.Terms.Side);
                        if (!repeats.TryGetValue(key, out var times)) repeats[key] = times = [];
                        times.Add(o.AsOf);
                    }

                    break;
            }
        }

        foreach (var times in repeats.Values) Holds(limits.RepeatThrottle, times);
    }

    private static bool Same(OrderApproved a, OrderApproved b) =>
        (a.Terms with { OrderId = "", DecisionId = "", TimeInForce = default }) == (b.Terms with { OrderId = "", DecisionId = "", TimeInForce = default })
        && a.Allocation.Select(s => s.Agent).SequenceEqual(b.Allocation.Select(s => s.Agent));

    /// <summary>However the window is laid, there are no more in it.</summary>
    private static void Holds(RateLimit? rate, IEnumerable<Timestamp> times)
    {
        if (rate is null) return;
        var all = times.ToArray();
        foreach (var end in all) Assert.True(all.Count(t => t <= end && (end - t).TotalSeconds < rate.Seconds) <= rate.Count, $"more than {rate}");
    }

    /// <summary>Positions and live orders as they are at one moment, and what they could come to.</summary>
    private sealed class Oracle
    {
        private readonly Dictionary<string, (decimal Position, decimal High, decimal Low, decimal Unit, string Bucket)> books;

        public Oracle(PortfolioState state)
        {
            Live = [.. state.Orders.Values.Where(o => o.Live)];
            books = state.Books.Values.ToDictionary(b => b.Instrument.Id, b => (
                b.Position.Quantity,
                b.Position.Quantity + Live.Where(o => o.Terms.Instrument == b.Instrument.Id && o.Terms.Side == Side.Buy).Sum(o => o.Leaves),
                b.Position.Quantity - Live.Where(o => o.Terms.Instrument == b.Instrument.Id && o.Terms.Side == Side.Sell).Sum(o => o.Leaves),
                b.Market.Mark * state.RateOf(b.Instrument.Currency), b.Bucket.Name));
        }

        public Order[] Live { get; }
        public decimal Gross => books.Keys.Sum(Value);
        public decimal Net => Math.Max(Math.Abs(books.Values.Sum(b => b.High * b.Unit)), Math.Abs(books.Values.Sum(b => b.Low * b.Unit)));

        public decimal Position(string id) => Math.Max(Math.Abs(books[id].High), Math.Abs(books[id].Low));

        public decimal Lowest(string id) => books[id].Low;

        public decimal Value(string id) => Position(id) * books[id].Unit;

        public decimal Bucket(string name) => books.Where(b => b.Value.Bucket == name).Sum(b => Value(b.Key));

        public void ValueLike(Oracle other)
        {
            foreach (var (id, book) in books.ToArray()) books[id] = book with { Unit = other.books[id].Unit };
        }

        public bool OnlyReduces(OrderTerms terms) => terms.Side == Side.Buy ? books[terms.Instrument].High + terms.Quantity <= 0m : books[terms.Instrument].Low - terms.Quantity >= 0m;
    }
}
