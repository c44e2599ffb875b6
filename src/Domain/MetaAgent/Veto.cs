using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>A named agent that votes against the outcome turns it into hold. Its silence, or a neutral vote, is no veto.</summary>
public static class Veto
{
    public static Tally Apply(Tally tally, IReadOnlyList<Intent> intents, VotingPolicy policy)
    {
        if (tally.Action == DecisionAction.Hold || policy.Veto.Count == 0) return tally;
        var outcome = tally.Action == DecisionAction.Buy ? Side.Buy : Side.Sell;
        foreach (var intent in intents)
        {
            if (intent.Quantity == 0m || intent.Side == outcome || !policy.Veto.Contains(intent.Agent)) continue;
            return tally with
            {
                Action = DecisionAction.Hold,
                Quantity = 0m,
                Allocation = [],
                Leading = null,
                Method = $"{tally.Method}+veto",
                Reason = $"{intent.Agent} vetoed: {tally.Reason}, but it wants to {(intent.Side == Side.Buy ? "buy" : "sell")}",
            };
        }

        return tally;
    }

    internal static Vote ToVote(this Intent intent, decimal weight, decimal score) =>
        new(intent.Agent, intent.IntentId, intent.Side, intent.Quantity, intent.Confidence, weight, score, intent.Rationale);
}
