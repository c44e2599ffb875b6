using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>A named agent that votes against the outcome turns it into hold. Its silence, or a neutral vote, is no veto.</summary>
public static class Veto
{
    public static Tally Apply(in Tally tally, in Ballot ballot)
    {
        if (tally.Action == DecisionAction.Hold || ballot.Policy.Veto.Count == 0) return tally;
        var outcome = tally.Action == DecisionAction.Buy ? 1 : -1;
        foreach (var intent in ballot.Intents)
        {
            if (ballot.VoiceOf(intent) != -outcome || !ballot.Policy.Veto.Contains(intent.Agent)) continue;
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
}
