using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Domain.Tests.Orders;

/// <summary>Ada buys a hundred at 10, to be sold at 11 or at 9: alpha-1, its stop alpha-2, its limit alpha-3.</summary>
public sealed class BracketTests
{
    private static readonly Bracket Both = new(11m, 9m);
    private static readonly Func<Intent, Intent> AsItIs = i => i;

    private static Scenario Desk(Bracket? bracket = null, RiskLimits? limits = null, Dictionary<string, string>? settings = null, Func<Intent, Intent>? with = null, decimal size = 1_000m) =>
        Scenario.Given(Some.Desk(Some.Open(limits, Some.Policy(VotingMethod.Netting), settings: settings), Some.Ada)).When(Round(1, 10m, size, (with ?? AsItIs)(
            Some.Intent(Some.Ada, Side.Buy, 100m, 1) with { TimeInForce = TimeInForce.Gtc, Bracket = bracket ?? Both })));

    private static Input[] Round(int second, decimal price, decimal size = 1_000m, Intent? intent = null) =>
        [Some.Quote(Some.Spy, price, price, second, size: size), .. intent is null ? (Input[])[] : [Some.Send(intent)], Some.Done(Some.Ada, second)];

    private static Input[] Wants(int second, Side side, decimal quantity, decimal price = 10m, Func<Intent, Intent>? with = null) =>
        Round(second, price, intent: (with ?? AsItIs)(Some.Intent(Some.Ada, side, quantity, second)));

    private static SignalInput Bar(int second, decimal open, decimal high, decimal low, decimal close, decimal volume = 1_000m) => new(new Signal
    {
        Kind = SignalKind.Bar, Instrument = Some.Spy, Start = Some.Time(second - 1), Time = Some.Time(second), Feed = "sim", Sequence = (second * 10) + 5, SliceEnd = true,
        Open = open, High = high, Low = low, Price = close, Size = volume,
    });

    private static (decimal Position, decimal OpenSell) Book(Scenario desk) => (desk.State.Books[Some.Spy].Position.Quantity, desk.State.Books[Some.Spy].OpenSell);

    private static string[] Live(Scenario desk) => [.. desk.State.Books[Some.Spy].Open.Select(o => $"{o.Terms.OrderId} {o.Terms.Side} {o.Leaves:0.##} {o.Terms.OrderType}")];

    [Fact]
    public void Two_exits_follow_a_filled_entry_and_reserve_what_one_of_them_does()
    {
        var desk = Desk().Then(
            "intent_received", "trading_day_opened", "decision_made", "order_approved", "order_submitted", "order_acknowledged", "order_filled",
            "order_approved", "order_approved", "order_submitted", "order_acknowledged", "order_submitted", "order_acknowledged");
        Assert.Equal(["alpha-2 Sell 100 Stop", "alpha-3 Sell 100 Limit"], Live(desk));
        Assert.Equal((100m, 100m), Book(desk));

        var (entry, stop, take) = (desk.State.Orders["alpha-1"], desk.State.Orders["alpha-2"], desk.State.Orders["alpha-3"]);
        Assert.Equal(entry.Terms with
        {
            OrderId = "alpha-2",
            Side = Side.Sell,
            OrderType = OrderType.Stop,
            StopPrice = 9m,
            Bracket = null,
            ParentId = "alpha-1",
            OneCancels = "alpha-3",
        }, stop.Terms);
        Assert.Equal(stop.Terms with { OrderId = "alpha-3", OrderType = OrderType.Limit, StopPrice = null, LimitPrice = 11m, OneCancels = "alpha-2" }, take.Terms);
        Assert.Equal(entry.Allocation, stop.Allocation);
        Assert.Equal([1_000m, 1_000m, 0m], desk.Events.OfType<OrderApproved>().Select(a => a.Reserved));
    }

    [Fact]
    public void The_exits_are_caused_by_the_end_of_the_entry_and_belong_to_its_decision()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(), Some.Ada)).When([.. Round(1, 10m, intent: Some.Intent(Some.Ada, Side.Buy, 100m, 1) with { Bracket = Both }).SkipLast(1)]);
        desk.Engine.Record.Clear();
        desk.Engine.Step(Some.Done(Some.Ada, 1), Scenario.Now);
        var exits = desk.Engine.Record.Events.Where(e => e.Event is OrderApproved { Terms.ParentId: not null }).ToArray();
        Assert.All(exits, e => Assert.Equal(("order-alpha-1", 4L), (e.Cause.Stream, e.Cause.Version)));
        Assert.Single(desk.Engine.Record.Events.Where(e => e.Event is not Domain.Portfolios.TradingDayOpened).Select(e => e.CorrelationId).Distinct());
    }

    [Theory]
    [InlineData("11.5", "alpha-3", "alpha-2", "11.5")]
    [InlineData("8.5", "alpha-2", "alpha-3", "8.5")]
    public void The_exit_that_is_filled_cancels_the_other(string price, string filled, string cancelled, string paid)
    {
        var desk = Desk().When(Round(2, decimal.Parse(price))).Then("order_filled", "order_cancel_requested", "order_cancelled");
        Assert.Equal((filled, decimal.Parse(paid)), (desk.Only<OrderFilled>().Execution.OrderId, desk.Only<OrderFilled>().Execution.Price));
        Assert.Equal((cancelled, $"{filled}, of which it is the other exit, was filled"), (desk.Only<OrderCancelled>().OrderId, desk.Only<OrderCancelled>().Reason));
        Assert.Equal((0m, 0m), Book(desk));
    }

    [Fact]
    public void Of_two_exits_that_one_bar_reaches_the_loss_is_taken()
    {
        var desk = Desk().When(Bar(2, 10m, 12m, 8.5m, 11.5m), Some.Done(Some.Ada, 2)).Then("order_filled", "order_cancel_requested", "order_cancelled");
        Assert.Equal(("alpha-2", 9m), (desk.Only<OrderFilled>().Execution.OrderId, desk.Only<OrderFilled>().Execution.Price));
        // Set off and filled by the next bar alone: the gain stands back all the same.
        desk = Desk(settings: new() { ["fill"] = "next-open" });
        desk.When(Bar(2, 10m, 10m, 10m, 10m), Some.Done(Some.Ada, 2), Bar(3, 10m, 10m, 10m, 10m), Some.Done(Some.Ada, 3));
        Assert.Equal(["alpha-2 Sell 100 Stop", "alpha-3 Sell 100 Limit"], Live(desk));
        desk.When(Bar(4, 10m, 12m, 8.5m, 11.5m), Some.Done(Some.Ada, 4)).Then();
        Assert.Equal("alpha-2", desk.When(Bar(5, 11.4m, 12m, 11m, 11.5m), Some.Done(Some.Ada, 5)).Only<OrderFilled>().Execution.OrderId);
    }

    [Fact]
    public void What_one_exit_is_filled_in_part_the_other_gives_up()
    {
        var desk = Desk(settings: new() { ["participation"] = "0.3" }).When(Round(2, 11.5m, size: 100m)).Then("order_partially_filled", "order_replaced");
        Assert.Equal(("alpha-2", 70m, 9m), (desk.Only<OrderReplaced>().OrderId, desk.Only<OrderReplaced>().Quantity, desk.Only<OrderReplaced>().StopPrice));
        Assert.Equal((70m, 70m), Book(desk));
        desk.When(Round(3, 8m, size: 100m)).Then("order_partially_filled", "order_replaced");
        Assert.Equal(["alpha-2 Sell 40 Stop", "alpha-3 Sell 40 Limit"], Live(desk));
        Assert.Equal((40m, 40m), Book(desk));
        desk.When(Round(4, 11.5m)).Then("order_filled", "order_cancel_requested", "order_cancelled");
        Assert.Equal((0m, 0m), Book(desk));
    }

    [Theory]
    [InlineData("11", null, null, "alpha-2 Sell 100 Limit")]
    [InlineData(null, "9", null, "alpha-2 Sell 100 Stop")]
    [InlineData(null, "9", "8.9", "alpha-2 Sell 100 StopLimit")]
    public void One_exit_stands_alone(string? take, string? stop, string? limit, string exit)
    {
        static decimal? Of(string? text) => text is null ? null : decimal.Parse(text);
        var desk = Desk(new Bracket(Of(take), Of(stop), Of(limit)));
        Assert.Equal([exit], Live(desk));
        Assert.Null(desk.State.Orders["alpha-2"].Terms.OneCancels);
    }

    [Fact]
    public void An_exit_that_risk_blocks_leaves_the_stop_alone()
    {
        var desk = Desk(limits: RiskLimits.None with { MaxOpenOrders = 1 });
        Assert.Equal(["alpha-2 Sell 100 Stop"], Live(desk));
        Assert.Equal(("alpha-3", "alpha-1"), (desk.Only<OrderBlocked>().Terms.OrderId, desk.Only<OrderBlocked>().Terms.ParentId));
        Assert.Equal("MAX_OPEN_ORDERS", desk.Only<RiskViolationDetected>().Rule);
        desk.When(Round(2, 8m)).Then("order_filled");
        // The number was used: the next order has another.
        Assert.Equal("alpha-4", desk.When(Wants(3, Side.Buy, 1m)).Only<DecisionMade>().OrderId);
    }

    [Fact]
    public void An_entry_that_ends_in_part_filled_gets_exits_for_that_part()
    {
        var desk = Desk(settings: new() { ["participation"] = "0.3" }, size: 100m, with: i => i with { TimeInForce = TimeInForce.Ioc });
        Assert.Equal(["alpha-2 Sell 30 Stop", "alpha-3 Sell 30 Limit"], Live(desk));
        Assert.Equal(TimeInForce.Gtc, desk.State.Orders["alpha-2"].Terms.TimeInForce);

        desk = Desk(settings: new() { ["participation"] = "0.3" }, size: 100m);
        Assert.Equal(["alpha-1 Buy 70 Market"], Live(desk));
        desk.When(Some.Command(new CancelOrder("alpha-1")));
        Assert.Equal(["alpha-2 Sell 30 Stop", "alpha-3 Sell 30 Limit"], Live(desk));
    }

    [Fact]
    public void An_entry_that_was_not_filled_gets_none()
    {
        var desk = Desk(with: i => i with { OrderType = OrderType.Limit, LimitPrice = 9.5m });
        desk.When(Some.Command(new CancelOrder("alpha-1"))).Then("order_cancel_requested", "order_cancelled");
        Assert.Empty(Live(desk));
    }

    [Fact]
    public void A_day_order_has_exits_for_the_day()
    {
        var desk = Desk(with: i => i with { TimeInForce = TimeInForce.Day });
        Assert.Equal((TimeInForce.Day, TimeInForce.Day), (desk.State.Orders["alpha-2"].Terms.TimeInForce, desk.State.Orders["alpha-3"].Terms.TimeInForce));
        desk.When(Round(86_400, 10m)).Then("order_expired", "order_expired", "trading_day_opened");
        Assert.Equal((100m, 0m), Book(desk));
    }

    [Theory]
    [InlineData("alpha-2", "alpha-3")]
    [InlineData("alpha-3", "alpha-2")]
    public void A_person_who_cancels_one_exit_cancels_both(string one, string other)
    {
        var desk = Desk().When(Some.Command(new CancelOrder(one))).Then("order_cancel_requested", "order_cancelled", "order_cancel_requested", "order_cancelled");
        Assert.Equal([one, other], desk.Events.OfType<OrderCancelled>().Select(c => c.OrderId));
        Assert.Equal((100m, 0m), Book(desk));
    }

    [Fact]
    public void A_kill_switch_cancels_exits_but_keeps_them_where_what_reduces_may_stay()
    {
        var desk = Desk().When(Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly))).Then("kill_switch_engaged");
        Assert.Equal(2, Live(desk).Length);
        desk.When(Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt)));
        Assert.Empty(Live(desk));
        Assert.Equal((100m, 0m), Book(desk));
    }

    [Fact]
    public void Exits_of_an_entry_that_a_halt_ends_are_blocked_by_it()
    {
        var desk = Desk(settings: new() { ["participation"] = "0.3" }, size: 100m).When(Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt)));
        Assert.Equal(2, desk.Events.OfType<OrderBlocked>().Count(b => b.Reason.Contains("KILL_SWITCH", StringComparison.Ordinal)));
        Assert.Empty(Live(desk));
    }

    [Theory]
    [InlineData(40, "alpha-2 Sell 60 Stop", "alpha-3 Sell 60 Limit")]
    [InlineData(100)]
    [InlineData(150)]
    public void What_is_sold_otherwise_the_exits_give_up(int quantity, params string[] exits)
    {
        var desk = Desk().When(Wants(2, Side.Sell, quantity));
        Assert.Equal((100m - quantity, 60m * exits.Length / 2m), Book(desk));
        Assert.Equal(exits, Live(desk));
    }

    [Fact]
    public void An_order_that_rests_takes_the_position_that_it_would_sell_from_the_oldest_exits()
    {
        var desk = Desk().When(Wants(2, Side.Buy, 50m, with: i => i with { TimeInForce = TimeInForce.Gtc, Bracket = new Bracket(12m, 8m) }));
        Assert.Equal((150m, 150m), Book(desk));
        desk.When(Wants(3, Side.Sell, 120m, with: i => i with { OrderType = OrderType.Limit, LimitPrice = 20m }));
        Assert.Equal(["alpha-5 Sell 30 Stop", "alpha-6 Sell 30 Limit", "alpha-7 Sell 120 Limit"], Live(desk));
        Assert.Equal((150m, 150m), Book(desk));
        Assert.StartsWith("alpha-7 takes the position", desk.Events.OfType<OrderCancelled>().First().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_may_be_sold_short_a_pair_counts_once_and_does_not_stand_in_the_way()
    {
        var limits = RiskLimits.None with { DefaultShortSale = false };
        var desk = Desk(limits: limits);
        Assert.Equal(2, Live(desk).Length);
        desk.When(Wants(2, Side.Sell, 101m));
        Assert.Contains("SHORT_SALE 1 ", desk.Only<OrderBlocked>().Reason, StringComparison.Ordinal);
        desk.When(Wants(3, Side.Sell, 100m));
        Assert.Equal((0m, 0m), Book(desk));
    }

    [Fact]
    public void A_pair_adds_nothing_to_exposure() =>
        Assert.Equal(1_000m, Desk(limits: Some.Limits(cap: 100m) with { MaxGrossExposure = 1_000m }).State.WorstExposure());

    [Theory]
    [InlineData("8.8", "alpha-2 Sell 100 StopLimit", "alpha-3 Sell 100 Limit")]
    [InlineData("8.4", "alpha-3 Sell 100 Limit")]
    public void The_collar_holds_an_exits_limit_to_its_stop(string limit, params string[] exits) =>
        Assert.Equal(exits, Live(Desk(Both with { StopLossLimit = decimal.Parse(limit) }, RiskLimits.None with { PriceCollar = 0.05m })));

    [Fact]
    public void What_an_entry_only_closes_needs_no_exits()
    {
        var desk = Desk(with: i => i with { Side = Side.Sell, Bracket = null }).When(Wants(2, Side.Buy, 60m, with: i => i with { Bracket = Both }));
        Assert.Equal(-40m, desk.State.Books[Some.Spy].Position.Quantity);
        Assert.Empty(Live(desk));
        desk.When(Wants(3, Side.Buy, 60m, with: i => i with { Bracket = Both }));
        Assert.Equal(["alpha-4 Sell 20 Stop", "alpha-5 Sell 20 Limit"], Live(desk));
    }

    [Fact]
    public void A_sale_has_exits_that_buy()
    {
        var desk = Desk(new Bracket(9m, 11m, 11.2m), with: i => i with { Side = Side.Sell });
        Assert.Equal(["alpha-2 Buy 100 StopLimit", "alpha-3 Buy 100 Limit"], Live(desk));
        Assert.Equal(100m, desk.State.Books[Some.Spy].OpenBuy);
        desk.When(Round(2, 8.9m));
        Assert.Equal((0m, "alpha-3"), (desk.State.Books[Some.Spy].OpenBuy, desk.Only<OrderFilled>().Execution.OrderId));
    }

    [Fact]
    public void A_market_that_has_passed_the_stop_sells_at_once_and_the_other_exit_is_not_sent()
    {
        // The quote that reaches the entry at 9.5 is beyond the stop at 9 too.
        var desk = Desk(with: i => i with { OrderType = OrderType.Limit, LimitPrice = 9.5m }).When(Round(2, 8.5m)).Then(
            "order_filled", "order_approved", "order_approved", "order_submitted", "order_acknowledged", "order_filled", "order_cancelled");
        Assert.Equal([8.5m, 8.5m], desk.Events.OfType<OrderFilled>().Select(f => f.Execution.Price));
        Assert.Equal("alpha-3", desk.Only<OrderCancelled>().OrderId);
        Assert.Equal((0m, 0m), Book(desk));
    }

    [Fact]
    public void Who_shared_the_entry_shares_its_exits()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(policy: Some.Policy(VotingMethod.Netting), settings: new() { ["participation"] = "0.5" }), Some.Ada, Some.Bob));
        desk.When(
            Some.Quote(Some.Spy, 10m, 10m, 1, size: 100m), Some.Send(Some.Intent(Some.Ada, Side.Buy, 60m, 1) with { Bracket = Both, TimeInForce = TimeInForce.Ioc }),
            Some.Wants(Some.Bob, Side.Buy, 30m, 1), Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1));
        var exit = desk.State.Orders["alpha-2"];
        Assert.Equal(desk.State.AgentPositions.OrderBy(p => p.Key.Agent, StringComparer.Ordinal).Select(p => (p.Key.Agent, p.Value.Quantity)), exit.Allocation.Select(a => (a.Agent, a.Quantity)));
        desk.When(Some.Quote(Some.Spy, 8m, 8m, 2, size: 40m), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2)).Then("order_partially_filled", "order_replaced");
        desk.When(Some.Quote(Some.Spy, 12m, 12m, 3, size: 400m), Some.Done(Some.Ada, 3), Some.Done(Some.Bob, 3));
        Assert.All(desk.State.AgentPositions.Values, p => Assert.Equal(0m, p.Quantity));
    }

    [Theory]
    [InlineData("snapshot")]
    [InlineData("log")]
    public void A_pair_is_a_pair_after_a_restart(string how)
    {
        var desk = Desk(settings: new() { ["participation"] = "0.3" }).When(Round(2, 11.5m, size: 100m));
        if (how == "snapshot") desk.RestartFromSnapshot();
        else desk.RestartFromLog();
        Assert.Equal((70m, 70m), Book(desk));
        Assert.Equal((70m, 0m), (desk.State.Books[Some.Spy].ExitSell, desk.State.Books[Some.Spy].ExitBuy));
        desk.When(Round(3, 8m)).Then("order_filled", "order_cancel_requested", "order_cancelled");
        Assert.Equal((0m, 0m), Book(desk));
    }

    [Fact]
    public void A_person_who_calls_off_the_decision_calls_off_its_exits()
    {
        var desk = Desk(settings: new() { ["participation"] = "0.3" }, size: 100m);
        var decision = desk.State.Orders["alpha-1"].Terms.DecisionId;
        desk.When(Some.Command(new OverrideDecision(decision, DecisionAction.Sell, 10m)));
        Assert.Equal(["alpha-2 Sell 10 Market"], [.. desk.Log.OfType<OrderApproved>().Skip(1).Select(a => $"{a.Terms.OrderId} {a.Terms.Side} {a.Terms.Quantity:0} {a.Terms.OrderType}")]);
        Assert.Equal(20m, Book(desk).Position);

        desk = Desk().When(Some.Command(new CancelDecision(decision)));
        Assert.Empty(Live(desk));
    }

    [Fact]
    public void A_split_cancels_exits_and_lets_none_follow()
    {
        var split = new SignalInput(new Signal { Kind = SignalKind.Split, Instrument = Some.Spy, Time = Some.Time(4), Feed = "sim", Sequence = 41, SliceEnd = true, NewShares = 2m, OldShares = 1m });
        Assert.Empty(Live(Desk().When(split, Some.Done(Some.Ada, 4))));
        var desk = Desk(settings: new() { ["participation"] = "0.3" }, size: 100m).When(split, Some.Done(Some.Ada, 4)).Then("order_cancel_requested", "order_cancelled", "position_split");
        Assert.Equal((60m, 0m), Book(desk));
    }

    [Fact]
    public void The_same_exits_behind_two_entries_are_no_duplicates()
    {
        var desk = Desk(limits: RiskLimits.None with { DuplicateSeconds = 60 }).When(Wants(2, Side.Buy, 50m, with: i => i with { Bracket = Both, TimeInForce = TimeInForce.Gtc }));
        desk.When(Wants(3, Side.Buy, 100m, with: i => i with { Bracket = new Bracket(12m, 8m) })).Then("intent_received", "decision_made", "order_blocked", "risk_violation_detected");
        Assert.Equal(4, Live(desk).Length);
    }
}
