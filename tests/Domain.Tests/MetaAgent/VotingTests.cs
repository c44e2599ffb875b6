using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

public sealed class VotingTests
{
    private static readonly Instrument Lots10 = new("SPY.ARCX", "USD", LotSize: 10m);
    private static readonly Instrument Single = new("SPY.ARCX", "USD");

    private static Intent Buy(string agent, decimal quantity, decimal confidence = 1m) => Some.Intent(agent, Side.Buy, quantity, 1, confidence: confidence);

    private static Intent Sell(string agent, decimal quantity, decimal confidence = 1m) => Some.Intent(agent, Side.Sell, quantity, 1, confidence: confidence);

    private static Tally Count(Intent[] intents, VotingPolicy policy, Instrument instrument) => Tally.Of(new Ballot(intents, policy, instrument, new PortfolioState("alpha")));

    private static Tally Majority(params Intent[] intents) => Count(intents, Some.Policy(VotingMethod.Majority), Single);

    private static Tally Netting(params Intent[] intents) => Count(intents, Some.Policy(VotingMethod.Netting), Single);

    private static Tally Weighted(decimal threshold, params Intent[] intents) => Count(intents, Some.Policy(VotingMethod.ConfidenceWeighted, threshold), Single);

    [Fact]
    public void A_majority_buys_the_mean_of_what_its_members_asked_for()
    {
        var tally = Majority(Buy("a@1", 100m), Buy("b@1", 40m), Sell("c@1", 500m));
        // (100 + 40) / 2 = 70, shared 100:40 and cut to whole lots: 70 × 100/140 = 50, the rest 20.
        Assert.Equal((DecisionAction.Buy, 70m, true), (tally.Action, tally.Quantity, tally.Conflict));
        Assert.Equal([new Allocation("a@1", 50m), new Allocation("b@1", 20m)], tally.Allocation);
        Assert.Equal("a@1", tally.Leading!.Agent);
    }

    [Fact]
    public void Half_of_the_votes_is_no_majority() => Assert.Equal(DecisionAction.Hold, Majority(Buy("a@1", 10m), Sell("b@1", 10m)).Action);

    [Fact]
    public void A_neutral_vote_counts_against_a_majority() => Assert.Equal(DecisionAction.Hold, Majority(Buy("a@1", 10m), Buy("b@1", 0m)).Action);

    [Fact]
    public void An_abstention_does_not() => Assert.Equal(DecisionAction.Buy, Majority(Buy("a@1", 10m)).Action);

    [Fact]
    public void A_neutral_vote_is_no_conflict() => Assert.False(Majority(Buy("a@1", 10m), Buy("c@1", 5m), Sell("b@1", 0m)).Conflict);

    [Fact]
    public void Netting_trades_the_difference_for_the_larger_side()
    {
        var tally = Netting(Buy("a@1", 100m), Sell("b@1", 30m), Buy("c@1", 50m));
        // 150 − 30 = 120, shared 100:50 = 80 and 40.
        Assert.Equal((DecisionAction.Buy, 120m, true), (tally.Action, tally.Quantity, tally.Conflict));
        Assert.Equal([new Allocation("a@1", 80m), new Allocation("c@1", 40m)], tally.Allocation);
    }

    [Fact]
    public void Equal_sides_net_to_hold() => Assert.Equal(DecisionAction.Hold, Netting(Buy("a@1", 10m), Sell("b@1", 10m)).Action);

    [Fact]
    public void Confidence_weighs_votes_and_quantity()
    {
        var policy = Some.Policy(VotingMethod.ConfidenceWeighted, 0.2m, null, ("a@1", 2m));
        var tally = Count([Buy("a@1", 100m, 0.5m), Sell("b@1", 50m, 0.25m)], policy, Single);
        // weights × confidence: 1 and 0.25; score (1 − 0.25) / 1.25 = 0.6; quantity (100 − 12.5) / 1.25 = 70.
        Assert.Equal((DecisionAction.Buy, 70m), (tally.Action, tally.Quantity));
        Assert.Equal([1m, -0.25m], tally.Votes.Select(v => v.Score));
        Assert.Equal([2m, 1m], tally.Votes.Select(v => v.Weight));
        Assert.Contains("0.75 / 1.25 = 0.6, threshold 0.2", tally.Arithmetic.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_neutral_vote_dilutes_confidence()
    {
        // 1 / (1 + 1) = 0.5 of the score, half of the quantity.
        var tally = Weighted(0.5m, Buy("a@1", 100m), Buy("b@1", 0m));
        Assert.Equal((DecisionAction.Buy, 50m), (tally.Action, tally.Quantity));
        Assert.Equal([new Allocation("a@1", 50m)], tally.Allocation);
    }

    [Theory]
    [InlineData("0.5", DecisionAction.Buy)]
    [InlineData("0.500001", DecisionAction.Hold)]
    public void The_threshold_itself_is_enough(string threshold, DecisionAction action) =>
        Assert.Equal(action, Weighted(decimal.Parse(threshold), Buy("a@1", 100m, 0.75m), Sell("b@1", 100m, 0.25m)).Action);

    [Fact]
    public void A_tie_is_hold_even_without_threshold() => Assert.Equal(DecisionAction.Hold, Weighted(0m, Buy("a@1", 10m), Sell("b@1", 10m)).Action);

    [Fact]
    public void No_confidence_at_all_is_hold() => Assert.Equal(DecisionAction.Hold, Weighted(0m, Buy("a@1", 10m, 0m)).Action);

    [Fact]
    public void Confidence_one_way_and_quantity_the_other_is_hold() =>
        Assert.Equal(DecisionAction.Hold, Weighted(0.1m, Buy("a@1", 1m, 0.9m), Sell("b@1", 1_000m, 0.5m)).Action);

    [Fact]
    public void The_quantity_is_cut_to_whole_lots_and_less_than_one_is_hold()
    {
        var policy = Some.Policy(VotingMethod.Majority);
        var tally = Count([Buy("a@1", 10m), Buy("b@1", 40m), Buy("c@1", 30m)], policy, Lots10);
        // mean 26.67 → 20; 20 × 10/80 = 2.5 → 0, 20 × 40/80 = 10, and the last takes the remaining 10.
        Assert.Equal(20m, tally.Quantity);
        Assert.Equal([new Allocation("b@1", 10m), new Allocation("c@1", 10m)], tally.Allocation);

        var small = Count([Buy("a@1", 10m, 0.5m), Buy("b@1", 0m, 0.5m)], Some.Policy(VotingMethod.ConfidenceWeighted), Lots10);
        Assert.Equal(DecisionAction.Hold, small.Action);
        Assert.Contains("5 is less than one lot of 10", small.Reason.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_staked_nothing_gets_nothing()
    {
        var policy = Some.Policy(VotingMethod.ConfidenceWeighted, 0.2m, null, ("z@1", 0m));
        var tally = Count([Buy("a@1", 5m), Buy("b@1", 6m), Buy("z@1", 50m)], policy, Single);
        Assert.Equal([new Allocation("a@1", 2m), new Allocation("b@1", 3m)], tally.Allocation);
    }

    [Fact]
    public void A_veto_turns_an_outcome_into_hold()
    {
        var policy = Some.Policy(VotingMethod.Netting, veto: ["risk@1"]);
        var tally = Count([Buy("a@1", 100m), Sell("risk@1", 1m)], policy, Single);
        Assert.Equal((DecisionAction.Hold, 0m, "netting+veto"), (tally.Action, tally.Quantity, tally.Method));
        Assert.Empty(tally.Allocation);
    }

    [Theory]
    [InlineData(Side.Buy, 5)]
    [InlineData(Side.Sell, 0)]
    public void Agreement_or_a_neutral_vote_is_no_veto(Side side, int quantity) =>
        Assert.Equal(DecisionAction.Buy, Count(
            [Buy("a@1", 100m), Some.Intent("risk@1", side, quantity, 1)], Some.Policy(VotingMethod.Netting, veto: ["risk@1"]), Single).Action);

    [Fact]
    public void Allocations_sum_to_the_quantity_in_whole_lots_for_winners_only() => Draw.Property(500, random =>
    {
        var intents = Enumerable.Range(0, random.Next(1, 9))
            .Select(i => Some.Intent($"a{i}@1", random.Of(Side.Buy, Side.Sell), random.Next(12) * 10m, 1, confidence: random.Next(101) / 100m)).ToArray();
        var policy = Some.Policy(random.Of(Enum.GetValues<VotingMethod>()), random.Next(50) / 100m, null,
            [.. intents.Select(i => (i.Agent, (decimal)random.Next(4)))]);

        var tally = Count(intents, policy, Lots10);

        Assert.Equal(tally.Quantity, tally.Allocation.Sum(a => a.Quantity));
        Assert.All(tally.Allocation, a => Assert.True(a.Quantity > 0m && a.Quantity % 10m == 0m));
        Assert.Equal(intents.Any(i => i is { Side: Side.Buy, Quantity: > 0m }) && intents.Any(i => i is { Side: Side.Sell, Quantity: > 0m }), tally.Conflict);
        Assert.Equal(tally.Action == DecisionAction.Hold, tally.Quantity == 0m);
        var winner = tally.Action == DecisionAction.Buy ? Side.Buy : Side.Sell;
        Assert.All(tally.Allocation, a => Assert.Contains(intents, i => i.Agent == a.Agent && i.Side == winner && i.Quantity > 0m));
    });
}
