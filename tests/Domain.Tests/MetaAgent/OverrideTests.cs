using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

public sealed class OverrideTests
{
    private static readonly string Id = Round.IdOf(Scenario.Portfolio, Some.Spy, Some.Time(1));

    private static Scenario Open(RiskLimits? limits = null) => Scenario.Given(Some.Desk(Some.Open(limits), Some.Ada, Some.Bob))
        .When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1, id: "a"), Some.Done(Some.Ada, 1));

    /// <summary>Decided: an order for 10 that waits at its limit.</summary>
    private static Scenario Decided(RiskLimits? limits = null) => Scenario.Given(Some.Desk(Some.Open(limits), Some.Ada))
        .When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.AtLimit(Some.Ada, Side.Buy, 10m, 5m, 1), Some.Done(Some.Ada, 1));

    private static CommandInput Override(DecisionAction action, decimal quantity, string? decision = null) => Some.Command(new OverrideDecision(decision ?? Id, action, quantity), "c");

    private static readonly CommandInput Cancel = Some.Command(new CancelDecision(Id), "c");

    [Fact]
    public void While_a_round_is_open_a_persons_word_stands_in_the_votes_place()
    {
        var desk = Open().When(Override(DecisionAction.Sell, 7m)).Then("decision_overridden");
        Assert.Equal((OverrideKind.Replace, "olivia", null), (desk.Only<DecisionOverridden>().Kind, desk.Only<DecisionOverridden>().Actor, desk.Only<DecisionOverridden>().OrderId));

        var made = desk.When(Some.Done(Some.Bob, 1)).Only<DecisionMade>();
        Assert.Equal((DecisionAction.Sell, 7m, "confidence-weighted+override"), (made.Action, made.Quantity, made.Method));
        Assert.Equal("olivia replaced the vote: because", made.Reason.ToString());
        Assert.Equal([new Allocation("person:olivia", 7m)], made.Allocation);
        Assert.Equal(Some.Ada, Assert.Single(made.Votes).Agent);
        Assert.Equal("approved", desk.AnswerTo("a").Outcome);
        Assert.Equal(-7m, desk.State.AgentPositions[("person:olivia", Some.Spy)].Quantity);
        Assert.False(desk.State.AgentPositions.ContainsKey((Some.Ada, Some.Spy)));
    }

    [Fact]
    public void Of_two_words_the_last_one_stands()
    {
        var desk = Open().When(Override(DecisionAction.Sell, 7m), Some.Command(new OverrideDecision(Id, DecisionAction.Buy, 3m), "d"), Some.Done(Some.Bob, 1));
        Assert.Equal((DecisionAction.Buy, 3m), (desk.Only<DecisionMade>().Action, desk.Only<DecisionMade>().Quantity));
    }

    [Fact]
    public void A_decision_cancelled_while_it_is_open_holds()
    {
        var desk = Open().When(Cancel, Some.Done(Some.Bob, 1));
        Assert.Equal(OverrideKind.Cancel, desk.Only<DecisionOverridden>().Kind);
        Assert.Equal((DecisionAction.Hold, null), (desk.Only<DecisionMade>().Action, desk.Only<DecisionMade>().OrderId));
        Assert.Equal("hold", desk.AnswerTo("a").Outcome);
    }

    [Fact]
    public void A_decision_that_was_made_is_cancelled_with_what_is_left_of_its_order()
    {
        var desk = Decided().When(Cancel).Then("decision_overridden", "order_cancel_requested", "order_cancelled");
        Assert.Equal(("olivia", "because"), (desk.Only<OrderCancelRequested>().Actor, desk.Only<OrderCancelRequested>().Reason));
        Assert.Equal(10m, desk.Only<OrderCancelled>().CancelledQuantity);
        Assert.Equal("NOTHING_TO_CANCEL", desk.When(Some.Command(new CancelDecision(Id), "again")).AnswerTo("again").Code);
    }

    [Fact]
    public void Another_order_takes_the_place_of_the_first_and_goes_through_risk()
    {
        var desk = Decided().When(Override(DecisionAction.Sell, 4m))
            .Then("decision_overridden", "order_cancel_requested", "order_cancelled", "order_approved", "order_submitted", "order_acknowledged", "order_filled");
        Assert.Equal((OverrideKind.Reorder, "alpha-2"), (desk.Only<DecisionOverridden>().Kind, desk.Only<DecisionOverridden>().OrderId));
        Assert.Equal((Id, "alpha-2", Side.Sell, 4m), (desk.Only<OrderApproved>().Terms.DecisionId, desk.Only<OrderApproved>().Terms.OrderId, desk.Only<OrderApproved>().Terms.Side, desk.Only<OrderApproved>().Terms.Quantity));
        Assert.Equal("person:olivia", Assert.Single(desk.Only<OrderFilled>().Execution.Shares).Agent);
    }

    [Fact]
    public void A_persons_order_is_blocked_like_any_other()
    {
        var desk = Decided(Some.Limits(cap: 20m)).When(Override(DecisionAction.Buy, 21m));
        Assert.Contains("POSITION_CAP", desk.Only<OrderBlocked>().Reason, StringComparison.Ordinal);
        Assert.Equal("done", desk.AnswerTo("c").Outcome);
    }

    [Fact]
    public void A_hold_may_be_overridden_too()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(), Some.Ada)).When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 0m, 1), Some.Done(Some.Ada, 1));
        Assert.Equal(DecisionAction.Hold, desk.Only<DecisionMade>().Action);
        Assert.Equal(5m, desk.When(Override(DecisionAction.Buy, 5m)).Only<OrderFilled>().Execution.Quantity);
    }

    [Fact]
    public void The_streams_versions_go_on_after_the_decision()
    {
        var desk = Decided().When(Cancel);
        var round = desk.Tape.SelectMany(t => t.Events).Where(e => e.Stream == $"round-{Id}").Select(e => e.Version);
        Assert.Equal([1L, 2L, 3L], round);
    }

    [Theory]
    [InlineData("UNKNOWN_DECISION", "alpha-SPY.ARCX-x", DecisionAction.Buy, "1")]
    [InlineData("ACTION_NOT_ALLOWED", null, DecisionAction.Hold, "1")]
    [InlineData("QUANTITY_OUT_OF_RANGE", null, DecisionAction.Buy, "0")]
    [InlineData("QUANTITY_OUT_OF_RANGE", null, DecisionAction.Buy, "1000000000001")]
    [InlineData("NOT_WHOLE_LOTS", null, DecisionAction.Buy, "0.5")]
    public void A_bad_override_is_refused_with_its_code_and_changes_nothing(string code, string? decision, DecisionAction action, string quantity)
    {
        foreach (var desk in (Scenario[])[Open(), Decided()])
            Assert.Equal(code, desk.When(Override(action, decimal.Parse(quantity), decision)).Then().AnswerTo("c").Code);
    }

    [Fact]
    public void A_decision_that_is_long_gone_cannot_be_overridden()
    {
        var memory = new DecisionMemory();
        for (var i = 0; i <= DecisionMemory.Capacity; i++) memory.Remember(new Decided($"d{i}", Some.Spy, new StreamHead("round", $"d{i}")));
        Assert.Null(memory.Find("d0"));
        Assert.Equal("d1", memory.Find("d1")!.Value.DecisionId);
        Assert.Equal(DecisionMemory.Capacity, memory.InOrder().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_snapshot_remembers_the_word_and_the_decision(bool open)
    {
        var live = open ? Open().When(Override(DecisionAction.Sell, 7m)) : Decided();
        var slept = new PortfolioEngine(StateSnapshot.FromJson(StateSnapshot.Of(live.State).ToJson()).Restore(), PaperVenue.Factory);
        Input next = open ? Some.Done(Some.Bob, 1) : Override(DecisionAction.Sell, 7m);
        slept.Step(next, Scenario.Now);
        Assert.Equal(live.When(next).Events.Select(Scenario.Text), slept.Record.Events.Select(e => Scenario.Text(e.Event)));
        Assert.Contains(live.Events, e => e is OrderFilled);
    }
}
