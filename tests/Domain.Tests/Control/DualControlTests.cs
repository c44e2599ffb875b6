using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.Control;

/// <summary>What is loosened takes two persons, what is tightened one; decided by the engine on the state as it is then.</summary>
public sealed class DualControlTests
{
    private static readonly RiskLimits Limits = Some.Limits(dailyLoss: 100m, cap: 10m);
    private static readonly EngageKillSwitch Halt = new(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt);

    private static Scenario Desk() => Scenario.Given(Some.Desk(Some.Open(Limits), Some.Ada));

    public static TheoryData<string, Command[], Command> TakesTwo => new()
    {
        { "a higher limit", [], new SetRiskLimits(Limits with { MaxDailyLoss = 101m }) },
        { "no limit", [], new SetRiskLimits(Limits with { DefaultPositionCap = null }) },
        { "one tighter, another looser", [], new SetRiskLimits(Limits with { MaxDailyLoss = 1m, DefaultPositionCap = 11m }) },
        { "release", [Halt], new ReleaseKillSwitch(KillSwitchScope.Portfolio, null) },
        { "release for an agent", [new EngageKillSwitch(KillSwitchScope.Agent, Some.Ada, KillSwitchMode.Halt)], new ReleaseKillSwitch(KillSwitchScope.Agent, Some.Ada) },
        { "halt made weaker", [Halt], new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly) },
        { "resume after a halt", [new HaltTrading()], new ResumeTrading() },
    };

    public static TheoryData<string, Command[], Command> TakesOne => new()
    {
        { "a lower limit", [], new SetRiskLimits(Limits with { MaxDailyLoss = 99m }) },
        { "the same limits", [], new SetRiskLimits(Limits) },
        { "engage", [], Halt },
        { "reduce only where nothing was", [], new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly) },
        { "reduce only made halt", [new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly)], Halt },
        { "reduce only beside a halt of another scope", [new EngageKillSwitch(KillSwitchScope.Agent, Some.Ada, KillSwitchMode.Halt)], new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly) },
        { "halt", [], new HaltTrading() },
        { "pause", [], new PauseStrategy(Some.Ada) },
        { "resume a strategy", [new PauseStrategy(Some.Ada)], new ResumeStrategy(Some.Ada) },
        { "policy", [], new SetVotingPolicy(VotingPolicy.Default) },
    };

    [Theory]
    [MemberData(nameof(TakesTwo))]
    public void What_is_loosened_is_refused_to_one_person_and_done_for_two(string what, Command[] before, Command command)
    {
        foreach (var approver in (string?[])[null, "olivia", "OLIVIA", " Olivia "])
        {
            var desk = Desk().When([.. before.Select(c => Some.Command(c))]);
            var answer = desk.When(Some.Command(command, "c1", approver)).Then().AnswerTo("c1");
            Assert.True(answer is { Outcome: "refused", Code: DualControl.Code }, $"{what}, approver {approver}: {answer}");
            Assert.Equal("done", desk.When(Some.Command(command, "c2", "rita")).AnswerTo("c2").Outcome);
            Assert.Equal("rita", desk.Only<CommandAnswered>().Approver);
        }
    }

    [Theory]
    [MemberData(nameof(TakesOne))]
    public void What_is_tightened_takes_one_person(string what, Command[] before, Command command)
    {
        var answer = Desk().When([.. before.Select(c => Some.Command(c))]).When(Some.Command(command, "c1", approver: null)).AnswerTo("c1");
        Assert.True(answer.Outcome == "done", $"{what}: {answer}");
    }

    [Fact]
    public void The_configuration_may_open_a_portfolio_and_loosen_nothing_afterwards()
    {
        var desk = Scenario.Given(Some.Open(Limits) with { Actor = "configuration", Approver = null });
        Assert.True(desk.State.Opened);
        Assert.Equal(DualControl.Code, desk.When(new CommandInput("c1", "configuration", "", new SetRiskLimits(RiskLimits.None))).AnswerTo("c1").Code);
    }

    [Fact]
    public void What_is_no_command_at_all_is_said_before_anybody_is_asked_to_approve_it() =>
        Assert.Equal("NOT_ENGAGED", Desk().When(Some.Command(new ReleaseKillSwitch(KillSwitchScope.Portfolio, null), "c1", approver: null)).AnswerTo("c1").Code);
}
