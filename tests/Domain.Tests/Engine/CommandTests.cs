using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.Engine;

public sealed class CommandTests
{
    public static TheoryData<string, Command> Refused => new()
    {
        { "ALREADY_OPEN", Some.Open().Command },
        { "UNKNOWN_CURRENCY", new MoveCash("usd", 1m) },
        { "INVALID", new SetRiskLimits(Some.Limits(dailyLoss: 0m)) },
        { "INVALID", new SetVotingPolicy(Some.Policy(Domain.MetaAgent.VotingMethod.Netting, 2m)) },
        { "BAD_AGENT_NAME", new LoadStrategy("Ada", "", [], new Dictionary<string, string>()) },
        { "UNKNOWN_INSTRUMENT", new LoadStrategy("x@1", "", ["XXX.ARCX"], new Dictionary<string, string>()) },
        { "UNKNOWN_AGENT", new PauseStrategy("x@1") },
        { "WRONG_STATE", new ResumeStrategy(Some.Ada) },
        { "TARGET_NOT_ALLOWED", new EngageKillSwitch(KillSwitchScope.Portfolio, "x", KillSwitchMode.Halt) },
        { "TARGET_MISSING", new EngageKillSwitch(KillSwitchScope.Instrument, null, KillSwitchMode.Halt) },
        { "TARGET_MISSING", new EngageKillSwitch(KillSwitchScope.Agent, null, KillSwitchMode.Halt) },
        { "NOT_ENGAGED", new ReleaseKillSwitch(KillSwitchScope.Portfolio, null) },
        { "UNKNOWN_ORDER", new CancelOrder("alpha-1") },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_bad_command_is_refused_with_its_code_and_changes_nothing(string code, Command command) =>
        Assert.Equal(("refused", code), Outcome(Scenario.Given(Some.Desk(Some.Open(), Some.Ada)).When(Some.Command(command, "c1")).Then()));

    [Fact]
    public void Nothing_but_opening_is_possible_before_the_portfolio_is_open() =>
        Assert.Equal(("refused", "PORTFOLIO_NOT_OPEN"), Outcome(Scenario.Given(Some.Command(new HaltTrading(), "c1")).Then()));

    [Fact]
    public void A_venue_that_cannot_be_made_is_refused_before_it_can_stop_the_queue()
    {
        var desk = Scenario.Given(Some.Command(Some.Open(settings: new() { ["slippageBps"] = "-1" }).Command, "c1")).Then();
        Assert.Equal(("refused", "BAD_VENUE_SETTING"), Outcome(desk));
        Assert.Contains("slippageBps '-1'", desk.AnswerTo("c1").Reason, StringComparison.Ordinal);
        desk.When(Some.Open()).Then("portfolio_opened", "cash_moved", "risk_limits_set", "voting_policy_set");
    }

    [Fact]
    public void A_command_that_comes_again_gets_the_first_answer_and_does_nothing()
    {
        var desk = Scenario.Given(Some.Open()).When(Some.Command(new MoveCash("USD", 5m), "c1")).Then("cash_moved");
        var first = desk.AnswerTo("c1");
        Assert.Equal(first, desk.When(Some.Command(new MoveCash("USD", 5m), "c1")).Then().AnswerTo("c1"));
        Assert.Equal(1_000_005m, desk.State.Ledger("USD").Cash);
    }

    [Fact]
    public void Every_command_is_answered_on_record_done_or_refused_but_a_repeat_is_not()
    {
        var desk = Scenario.Given(Some.Open()).When(Some.Command(new MoveCash("USD", 5m), "c1"));
        Assert.Equal(new CommandAnswered("alpha", "c1", "olivia", "rita", "moveCash", "done", null, ""), desk.Only<CommandAnswered>());
        var refused = desk.When(Some.Command(new CancelOrder("alpha-1"), "c2")).Only<CommandAnswered>();
        Assert.Equal(("c2", "cancelOrder", "refused", "UNKNOWN_ORDER"), (refused.CommandId, refused.Operation, refused.Outcome, refused.Code));
        Assert.Empty(desk.When(Some.Command(new MoveCash("USD", 5m), "c1")).Events);
    }

    [Fact]
    public void An_order_is_cancelled_on_request_and_only_while_it_lives()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(), Some.Ada), Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.AtLimit(Some.Ada, Side.Buy, 10m, 5m, 1), Some.Done(Some.Ada, 1)]);
        desk.When(Some.Command(new CancelOrder("alpha-1"), "c1")).Then("order_cancel_requested", "order_cancelled");
        Assert.Equal((10m, 0m), (desk.Only<OrderCancelled>().CancelledQuantity, desk.State.Books[Some.Spy].OpenBuy));
        Assert.Equal(("refused", "ORDER_ENDED"), Outcome(desk.When(Some.Command(new CancelOrder("alpha-1"), "c1b")), "c1b"));
    }

    private static (string, string?) Outcome(Scenario desk, string id = "c1") => (desk.AnswerTo(id).Outcome, desk.AnswerTo(id).Code);
}
