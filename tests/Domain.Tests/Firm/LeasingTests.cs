using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Risk.Rules;

namespace EventSourcedTrading.Domain.Tests.Firm;

/// <summary>
/// Portfolios under one limit, with everything that can go wrong between an engine and the firm's stream: engines that die with
/// work that was not committed, hosts that die between two writes, hosts that were put out of their place and go on writing.
/// </summary>
public sealed class LeasingTests
{
    private const decimal Limit = 20_000m;

    [Fact]
    public void No_crash_and_no_interleaving_carries_the_portfolios_over_the_firms_limit() => Draw.Property(150, random =>
    {
        var firm = new FirmLog();
        firm.Command(new SetFirmLimits(Limit, "USD", 1_000m));
        // A host tells its engine what the firm allows before it lets anything else in.
        Portfolio[] portfolios = [new("alpha", firm), new("beta", firm), new("gamma", firm)];
        foreach (var portfolio in portfolios) portfolio.Tell();
        for (var step = 0; step < 300; step++)
        {
            random.Of(portfolios).Act(random, step + 1);
            Holds(firm, portfolios);
        }

        // The property would hold of portfolios that never trade, too.
        Assert.True(portfolios.Sum(p => p.Approved) > 30, "hardly anything was traded");
    });

    [Fact]
    public void A_limit_that_is_lowered_takes_headroom_back_and_what_is_at_risk_can_only_be_reduced() => Draw.Property(50, random =>
    {
        var firm = new FirmLog();
        firm.Command(new SetFirmLimits(Limit, "USD", 1_000m));
        Portfolio[] portfolios = [new("alpha", firm), new("beta", firm)];
        foreach (var portfolio in portfolios) portfolio.Tell();
        for (var step = 0; step < 150; step++) random.Of(portfolios).Act(random, step + 1);
        firm.Command(new SetFirmLimits(Limit / 2m, "USD", 1_000m));
        var before = portfolios.Select(p => p.Exposure).ToArray();
        for (var i = 0; i < 30; i++)
            foreach (var portfolio in portfolios) portfolio.Settle();
        var state = firm.Read();
        Assert.All(portfolios, p => Assert.Equal(state.LeaseOf(p.Name).Held, p.Lease.Headroom));
        Assert.True(state.Leased <= Math.Max(Limit / 2m, before.Sum()), $"{state.Leased} is leased, {before.Sum()} is at risk");
        for (var step = 150; step < 250; step++)
        {
            random.Of(portfolios).Act(random, step + 1);
            Assert.All(portfolios.Zip(before), p => Assert.True(p.First.Exposure <= Math.Max(p.Second, p.First.Lease.Headroom!.Value)));
        }
    });

    [Fact]
    public void An_order_that_is_blocked_for_want_of_headroom_passes_when_it_comes_again()
    {
        var firm = new FirmLog();
        firm.Command(new SetFirmLimits(Limit, "USD", 1_000m));
        var alpha = new Portfolio("alpha", firm);
        alpha.Settle();
        var blocked = Assert.IsType<OrderBlocked>(alpha.Order(Side.Buy, 500m, 1));
        Assert.Equal(FirmHeadroom.Code, Assert.Single(blocked.Checks, c => !c.Passed).Rule);
        alpha.Settle();
        Assert.IsType<OrderApproved>(alpha.Order(Side.Buy, 500m, 2));
    }

    [Fact]
    public void What_an_engine_that_was_replaced_still_wants_to_return_is_history()
    {
        var firm = new FirmLog();
        firm.Command(new SetFirmLimits(Limit, "USD", 1_000m));
        firm.Write(Leasing.Lease(firm.Read(), "alpha", 8_000m)!);
        var old = firm.Read().LeaseOf("alpha").Version;
        firm.Write(Leasing.Return(firm.Read(), "alpha", 2_000m, old)!);
        firm.Write(Leasing.Lease(firm.Read(), "alpha", 9_000m)!);
        Assert.Null(Leasing.Return(firm.Read(), "alpha", 2_000m, old));
    }

    [Fact]
    public void A_portfolio_in_another_currency_gets_nothing_of_a_limit()
    {
        var firm = new FirmLog();
        firm.Command(new SetFirmLimits(Limit, "EUR", 1_000m));
        var alpha = new Portfolio("alpha", firm);
        alpha.Tell();
        Assert.Equal(0m, alpha.Lease.Headroom);
    }

    [Fact]
    public void The_firms_kill_switch_stops_every_portfolio_until_the_firm_releases_it()
    {
        var firm = new FirmLog();
        var alpha = new Portfolio("alpha", firm);
        firm.Command(new EngageFirmKillSwitch(KillSwitchMode.Halt));
        alpha.Tell();
        Assert.IsType<OrderBlocked>(alpha.Order(Side.Buy, 1m, 1));
        alpha.Restart();
        Assert.IsType<OrderBlocked>(alpha.Order(Side.Buy, 1m, 2));
        firm.Command(new ReleaseFirmKillSwitch());
        alpha.Tell();
        Assert.IsType<OrderApproved>(alpha.Order(Side.Buy, 1m, 3));
    }

    private static void Holds(FirmLog firm, Portfolio[] portfolios)
    {
        var state = firm.Read();
        Assert.True(state.Leased <= Limit, $"{state.Leased} is leased of {Limit}");
        Assert.Equal(state.Leased, state.Leases.Values.Sum(l => l.Held));
        foreach (var portfolio in portfolios)
        {
            Assert.True(portfolio.Exposure == 0m || portfolio.Exposure <= portfolio.Lease.Headroom, $"{portfolio.Name} has {portfolio.Exposure} at risk and headroom {portfolio.Lease.Headroom}");
            Assert.True((portfolio.Lease.Headroom ?? 0m) <= state.LeaseOf(portfolio.Name).Held, $"{portfolio.Name} trades within {portfolio.Lease.Headroom} and holds {state.LeaseOf(portfolio.Name).Held}");
        }
    }

    /// <summary>Stream firm: what is in it is committed.</summary>
    private sealed class FirmLog
    {
        private readonly List<DomainEvent> events = [];

        public void Write(DomainEvent e) => events.Add(e);

        public void Command(FirmCommand command)
        {
            var (refusal, e) = Commanding.Decide(Read(), command, "olivia", "rita", "because");
            Assert.Null(refusal);
            Write(e!);
        }

        public FirmState Read()
        {
            var state = new FirmState();
            foreach (var e in events) state.Apply(e);
            return state;
        }
    }

    /// <summary>An engine and its host. The tape is what is committed; the rest dies with the process.</summary>
    private sealed class Portfolio
    {
        private readonly FirmLog firm;
        private readonly List<Input> tape = [];
        private PortfolioEngine engine;
        private HeadroomUse use;
        private HeadroomUse stale;

        public Portfolio(string name, FirmLog firm)
        {
            (Name, this.firm) = (name, firm);
            engine = new PortfolioEngine(new PortfolioState(name), PaperVenue.Factory);
            foreach (var input in Some.Desk(Some.Open(), Some.Ada)) Commit(input);
            use = stale = Observe();
        }

        public string Name { get; }
        public decimal Exposure => engine.State.WorstExposure();
        public FirmLease Lease => engine.State.Lease;
        public int Approved { get; private set; }

        public void Act(Random random, int second)
        {
            switch (random.Next(12))
            {
                case <= 4: Order(random.Of(Side.Buy, Side.Buy, Side.Sell), random.Next(1, 120), second, random.Chance(0.3)); break;
                case 5: Tell(); break;
                case 6: Tell(random.Next(0, 5_000)); break;
                case 7: Write(use); break;
                case 8: Write(stale); break;
                case 9: stale = use; break;
                case 10: Restart(); break;
                default:
                    // Dies with something decided that was never committed.
                    engine.Step(FirmInput.Of(firm.Read(), Name, "USD", random.Next(0, 3_000)), Scenario.Now);
                    Restart();
                    break;
            }
        }

        /// <summary>All that a host does, once.</summary>
        public void Settle()
        {
            Tell();
            Write(use);
            Tell();
        }

        public void Tell(decimal? keep = null) => Commit(FirmInput.Of(firm.Read(), Name, "USD", keep));

        public DomainEvent? Order(Side side, decimal quantity, int second, bool resting = false)
        {
            Commit(Some.Quote(Some.Spy, 9.99m, 10.01m, second));
            var intent = Some.Intent(Some.Ada, side, quantity, second) with { Portfolio = Name };
            if (resting) intent = intent with { OrderType = OrderType.Limit, LimitPrice = side == Side.Buy ? 9.5m : 10.5m, TimeInForce = TimeInForce.Gtc };
            Commit(new IntentInput(intent, new Addressee(Name, Some.Ada)));
            var outcome = Commit(Some.Done(Some.Ada, second)).FirstOrDefault(e => e is OrderApproved or OrderBlocked);
            if (outcome is OrderApproved) Approved++;
            return outcome;
        }

        public void Restart()
        {
            engine = new PortfolioEngine(new PortfolioState(Name), PaperVenue.Factory);
            foreach (var input in tape) engine.Step(input, Scenario.Now);
            use = Observe();
        }

        private List<DomainEvent> Commit(Input input)
        {
            engine.Record.Clear();
            engine.Step(input, Scenario.Now);
            tape.Add(input);
            use = Observe();
            return [.. engine.Record.Events.Select(e => e.Event)];
        }

        private void Write(HeadroomUse known)
        {
            if (Balancing.Decide(firm.Read(), Name, known) is { } e) firm.Write(e);
        }

        private HeadroomUse Observe() => new(engine.State.WorstExposure(), engine.State.HeadroomMissed, engine.State.Lease);
    }
}
