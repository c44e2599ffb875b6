using EventSourcedTrading.Brokers.Reconciling;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Tests.Reconciling;

public sealed class ComparingTests
{
    private static readonly Instrument Spy = new("SPY.ARCX", "USD");
    private static readonly Timestamp Now = Timestamp.Parse("2026-11-20T14:30:00Z");

    private readonly PortfolioState ours = new("fund") { Opened = true, BaseCurrency = "USD", LastOrderNumber = 20 };
    private readonly List<BrokerOrder> orders = [];
    private readonly List<BrokerExecution> executions = [];
    private readonly List<BrokerPosition> positions = [];
    private readonly Dictionary<string, decimal> cash = new() { ["USD"] = 1_000m };
    private readonly HashSet<string> adopted = [];

    public ComparingTests()
    {
        ours.Books[Spy.Id] = new InstrumentBook(Spy, ours.Ledger("USD"));
        ours.Ledger("USD").Cash = 1_000m;
    }

    [Fact]
    public void Equal_books_have_no_difference()
    {
        Ours("fund-1", OrderState.PartiallyFilled, 10m, "x-1", 4m);
        orders.Add(Theirs("fund-1", OrderState.PartiallyFilled, 4m));
        executions.Add(Execution("x-1", "fund-1", 4m));
        Hold(4m, 4m);
        Assert.Empty(Compare());
    }

    [Fact]
    public void An_execution_of_ours_that_is_not_booked_is_missed_and_nothing_else_is_said()
    {
        Ours("fund-1", OrderState.New, 10m);
        orders.Add(Theirs("fund-1", OrderState.PartiallyFilled, 4m));
        executions.Add(Execution("x-1", "fund-1", 4m));
        Hold(0m, 4m);
        cash["USD"] = 600m;
        var d = Assert.Single(Compare());
        Assert.Equal((BreakKind.MissedExecution, "x-1", "fund:MissedExecution:x-1"), (d.Kind, d.Key, d.BreakIdOf("fund")));
        Assert.Equal("buy 4 spy.arcx at 100", d.Theirs, ignoreCase: true);
    }

    [Fact]
    public void Executions_come_in_their_order()
    {
        Ours("fund-1", OrderState.New, 10m);
        executions.AddRange([Execution("x-1", "fund-1", 4m), Execution("x-2", "", 3m), Execution("x-3", "fund-1", 6m)]);
        Assert.Equal(["x-1", "x-2", "x-3"], Compare().Where(d => d.Execution is not null).Select(d => d.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("by-telephone")]
    [InlineData("fund-21")] // not given yet
    [InlineData("fund-x")]
    [InlineData("funds-1")]
    public void An_execution_of_an_order_that_is_not_ours_is_foreign_until_it_is_adopted(string orderId)
    {
        executions.Add(Execution("x-9", orderId, 5m));
        Hold(0m, 0m);
        Assert.Equal(BreakKind.ForeignExecution, Assert.Single(Compare()).Kind);
        adopted.Add("x-9");
        Assert.Empty(Compare());
    }

    [Fact]
    public void An_execution_of_an_order_of_ours_that_is_forgotten_is_neither()
    {
        executions.Add(Execution("x-9", "fund-7", 5m));
        Assert.Empty(Compare());
    }

    [Fact]
    public void An_execution_in_what_the_portfolio_does_not_trade_is_none_of_its_business()
    {
        executions.Add(Execution("x-9", "", 5m) with { Instrument = "TSLA" });
        Assert.Empty(Compare());
    }

    [Theory]
    [InlineData(OrderState.Approved, false)] // not sent yet
    [InlineData(OrderState.PendingNew, true)]
    [InlineData(OrderState.InDoubt, true)]
    [InlineData(OrderState.New, true)]
    [InlineData(OrderState.PendingCancel, true)]
    public void An_order_that_the_broker_does_not_list_is_missing(OrderState state, bool missing)
    {
        Ours("fund-1", state, 10m);
        Assert.Equal(missing ? [BreakKind.MissingOrder] : [], Compare().Select(d => d.Kind));
    }

    [Fact]
    public void What_has_ended_here_and_lives_there_is_undead_and_what_was_never_here_is_foreign()
    {
        Ours("fund-1", OrderState.Canceled, 10m);
        orders.AddRange([Theirs("fund-1", OrderState.New, 0m), Theirs("", OrderState.New, 0m), Theirs("fund-3", OrderState.New, 0m)]);
        Assert.Equal([(BreakKind.UndeadOrder, "fund-1"), (BreakKind.ForeignOrder, "b-")], Compare().Select(d => (d.Kind, d.Key)));
    }

    [Theory]
    [InlineData(OrderState.PendingCancel, OrderState.New, true)]
    [InlineData(OrderState.PendingCancel, OrderState.PartiallyFilled, true)]
    [InlineData(OrderState.PendingReplace, OrderState.Submitted, true)]
    [InlineData(OrderState.PendingCancel, OrderState.PendingCancel, false)]
    [InlineData(OrderState.PendingReplace, OrderState.PendingReplace, false)]
    [InlineData(OrderState.PendingCancel, OrderState.InDoubt, false)]
    [InlineData(OrderState.New, OrderState.New, false)]
    public void A_request_is_unanswered_where_we_wait_and_the_broker_does_not(OrderState own, OrderState theirs, bool unanswered)
    {
        Ours("fund-1", own, 10m);
        orders.Add(Theirs("fund-1", theirs, 0m));
        Assert.Equal(unanswered ? [(BreakKind.UnansweredRequest, "fund-1")] : [], Compare().Select(d => (d.Kind, d.Key)));
    }

    [Theory]
    [InlineData(OrderState.PendingCancel, 10, 100, ReportKind.CancelRefused, "", 0)]
    [InlineData(OrderState.PendingReplace, 10, 100, ReportKind.ReplaceRefused, "", 0)]
    [InlineData(OrderState.PendingReplace, 12, 100, ReportKind.Replaced, "b-fund-1", 12)]
    [InlineData(OrderState.PendingReplace, 10, 99, ReportKind.Replaced, "b-fund-1", 10)]
    public void The_answer_to_a_request_follows_from_what_the_broker_has(OrderState own, int quantity, int limit, ReportKind answer, string name, int whole)
    {
        Ours("fund-1", own, 10m);
        var said = UnansweredRequest.Answer(ours.Orders["fund-1"], Theirs("fund-1", OrderState.New, 0m) with { Quantity = quantity, LimitPrice = limit }, Now);
        Assert.Equal((answer, name, (decimal)whole, answer == ReportKind.Replaced ? limit : 0m), (said.Kind, said.ExecutionId, said.Quantity, said.Price));
    }

    [Theory]
    [InlineData(5, 5, null)]
    [InlineData(5, 7, 2)]
    [InlineData(0, -3, -3)]
    [InlineData(4, 0, -4)]
    public void Positions_differ_by_theirs_less_ours(int own, int theirs, int? amount)
    {
        Hold(own, theirs);
        Assert.Equal(amount is { } a ? [(decimal)a] : [], Compare().Where(d => d.Kind == BreakKind.Position).Select(d => d.Amount));
    }

    [Theory]
    [InlineData("1000.01", null)]
    [InlineData("1000.02", "0.02")]
    [InlineData("990", "-10")]
    public void Cash_differs_beyond_the_tolerance(string theirs, string? amount)
    {
        cash["USD"] = decimal.Parse(theirs);
        Assert.Equal(amount is null ? [] : [decimal.Parse(amount)], Compare().Where(d => d.Kind == BreakKind.Cash).Select(d => d.Amount));
    }

    [Fact]
    public void Cash_of_a_currency_that_we_do_not_have_is_a_difference()
    {
        cash["EUR"] = 5m;
        Assert.Equal(("EUR", "0", "5"), Compare().Select(d => (d.Key, d.Ours, d.Theirs)).Single());
    }

    [Fact]
    public void What_is_plain_is_adopted_and_an_unexplained_position_halts()
    {
        var policy = ReconciliationPolicy.Default;
        Assert.All(Enum.GetValues<BreakKind>(), kind => Assert.True(policy.Actions.ContainsKey(kind)));
        Assert.Equal((BreakAction.Adopt, BreakAction.Adopt, BreakAction.Halt, BreakAction.Alert),
            (policy.For(BreakKind.MissedExecution), policy.For(BreakKind.ForeignExecution), policy.For(BreakKind.Position), policy.For(BreakKind.Cash)));
    }

    private IReadOnlyList<Difference> Compare() =>
        Comparing.Of(ours, new BrokerBook(new BrokerAccount("a", "USD", cash, 0m, [], null), orders, executions, positions), adopted, 0.01m);

    private void Ours(string id, OrderState state, decimal quantity, string? execution = null, decimal filled = 0m)
    {
        var order = new Order(id) { Terms = new OrderTerms(id, "fund", "d", Spy.Id, Side.Buy, quantity, OrderType.Limit, 100m, null, TimeInForce.Day), Allocation = [], State = state, Filled = filled };
        if (execution is not null) order.Executions.Add(execution);
        ours.Orders[id] = order;
        if (order.Live) ours.Books[Spy.Id].Open.Add(order);
    }

    private void Hold(decimal own, decimal theirs)
    {
        ours.Books[Spy.Id].Position.Quantity = own;
        if (theirs != 0m) positions.Add(new BrokerPosition(Spy.Id, theirs, 100m));
    }

    private static BrokerOrder Theirs(string id, OrderState state, decimal filled) =>
        new(id, $"b-{id}", Spy.Id, Side.Buy, 10m, filled, 100m, OrderType.Limit, 100m, null, state, state.ToString(), Now);

    private static BrokerExecution Execution(string id, string orderId, decimal quantity) => new(id, orderId, $"b-{orderId}", Spy.Id, Side.Buy, quantity, 100m, 0m, Now);
}
