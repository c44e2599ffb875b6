using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using static EventSourcedTrading.Domain.Orders.OrderState;
using K = EventSourcedTrading.Domain.Orders.ReportKind;

namespace EventSourcedTrading.Domain.Tests.Orders;

public sealed class OrderTransitionsTests
{
    /// <summary>The table once more, by hand: a row per state, a cell per report in the order of <see cref="K"/>; '.' is illegal.</summary>
    private static readonly (OrderState From, string To)[] Expected =
    [
        //                attempted submitted ack  partial fill cancelReq cancelled cancelRefused replaceReq replaced replaceRefused rejected expired inDoubt
        (None,            ".  .  .  .  .  .  .  .  .  .  .  .  .  ."),
        (Approved,        "PN SU .  .  .  .  CA .  .  .  .  RJ EX ."),
        (Blocked,         ".  .  .  .  .  .  .  .  .  .  .  .  .  ."),
        (PendingNew,      ".  SU NE PA FI PC CA .  .  .  .  RJ EX ID"),
        (Submitted,       ".  .  NE PA FI PC CA .  PR .  .  RJ EX ID"),
        (New,             ".  .  NE PA FI PC CA .  PR NE .  RJ EX ID"),
        (PartiallyFilled, ".  .  PA PA FI PC CA .  PR PA .  CA EX ID"),
        (Filled,          ".  .  .  .  .  .  .  .  .  .  .  .  .  ."),
        (PendingCancel,   ".  .  PC PC FI .  CA NE .  .  .  RJ EX ID"),
        (Canceled,        ".  .  .  CA FI .  .  .  .  .  .  .  .  ."),
        (PendingReplace,  ".  .  PR PR FI PC CA .  .  NE NE RJ EX ID"),
        (Rejected,        ".  .  .  .  .  .  .  .  .  .  .  .  .  ."),
        (Expired,         ".  .  .  EX FI .  .  .  .  .  .  .  .  ."),
        (InDoubt,         ".  SU NE PA FI PC CA .  .  .  .  RJ EX ."),
    ];

    private static readonly Dictionary<string, OrderState?> Codes = new()
    {
        ["."] = null, ["PN"] = PendingNew, ["SU"] = Submitted, ["NE"] = New, ["PA"] = PartiallyFilled, ["FI"] = Filled, ["PC"] = PendingCancel,
        ["CA"] = Canceled, ["PR"] = PendingReplace, ["RJ"] = Rejected, ["EX"] = Expired, ["ID"] = InDoubt,
    };

    public static TheoryData<OrderState, K, OrderState?> Cells()
    {
        var cells = new TheoryData<OrderState, K, OrderState?>();
        foreach (var (from, row) in Expected)
            foreach (var (report, code) in Enum.GetValues<K>().Zip(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                cells.Add(from, report, Codes[code]);
        return cells;
    }

    [Fact]
    public void The_expected_table_has_a_cell_for_every_state_and_report() =>
        Assert.Equal(Enum.GetValues<OrderState>().Length * Enum.GetValues<K>().Length, Cells().Count);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_cell_of_the_table_is_as_expected(OrderState from, K report, OrderState? to)
    {
        Assert.Equal(to, OrderTransitions.Next(from, report, partlyFilled: false));
        Assert.Equal(to == New ? PartiallyFilled : to, OrderTransitions.Next(from, report, partlyFilled: true));
    }

    /// <summary>What the engine makes of a report to an order in that state: the step of the table, or an anomaly and nothing else.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void The_engine_follows_the_table_and_notes_the_rest(OrderState from, K report, OrderState? to)
    {
        if (OrderAt(from) is not { } desk) return;
        var order = desk.State.Orders["alpha-1"];
        var (filled, position, name) = (order.Filled, desk.State.Books[Some.Spy].Position.Quantity, order.BrokerOrderId);

        desk.When(Says(order.Terms.OrderId, report, "late", report == K.Fill ? order.Leaves : report == K.Replaced ? 120m : 10m));

        var overtaken = from is Filled or Canceled or Rejected or Expired && (report is K.InDoubt or K.CancelRefused or K.ReplaceRefused || (report == K.Acknowledged && name is null));
        if (OrderTransitions.EndOf(report) == from || overtaken)
        {
            Assert.Empty(desk.Events);
            return;
        }

        // A request is ours: no venue's report becomes one. And what has a name is not acknowledged by another.
        var ours = report is K.CancelRequested or K.ReplaceRequested;
        if (to is null || ours || (from == New && report == K.Acknowledged))
        {
            var noted = desk.Then("order_anomaly_noted").Only<OrderAnomalyNoted>();
            Assert.Equal(from, noted.State);
            Assert.Equal((from, filled, position), (order.State, order.Filled, desk.State.Books[Some.Spy].Position.Quantity));
            return;
        }

        Assert.IsNotType<OrderAnomalyNoted>(Assert.Single(desk.Events));
        Assert.Equal(to == New && filled > 0m ? PartiallyFilled : to, order.State);
        if (report is K.Fill) Assert.Equal((100m, 0m), (order.Filled, order.Leaves));
    }

    [Fact]
    public void A_fill_that_crossed_the_cancel_on_the_wire_is_booked()
    {
        var desk = OrderAt(Canceled)!.When(Says("alpha-1", K.PartialFill, "x9", 30m));

        Assert.Equal(30m, desk.Only<OrderPartiallyFilled>().Execution.Quantity);
        Assert.Equal(30m, desk.State.Books[Some.Spy].Position.Quantity);
        Assert.Equal(0m, desk.State.Books[Some.Spy].OpenBuy);
        Assert.Equal(Canceled, desk.State.Orders["alpha-1"].State);
    }

    [Fact]
    public void The_same_execution_twice_is_booked_once() =>
        OrderAt(New)!.When(Says("alpha-1", K.PartialFill, "x1", 30m), Says("alpha-1", K.PartialFill, "x1", 30m)).Then("order_partially_filled");

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(101)]
    public void An_execution_of_nothing_or_of_more_than_is_left_is_an_anomaly(int quantity) =>
        OrderAt(New)!.When(Says("alpha-1", K.Fill, "x1", quantity)).Then("order_anomaly_noted");

    [Fact]
    public void A_report_of_an_unknown_order_is_an_anomaly() => OrderAt(New)!.When(Says("alpha-99", K.Fill, "x1", 1m)).Then("order_anomaly_noted");

    [Fact]
    public void A_replacement_by_no_more_than_is_filled_is_an_anomaly()
    {
        var desk = OrderAt(PartiallyFilled)!.When(Says("alpha-1", K.Replaced, "", 40m)).Then("order_anomaly_noted");
        Assert.Equal(60m, desk.State.Books[Some.Spy].OpenBuy);
    }

    [Fact]
    public void A_replacement_changes_what_is_reserved()
    {
        var desk = OrderAt(PartiallyFilled)!.When(Says("alpha-1", K.Replaced, "", 120m)).Then("order_replaced");
        Assert.Equal(80m, desk.State.Books[Some.Spy].OpenBuy);
    }

    [Fact]
    public void What_the_stream_acknowledged_before_the_answer_was_lost_is_not_in_doubt_once_the_broker_was_asked()
    {
        var desk = OrderAt(New)!.When(Says("alpha-1", K.InDoubt, "", 0m), Says("alpha-1", K.Acknowledged, "x0", 0m)).Then("order_in_doubt", "order_acknowledged");
        Assert.Equal(New, desk.State.Orders["alpha-1"].State);
    }

    [Theory]
    [InlineData(Filled)]
    [InlineData(Canceled)]
    [InlineData(Rejected)]
    [InlineData(Expired)]
    public void What_the_stream_said_to_have_ended_before_the_answer_was_lost_is_not_in_doubt(OrderState ended)
    {
        var desk = OrderAt(ended)!.When(Says("alpha-1", K.InDoubt, "", 0m)).Then();
        Assert.Equal(ended, desk.State.Orders["alpha-1"].State);
    }

    [Fact]
    public void An_acknowledgement_behind_the_first_fill_brings_the_name_once()
    {
        var desk = OrderAt(PartiallyFilled)!.When(Says("alpha-1", K.Acknowledged, "b-1", 0m), Says("alpha-1", K.Acknowledged, "b-1", 0m)).Then("order_acknowledged");
        Assert.Equal(("b-1", PartiallyFilled), (desk.State.Orders["alpha-1"].BrokerOrderId, desk.State.Orders["alpha-1"].State));
        Assert.Equal(60m, desk.State.Books[Some.Spy].OpenBuy);
        desk.When(Says("alpha-1", K.Acknowledged, "b-2", 0m)).Then("order_anomaly_noted");
        Assert.Equal("b-1", desk.State.Orders["alpha-1"].BrokerOrderId);
    }

    [Fact]
    public void An_acknowledgement_behind_a_refused_cancel_brings_the_name()
    {
        var desk = OrderAt(PendingNew)!.When(Some.Command(new CancelOrder("alpha-1"))).When(Says("alpha-1", K.CancelRefused, "", 0m), Says("alpha-1", K.Acknowledged, "b-1", 0m));
        Assert.Equal(("b-1", New), (desk.State.Orders["alpha-1"].BrokerOrderId, desk.State.Orders["alpha-1"].State));
        desk.Then("order_cancel_refused", "order_acknowledged");
    }

    [Fact]
    public void A_cancel_that_is_refused_because_it_crossed_the_fill_says_nothing() =>
        OrderAt(PendingCancel)!.When(Says("alpha-1", K.Fill, "x1", 100m), Says("alpha-1", K.CancelRefused, "", 0m)).Then("order_filled");

    [Fact]
    public void A_rejection_of_what_is_partly_filled_cancels_the_rest_once() =>
        OrderAt(PartiallyFilled)!.When(Says("alpha-1", K.Rejected, "", 0m), Says("alpha-1", K.Rejected, "", 0m)).Then("order_cancelled");

    [Fact]
    public void An_order_that_ended_otherwise_than_it_is_said_to_is_an_anomaly() =>
        OrderAt(Canceled)!.When(Says("alpha-1", K.Expired, "", 0m)).Then("order_anomaly_noted");

    [Fact]
    public void A_replacement_may_bring_a_new_name_and_its_acknowledgement_is_then_a_repeat()
    {
        var desk = OrderAt(PendingReplace)!;
        var order = desk.State.Orders["alpha-1"];
        Assert.Equal("x0", order.BrokerOrderId);

        desk.When(Says("alpha-1", K.Replaced, "x1", 120m), Says("alpha-1", K.Acknowledged, "x1", 0m)).Then("order_replaced");

        Assert.Equal("x1", order.BrokerOrderId);
        // A third name that nobody has asked for would be a second order.
        desk.When(Says("alpha-1", K.Acknowledged, "x2", 0m)).Then("order_anomaly_noted");
        Assert.Equal("x1", order.BrokerOrderId);
    }

    [Fact]
    public void A_replacement_without_a_name_keeps_the_one_that_there_is()
    {
        var desk = OrderAt(New)!.When(Says("alpha-1", K.Replaced, "", 120m)).Then("order_replaced");
        Assert.Equal("x0", desk.State.Orders["alpha-1"].BrokerOrderId);
    }

    [Fact]
    public void Random_reports_never_throw_never_leave_the_table_and_leave_no_reservation_behind() => Draw.Property(150, random =>
    {
        var desk = OrderAt(random.Of(PendingNew, New, PartiallyFilled))!;
        var order = desk.State.Orders["alpha-1"];
        for (var i = 0; i < 30; i++)
        {
            var (before, leaves) = (order.State, order.Leaves);
            var report = random.Of(Enum.GetValues<K>());
            desk.When(Says("alpha-1", report, $"x{random.Next(12)}", random.Next(-1, 130)));
            if (before == order.State) continue;
            Assert.Contains(OrderTransitions.All(), step => step.From == before && (step.To == order.State || (step.To == New && order.State == PartiallyFilled)));
        }

        var book = desk.State.Books[Some.Spy];
        Assert.Equal((order.Live ? order.Leaves : 0m, 0m), (book.OpenBuy, book.OpenSell));
        Assert.Equal(order.Filled, book.Position.Quantity);
        Assert.Equal(order.Live, book.Open.Contains(order));
    });

    private static ReportInput Says(string order, K kind, string execution, decimal quantity) =>
        new(new ExecutionReport(order, kind, execution, quantity, 10m, 0.1m, "", Some.Time(5)));

    /// <summary>A buy of 100 at a real broker, brought to a state; null for states that no known order has.</summary>
    private static Scenario? OrderAt(OrderState state)
    {
        if (state is None or Blocked or Approved) return null;
        var desk = Scenario.Given([.. Some.Desk(Some.Open(venue: "broker"), Some.Ada),
            Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 100m, 1), Some.Done(Some.Ada, 1)]);
        K[] way = state switch
        {
            PendingNew => [],
            Submitted => [K.Submitted],
            New => [K.Acknowledged],
            PartiallyFilled => [K.PartialFill],
            Filled => [K.Fill],
            Canceled => [K.Acknowledged, K.Cancelled],
            Rejected => [K.Rejected],
            Expired => [K.Expired],
            InDoubt => [K.InDoubt],
            _ => [K.Acknowledged],
        };
        foreach (var step in way) desk.When(Says("alpha-1", step, "x0", step == K.Fill ? 100m : 40m));
        if (state == PendingCancel) desk.When(Some.Command(new CancelOrder("alpha-1")));
        // No command asks for a replacement yet.
        if (state == PendingReplace) Evolving.Apply(desk.State, new OrderReplaceRequested("alpha-1", 120m, null, null, "olivia", "", Some.Time(2)));
        Assert.Equal(state, desk.State.Orders["alpha-1"].State);
        return desk;
    }
}
