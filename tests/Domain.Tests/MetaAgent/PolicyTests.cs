using System.Text;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

public sealed class PolicyTests
{
    /// <summary>B, S and N with a digit for tens: "B1 S2 N" is a buy of 10, a sale of 20, and a neutral vote.</summary>
    private static Tally Vote(VotingPolicy policy, string votes, decimal confidence = 1m, int electorate = 0)
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(), [.. Enumerable.Range(0, electorate).Select(i => $"a{i}@1")]));
        var intents = votes.Split(' ').Select((v, i) => Some.Intent($"a{i}@1", v[0] == 'S' ? Side.Sell : Side.Buy, v[0] == 'N' ? 0m : (v[1] - '0') * 10m, 1, confidence: confidence));
        return Tally.Of(new Ballot([.. intents], policy, Some.Instruments[0], desk.State));
    }

    private static VotingPolicy Policy(VotingMethod method, decimal? share = null, decimal? deadBand = null) => Some.Policy(method) with { Share = share, DeadBand = deadBand };

    [Theory]
    [InlineData("B1 B2 S9", "0.6666", DecisionAction.Buy)]
    [InlineData("B1 B2 S9", "0.6667", DecisionAction.Hold)]
    [InlineData("S1 S2 S3 B9", "0.75", DecisionAction.Sell)]
    [InlineData("S1 S2 S3 B9", "0.7501", DecisionAction.Hold)]
    [InlineData("B1 B2 N", "0.7", DecisionAction.Hold)]
    [InlineData("B1", "1", DecisionAction.Buy)]
    public void A_supermajority_needs_its_share_of_the_votes_cast(string votes, string share, DecisionAction action) =>
        Assert.Equal(action, Vote(Policy(VotingMethod.Supermajority, decimal.Parse(share)), votes).Action);

    [Fact]
    public void Two_thirds_are_a_supermajority_if_nothing_else_is_said() =>
        Assert.Equal((DecisionAction.Buy, 15m), (Vote(Policy(VotingMethod.Supermajority), "B1 B2 S9").Action, Vote(Policy(VotingMethod.Supermajority), "B1 B2 S9").Quantity));

    [Theory]
    [InlineData("B1 B2 B3", DecisionAction.Buy)]
    [InlineData("S1", DecisionAction.Sell)]
    [InlineData("B1 B2 S1", DecisionAction.Hold)]
    [InlineData("B1 B2 N", DecisionAction.Hold)]
    [InlineData("N N", DecisionAction.Hold)]
    public void Unanimity_is_broken_by_one_other_vote(string votes, DecisionAction action) =>
        Assert.Equal(action, Vote(Policy(VotingMethod.Unanimity), votes).Action);

    [Theory]
    [InlineData(4, null, DecisionAction.Buy)]
    [InlineData(5, null, DecisionAction.Hold)]
    [InlineData(3, "0.75", DecisionAction.Hold)]
    [InlineData(2, "1", DecisionAction.Buy)]
    public void A_quorum_counts_those_who_could_have_voted(int agents, string? share, DecisionAction action)
    {
        var tally = Vote(Policy(VotingMethod.Quorum, share is null ? null : decimal.Parse(share)), "B1 B3", electorate: agents);
        Assert.Equal(action, tally.Action);
        Assert.Contains($"2 of {agents} agents took part", tally.Arithmetic.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.31", DecisionAction.Hold)]
    [InlineData("0.3", DecisionAction.Buy)]
    public void Less_confidence_than_the_dead_band_is_a_neutral_vote_with_every_method(string band, DecisionAction action)
    {
        foreach (var method in Enum.GetValues<VotingMethod>())
            Assert.Equal(action, Vote(Policy(method, deadBand: decimal.Parse(band)) with { Threshold = 0m }, "B2 B2", 0.3m).Action);
    }

    [Fact]
    public void A_vote_within_the_dead_band_is_no_veto()
    {
        var policy = Policy(VotingMethod.Netting, deadBand: 0.5m) with { Veto = ["a1@1"] };
        Intent[] intents = [Some.Intent("a0@1", Side.Buy, 10m, 1), Some.Intent("a1@1", Side.Sell, 5m, 1, confidence: 0.4m)];
        Assert.Equal(DecisionAction.Buy, Tally.Of(new Ballot(intents, policy, Some.Instruments[0], new PortfolioState("alpha"))).Action);
    }

    [Fact]
    public void A_target_is_traded_once_however_often_it_is_said()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(policy: Policy(VotingMethod.Netting)), Some.Ada, Some.Bob));
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Target(Some.Ada, 100m, 1), Target(Some.Bob, -30m, 1), Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1));
        Assert.Equal((70m, "100 bought − 30 sold = 70"), (desk.Only<DecisionMade>().Quantity, desk.Only<DecisionMade>().Arithmetic.ToString()));
        Assert.Equal(70m, desk.State.Books[Some.Spy].Position.Quantity);

        // Ada holds 70 of her 100, Bob none of his −30: 30 − 30 = 0, and the portfolio has the sum of the targets.
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 2), Target(Some.Ada, 100m, 2), Target(Some.Bob, -30m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2));
        Assert.Equal(DecisionAction.Hold, desk.Only<DecisionMade>().Action);
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 3), Target(Some.Ada, 0m, 3), Target(Some.Bob, 0m, 3), Some.Done(Some.Ada, 3), Some.Done(Some.Bob, 3));
        Assert.Equal(0m, desk.State.Books[Some.Spy].Position.Quantity);
    }

    [Fact]
    public void What_an_open_order_will_bring_is_not_asked_for_again()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(policy: Policy(VotingMethod.Netting)), Some.Ada, Some.Bob));
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.AtLimit(Some.Ada, Side.Buy, 60m, 5m, 1), Some.AtLimit(Some.Bob, Side.Buy, 30m, 5m, 1), Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1));
        Assert.Equal((60m, 30m), (desk.State.Books[Some.Spy].Open[0].LeavesOf(Some.Ada, Some.Instruments[0]), desk.State.Books[Some.Spy].Open[0].LeavesOf(Some.Bob, Some.Instruments[0])));

        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 2), Target(Some.Ada, 100m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2));
        Assert.Equal(40m, desk.Only<DecisionMade>().Quantity);
    }

    [Fact]
    public void A_target_that_turns_a_side_round_does_not_trade_at_the_price_of_the_other()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(policy: Policy(VotingMethod.Netting)), Some.Ada));
        var limit = Some.AtLimit(Some.Ada, Side.Buy, 10m, 5m, 1).Intent;
        desk.When(Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Send(limit with { Features = new Dictionary<string, decimal> { [Netting.Target] = -20m } }), Some.Done(Some.Ada, 1));
        Assert.Equal((DecisionAction.Sell, 20m, OrderType.Market, null), (desk.Only<DecisionMade>().Action, desk.Only<DecisionMade>().Quantity, desk.Only<DecisionMade>().OrderType, desk.Only<DecisionMade>().LimitPrice));
    }

    private static Input Target(string agent, decimal target, int second) => Some.Send(
        Some.Intent(agent, Side.Buy, 1m, second) with { Features = new Dictionary<string, decimal> { [Netting.Target] = target } });

    [Fact]
    public void One_instrument_may_have_a_policy_of_its_own_until_it_is_cleared()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(policy: Policy(VotingMethod.Majority)), Some.Ada));
        desk.When(Some.Command(new SetVotingPolicy(Policy(VotingMethod.Netting), Some.Qqq))).Then("voting_policy_set");
        Assert.Equal(("olivia", "because", Some.Qqq), (desk.Only<VotingPolicySet>().Actor, desk.Only<VotingPolicySet>().Reason, desk.Only<VotingPolicySet>().Instrument));
        Assert.Equal(["netting", "majority"], Methods(desk, 1));
        desk.When(Some.Command(new ClearVotingPolicy(Some.Qqq))).Then("voting_policy_cleared");
        Assert.Equal(["majority", "majority"], Methods(desk, 2));
        Assert.Equal("NO_SUCH_POLICY", desk.When(Some.Command(new ClearVotingPolicy(Some.Qqq), "again")).AnswerTo("again").Code);
        Assert.Equal("UNKNOWN_INSTRUMENT", desk.When(Some.Command(new SetVotingPolicy(Policy(VotingMethod.Netting), "XXX.ARCX"), "bad")).AnswerTo("bad").Code);
    }

    private static IEnumerable<string> Methods(Scenario desk, int second) => desk.When(
        Some.Quote(Some.Spy, 9.9m, 10m, second, 0, end: false), Some.Quote(Some.Qqq, 9.9m, 10m, second, 1), Some.Wants(Some.Ada, Side.Buy, 1m, second, Some.Spy),
        Some.Wants(Some.Ada, Side.Buy, 1m, second, Some.Qqq), Some.Done(Some.Ada, second)).Events.OfType<DecisionMade>().Select(d => d.Method);

    public static TheoryData<string, VotingPolicy> Unsound => new()
    {
        { "share", Policy(VotingMethod.Quorum, 0m) },
        { "share", Policy(VotingMethod.Quorum, 1.01m) },
        { "share", Policy(VotingMethod.Supermajority, 0.5m) },
        { "deadBand", Policy(VotingMethod.Netting, deadBand: 1.01m) },
        { "deadBand", Policy(VotingMethod.Netting, deadBand: -0.01m) },
        { "maxAgeSeconds", VotingPolicy.Default with { MaxAgeSeconds = 0 } },
        { "maxMissed", VotingPolicy.Default with { MaxMissed = 0 } },
        { "performance.days", VotingPolicy.Default with { Performance = new(0, 0m, 1m, 1m) } },
        { "performance.days", VotingPolicy.Default with { Performance = new(251, 0m, 1m, 1m) } },
        { "performance.floor", VotingPolicy.Default with { Performance = new(1, 1.01m, 2m, 1m) } },
        { "performance.cap", VotingPolicy.Default with { Performance = new(1, 0m, 0.99m, 1m) } },
        { "performance.gain", VotingPolicy.Default with { Performance = new(1, 0m, 1m, -1m) } },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void An_unsound_policy_is_refused_by_the_name_of_its_field(string field, VotingPolicy policy) => Assert.StartsWith(field, policy.Validate(), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"method":"majority","threshold":"0.2","veto":[],"weights":{}}""")]
    [InlineData("""{"deadBand":"0.1","maxAgeSeconds":300,"maxMissed":3,"method":"supermajority","share":"0.75","threshold":"0.2","veto":[],"weights":{}}""")]
    public void A_policy_is_written_as_it_was_read_so_those_of_older_logs_stay_what_they_were(string policy)
    {
        var json = $$"""{"actor":"olivia","policy":{{policy}},"portfolio":"alpha","reason":"because"}""";
        var read = (VotingPolicySet)EventJson.Deserialize("voting_policy_set", Encoding.UTF8.GetBytes(json));
        Assert.Null(read.Policy.Validate());
        Assert.Equal(json, Encoding.UTF8.GetString(EventJson.Serialize(read)));
    }

    [Theory]
    [InlineData(VotingMethod.Quorum, "1")]
    [InlineData(VotingMethod.Quorum, "0.0001")]
    [InlineData(VotingMethod.Supermajority, "0.5001")]
    [InlineData(VotingMethod.Supermajority, "1")]
    public void A_sound_one_is_not(VotingMethod method, string share) => Assert.Null(
        (Policy(method, decimal.Parse(share), 1m) with { Performance = PerformanceWindow.Default }).Validate());
}
