using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

/// <summary>What becomes of agents that are late, stale, contradictory, gone, doubled or too many. docs/voting.md states each rule.</summary>
public sealed class RoundRulesTests
{
    private static Scenario Desk(VotingPolicy? policy = null, params string[] agents) =>
        Scenario.Given(Some.Desk(Some.Open(policy: policy), agents.Length > 0 ? agents : [Some.Ada, Some.Bob]));

    [Theory]
    [InlineData(60, null)]
    [InlineData(59, "STALE")]
    public void A_stale_intent_is_refused_though_its_round_still_waits(int age, string? code)
    {
        var desk = Desk(VotingPolicy.Default with { MaxAgeSeconds = age }).When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Quote(Some.Spy, 9.9m, 10m, 61));
        desk.When(Some.Wants(Some.Ada, Side.Buy, 10m, 1, id: "i1"));
        Assert.Equal(code, desk.Answers.Select(a => a.Code).SingleOrDefault());
        desk.When(Some.Done(Some.Ada, 61), Some.Done(Some.Bob, 61));
        Assert.Equal(code is null ? 1 : 0, desk.Events.OfType<DecisionMade>().Count());
    }

    [Fact]
    public void Without_a_bound_an_old_intent_is_counted_as_long_as_its_round_waits()
    {
        var desk = Desk().When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Quote(Some.Spy, 9.9m, 10m, 1_000_000), Some.Wants(Some.Ada, Side.Buy, 10m, 1));
        Assert.Single(desk.Events.OfType<IntentReceived>());
    }

    [Theory]
    [InlineData(Side.Sell, 5, "CONTRADICTORY")]
    [InlineData(Side.Buy, 5, "ALREADY_VOTED")]
    [InlineData(Side.Sell, 0, "ALREADY_VOTED")]
    public void Who_wants_both_sides_in_one_round_is_told_so_and_the_first_word_stands(Side side, int quantity, string code)
    {
        var desk = Desk().When(Some.Wants(Some.Ada, Side.Buy, 10m, 1, id: "first"), Some.Wants(Some.Ada, side, quantity, 1, id: "second"));
        Assert.Equal(code, desk.AnswerTo("second").Code);
        Assert.Contains(code == "CONTRADICTORY" ? "'first'" : "one vote", desk.AnswerTo("second").Reason, StringComparison.Ordinal);
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1));
        Assert.Equal(("first", 10m), (Assert.Single(desk.Only<DecisionMade>().Votes).IntentId, desk.Only<DecisionMade>().Quantity));
    }

    [Fact]
    public void An_agent_that_floods_is_stopped_before_it_takes_the_others_place()
    {
        var desk = Desk();
        for (var i = 1; i <= IntentRules.MaxOpenIntentsOfAgent; i++) desk.Engine.Step(Some.Wants(Some.Ada, Side.Buy, 1m, i), Scenario.Now);
        Assert.Equal("AGENT_FLOODS", desk.When(Some.Wants(Some.Ada, Side.Buy, 1m, 20_000, id: "more")).AnswerTo("more").Code);
        Assert.Single(desk.When(Some.Wants(Some.Bob, Side.Buy, 1m, 20_000)).Events.OfType<IntentReceived>());

        // Each round that is decided makes room again, and so does each for which the market had no time.
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2));
        Assert.Equal(IntentRules.MaxOpenIntentsOfAgent - 2, desk.State.Agents[Some.Ada].OpenIntents);
        Assert.Single(desk.When(Some.Wants(Some.Ada, Side.Buy, 1m, 20_000, id: "again")).Events.OfType<IntentReceived>());
    }

    [Fact]
    public void An_agent_that_vanishes_is_suspended_and_the_rounds_go_on_without_it()
    {
        var desk = Desk(VotingPolicy.Default with { MaxMissed = 2 });
        Miss(desk, 1).Then();
        Miss(desk, 2).Then("strategy_suspended");
        Assert.Equal((Some.Bob, 2, Some.Time(2)), (desk.Only<StrategySuspended>().Agent, desk.Only<StrategySuspended>().Missed, desk.Only<StrategySuspended>().AsOf));
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 3), Some.Wants(Some.Ada, Side.Buy, 1m, 3), Some.Done(Some.Ada, 3));
        Assert.Empty(desk.Only<DecisionMade>().Absent);
        Assert.Equal("AGENT_NOT_ACTIVE", desk.When(Some.Wants(Some.Bob, Side.Buy, 1m, 4, id: "b")).AnswerTo("b").Code);
    }

    [Fact]
    public void Three_in_a_row_are_enough_if_nothing_else_is_said()
    {
        var desk = Desk();
        Miss(desk, 1).Then();
        Miss(desk, 2).Then();
        Miss(desk, 3).Then("strategy_suspended");
    }

    [Fact]
    public void One_market_time_in_time_begins_the_count_anew()
    {
        var desk = Desk(VotingPolicy.Default with { MaxMissed = 2 });
        Miss(desk, 1);
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2));
        Miss(desk, 3).Then();
        Miss(desk, 4).Then("strategy_suspended");
    }

    [Fact]
    public void Its_own_progress_brings_it_back_once_it_has_caught_up()
    {
        var desk = Desk(VotingPolicy.Default with { MaxMissed = 1 });
        Miss(desk, 5).Then("strategy_suspended");
        desk.When(Some.Done(Some.Bob, 4)).Then();
        desk.When(Some.Done(Some.Bob, 5)).Then("strategy_resumed");
        Assert.Equal((Some.Bob, "rule:CAUGHT_UP"), (desk.Only<StrategyResumed>().Agent, desk.Only<StrategyResumed>().Actor));
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 6), Some.Done(Some.Ada, 6));
        Assert.Equal(Some.Time(6), desk.Engine.WaitsSince);
    }

    [Fact]
    public void Progress_that_waits_for_a_lost_intent_brings_it_back_with_the_intent()
    {
        var desk = Desk(VotingPolicy.Default with { MaxMissed = 1 });
        Miss(desk, 5);
        desk.When(Some.Done(Some.Bob, 5, sent: 1)).Then();
        desk.When(Some.Wants(Some.Bob, Side.Buy, 1m, 4, number: 1)).Then("strategy_resumed", "intent_refused");
    }

    [Theory]
    [InlineData("resume", SeatStatus.Active)]
    [InlineData("pause", SeatStatus.Paused)]
    [InlineData("unload", SeatStatus.Unloaded)]
    public void A_person_may_resume_pause_or_unload_it(string what, SeatStatus status)
    {
        var desk = Desk(VotingPolicy.Default with { MaxMissed = 1 });
        Miss(desk, 1);
        desk.When(Some.Command(what switch { "resume" => new ResumeStrategy(Some.Bob), "pause" => new PauseStrategy(Some.Bob), _ => new UnloadStrategy(Some.Bob) }));
        Assert.Equal(status, desk.State.Agents[Some.Bob].Status);
    }

    private static Scenario Miss(Scenario desk, int second) => desk.When(Some.Quote(Some.Qqq, 9.9m, 10m, second), Some.Done(Some.Ada, second), new DeadlineInput(Some.Time(second)))
        .Except("trading_day_opened");

    [Fact]
    public void Of_two_versions_of_a_strategy_only_the_newer_active_one_has_a_voice()
    {
        var desk = Desk(Some.Policy(VotingMethod.Majority), "ada@1.9.0", "ada@1.10.0", Some.Bob);
        Vote(desk, 1);
        Assert.Equal([("ada@1.10.0", 1m), ("ada@1.9.0", 0m), (Some.Bob, 1m)], desk.Only<DecisionMade>().Votes.Select(v => (v.Agent, v.Weight)));
        Assert.Equal((DecisionAction.Hold, "1 buy, 1 sell, 0 neutral of 2; 2 needed; mean quantity of the winners 0"),
            (desk.Only<DecisionMade>().Action, desk.Only<DecisionMade>().Arithmetic.ToString()));
        Assert.Empty(desk.Only<DecisionMade>().Abstained);

        desk.When(Some.Command(new PauseStrategy("ada@1.10.0")));
        Vote(desk, 2);
        Assert.Equal([("ada@1.9.0", 1m), (Some.Bob, 1m)], desk.Only<DecisionMade>().Votes.Select(v => (v.Agent, v.Weight)));
    }

    [Fact]
    public void A_round_of_superseded_votes_alone_holds()
    {
        var desk = Desk(Some.Policy(VotingMethod.Unanimity), Some.Ada, "ada@2.0.0");
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1), Some.Done("ada@2.0.0", 1));
        Assert.Equal(DecisionAction.Hold, desk.Only<DecisionMade>().Action);
        Assert.Equal(0m, Assert.Single(desk.Only<DecisionMade>().Votes).Weight);
    }

    private static void Vote(Scenario desk, int second) => desk.When(
        Some.Quote(Some.Spy, 9.9m, 10m, second), Some.Wants("ada@1.9.0", Side.Buy, 10m, second), Some.Wants("ada@1.10.0", Side.Buy, 10m, second, id: $"n{second}"),
        Some.Wants(Some.Bob, Side.Sell, 10m, second), Some.Done("ada@1.9.0", second), Some.Done("ada@1.10.0", second), Some.Done(Some.Bob, second));

    /// <summary>The example of semver.org 2.0.0, section 11, and what an agent's name may hold besides.</summary>
    [Theory]
    [InlineData("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0")]
    [InlineData("1", "1.0.1", "1.2", "1.10.0", "2", "2.0.0.1", "10.0.0-x", "10.0.0")]
    public void Versions_are_ordered_as_semver_has_it(params string[] versions)
    {
        for (var i = 0; i < versions.Length; i++)
            for (var j = 0; j < versions.Length; j++)
                Assert.Equal(i.CompareTo(j), Math.Sign(AgentVersion.Compare($"x@{versions[i]}", $"x@{versions[j]}")));
    }

    [Fact]
    public void Build_metadata_does_not_make_a_version_newer() => Assert.Equal(0, AgentVersion.Compare("x@1.0.0+b", "x@1.0.0+a"));
}
