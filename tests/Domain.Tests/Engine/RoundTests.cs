using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Domain.Tests.Engine;

public sealed class RoundTests
{
    private static Scenario Desk() => Scenario.Given(Some.Desk(Some.Open(), Some.Ada, Some.Bob));

    [Fact]
    public void A_round_waits_until_every_active_agent_has_passed_it()
    {
        var desk = Desk().When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1)).Then("intent_received");
        Assert.Equal(Some.Time(1), desk.Engine.WaitsSince);

        desk.When(Some.Done(Some.Bob, 1));
        Assert.Equal([Some.Bob], desk.Only<DecisionMade>().Abstained);
        Assert.Empty(desk.Only<DecisionMade>().Absent);
        Assert.Null(desk.Engine.WaitsSince);
    }

    [Fact]
    public void At_the_deadline_it_is_decided_without_those_who_are_late_and_they_are_named()
    {
        var desk = Desk().When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1), new DeadlineInput(Some.Time(1)));
        Assert.Equal([Some.Bob], desk.Only<DecisionMade>().Absent);
        Assert.Empty(desk.Only<DecisionMade>().Abstained);
        Assert.Equal("TOO_LATE", desk.When(Some.Wants(Some.Bob, Side.Sell, 10m, 1, id: "late")).AnswerTo("late").Code);
    }

    [Fact]
    public void A_deadline_leaves_later_slices_waiting()
    {
        var desk = Desk().When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Quote(Some.Spy, 9.9m, 10m, 2), new DeadlineInput(Some.Time(1)));
        Assert.Equal((Some.Time(1), Some.Time(2)), (desk.State.Frontier, desk.Engine.WaitsSince));
    }

    [Fact]
    public void A_strategy_that_threw_is_not_waited_for_and_the_others_go_on()
    {
        var desk = Desk().When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1));
        desk.When(new AgentFailedInput(Some.Bob, "it divided by zero"), new AgentFailedInput(Some.Bob, "again"));
        Assert.Equal("it divided by zero", desk.Only<StrategyQuarantined>().Reason);
        Assert.Empty(desk.Only<DecisionMade>().Abstained);
        Assert.Equal(10m, desk.Only<OrderFilled>().Execution.Quantity);
        desk.When(Some.Command(new ResumeStrategy(Some.Bob)), Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.Done(Some.Ada, 2));
        Assert.Equal(Some.Time(2), desk.Engine.WaitsSince);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("unload")]
    public void An_agent_that_leaves_lets_the_round_close(string how)
    {
        var desk = Desk().When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1));
        desk.When(Some.Command(how == "pause" ? new PauseStrategy(Some.Bob) : new UnloadStrategy(Some.Bob)));
        Assert.Empty(desk.Only<DecisionMade>().Absent);
    }

    [Fact]
    public void Without_the_sources_promise_a_slice_ends_when_a_later_time_comes()
    {
        var desk = Scenario.Given(Some.Open()).When(Some.Quote(Some.Spy, 9.9m, 10m, 1, end: false));
        Assert.Null(desk.Engine.WaitsSince);
        Assert.Equal(0m, desk.State.Books[Some.Spy].Market.Ask);
        desk.When(Some.Quote(Some.Spy, 10.9m, 11m, 2, end: false));
        Assert.Equal((Some.Time(1), 10m), (desk.State.Frontier, desk.State.Books[Some.Spy].Market.Ask));
    }

    [Fact]
    public void All_signals_of_a_time_are_seen_before_its_rounds_are_decided()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(), Some.Ada)).When(
            Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1), Some.Quote(Some.Spy, 9.9m, 10m, 1, 0, end: false), Some.Quote(Some.Spy, 10.9m, 11m, 1, 1));
        Assert.Equal(11m, desk.Only<OrderFilled>().Execution.Price);
    }

    [Fact]
    public void A_straggler_is_taken_up_and_neither_moves_time_back_nor_reopens_a_round()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(), Some.Ada), Some.Done(Some.Ada, 10), Some.Quote(Some.Spy, 9.9m, 10m, 5)]);
        var late = Some.Quote(Some.Spy, 7.9m, 8m, 4) with { };
        desk.When(new SignalInput(late.Signal with { Sequence = 99 }));
        Assert.Equal((Some.Time(5), 8m), (desk.State.Frontier, desk.State.Books[Some.Spy].Market.Ask));
    }

    [Fact]
    public void A_repeated_signal_is_ignored()
    {
        var desk = Scenario.Given(Some.Open(), Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Quote(Some.Spy, 10.9m, 11m, 2));
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 1)).Then();
        Assert.Equal(11m, desk.State.Books[Some.Spy].Market.Ask);
    }

    [Fact]
    public void Rounds_of_one_time_are_decided_by_instrument_name()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(), Some.Ada)).When(
            Some.Quote(Some.Spy, 9.9m, 10m, 1, 0, end: false), Some.Quote(Some.Qqq, 9.9m, 10m, 1, 1), Some.Wants(Some.Ada, Side.Buy, 1m, 1, Some.Spy),
            Some.Wants(Some.Ada, Side.Buy, 1m, 1, Some.Qqq), Some.Done(Some.Ada, 1));
        Assert.Equal([(Some.Qqq, "alpha-1"), (Some.Spy, "alpha-2")], desk.Events.OfType<DecisionMade>().Select(d => (d.Instrument, d.OrderId!)));
    }

    [Fact]
    public void Votes_are_listed_by_agent_name_whoever_came_first()
    {
        var desk = Desk().When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Bob, Side.Buy, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Bob, 1), Some.Done(Some.Ada, 1));
        Assert.Equal([Some.Ada, Some.Bob], desk.Only<DecisionMade>().Votes.Select(v => v.Agent));
    }

    [Fact]
    public void Day_orders_expire_when_the_day_changes_and_others_stay()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(), Some.Ada),
            Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.AtLimit(Some.Ada, Side.Buy, 1m, 5m, 1, tif: TimeInForce.Day), Some.Done(Some.Ada, 1),
            Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.AtLimit(Some.Ada, Side.Buy, 2m, 5m, 2), Some.Done(Some.Ada, 2)]);
        desk.When(Some.Quote(Some.Spy, 4m, 4.5m, 100_000), Some.Done(Some.Ada, 100_000)).Then("order_expired", "trading_day_opened", "order_filled");
        Assert.Equal(("alpha-1", 1m), (desk.Only<OrderExpired>().OrderId, desk.Only<OrderExpired>().ExpiredQuantity));
        Assert.Equal("alpha-2", desk.Only<OrderFilled>().Execution.OrderId);
    }

    [Fact]
    public void Every_agent_that_voted_gets_an_answer()
    {
        var desk = Desk().When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1, id: "a"), Some.Wants(Some.Bob, Side.Sell, 10m, 1, id: "b"),
            Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1));
        Assert.Equal(("hold", "hold"), (desk.AnswerTo("a").Outcome, desk.AnswerTo("b").Outcome));
        Assert.Null(desk.Only<DecisionMade>().OrderId);
    }
}
