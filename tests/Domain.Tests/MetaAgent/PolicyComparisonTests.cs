using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

public sealed class PolicyComparisonTests
{
    [Fact]
    public void The_policy_in_use_agrees_with_every_recorded_decision() => Draw.Property(40, random =>
    {
        var policy = Some.Policy(random.Of(Enum.GetValues<VotingMethod>())) with { Performance = new(2, 0.5m, 2m, 100m), DeadBand = random.Of<decimal?>(null, 0.3m) };
        var desk = Scenario.Given(Some.Desk(Some.Open(policy: policy, settings: new() { ["participation"] = "0.4", ["feeBps"] = "1" }), Some.Ada, Some.Bob, "bob@2.0.0"));
        for (var second = 1; second <= 40; second++)
        {
            var price = 10m + (random.Next(100) / 100m);
            desk.When(Some.Quote(Some.Spy, price, price + 0.01m, second, size: random.Next(50)));
            foreach (var agent in (string[])[Some.Ada, Some.Bob, "bob@2.0.0"])
            {
                if (random.Chance(0.7)) desk.When(Wants(random, agent, second));
                desk.When(Some.Done(agent, second));
            }
        }

        var comparison = new PolicyComparison(Scenario.Portfolio, [("used", policy), ("other", Some.Policy(VotingMethod.Unanimity))]);
        foreach (var e in desk.Log) comparison.Take(e);

        var decided = desk.Log.OfType<DecisionMade>().ToList();
        Assert.NotEmpty(decided);
        var used = comparison.Lines[0];
        Assert.Equal((decided.Count, decided.Count(d => d.OrderId is not null), decided.Sum(d => d.Quantity)), (used.Same, used.Orders, used.Quantity));
        Assert.Equal(decided.Count(d => d is { Conflict: true, Action: not DecisionAction.Hold }), used.Resolved);
        Assert.All(comparison.Lines, l => Assert.Equal(decided.Count, l.Buys + l.Sells + l.Holds));
    });

    private static IntentInput Wants(Random random, string agent, int second)
    {
        var intent = Some.Intent(agent, random.Of(Side.Buy, Side.Sell), random.Next(40), second, confidence: random.Next(101) / 100m);
        return Some.Send(random.Chance(0.3) ? intent with { Features = new Dictionary<string, decimal> { [Netting.Target] = random.Next(-50, 50) } } : intent);
    }

    [Fact]
    public void Other_policies_see_the_same_intents_and_decide_otherwise()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(policy: Some.Policy(VotingMethod.Netting)), Some.Ada, Some.Bob, Some.Cyd)).When(
            Some.Quote(Some.Spy, 9.9m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Wants(Some.Bob, Side.Buy, 20m, 1), Some.Wants(Some.Cyd, Side.Sell, 90m, 1),
            Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1), Some.Done(Some.Cyd, 1));
        var comparison = new PolicyComparison(Scenario.Portfolio, [.. Enum.GetValues<VotingMethod>().Select(m => (m.ToString(), Some.Policy(m)))]);
        foreach (var e in desk.Log) comparison.Take(e);

        Assert.Equal(
            [
                new PolicyLine("Majority", 1, 0, 0, 1, 15m, 0), new PolicyLine("ConfidenceWeighted", 0, 0, 1, 0, 0m, 0), new PolicyLine("Netting", 0, 1, 0, 1, 60m, 1),
                new PolicyLine("Supermajority", 1, 0, 0, 1, 15m, 0), new PolicyLine("Unanimity", 0, 0, 1, 0, 0m, 0), new PolicyLine("Quorum", 1, 0, 0, 1, 15m, 0),
                new PolicyLine("PerformanceWeighted", 0, 0, 1, 0, 0m, 0),
            ],
            comparison.Lines);
    }
}
