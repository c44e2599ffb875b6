using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>The outcome of a vote, before risk has seen it.</summary>
/// <param name="Leading">The winning vote that weighed most; its order type and prices are used.</param>
public sealed record Tally(
    DecisionAction Action, decimal Quantity, IReadOnlyList<Vote> Votes, IReadOnlyList<Allocation> Allocation,
    bool Conflict, string Method, string Arithmetic, string Reason, Intent? Leading)
{
    /// <summary>Applies a policy to the intents of one round.</summary>
    /// <param name="intents">By agent name, one per agent: the order of arrival must not matter.</param>
    public static Tally Of(IReadOnlyList<Intent> intents, VotingPolicy policy, Instrument instrument)
    {
        var tally = policy.Method switch
        {
            VotingMethod.Majority => Majority.Count(intents, instrument),
            VotingMethod.Netting => Netting.Count(intents, instrument),
            _ => ConfidenceWeighted.Count(intents, policy, instrument),
        };
        return Veto.Apply(tally, intents, policy);
    }

    internal static bool IsConflict(IReadOnlyList<Intent> intents)
    {
        bool buys = false, sells = false;
        for (var i = 0; i < intents.Count; i++)
        {
            if (intents[i].Quantity == 0m) continue;
            if (intents[i].Side == Side.Buy) buys = true;
            else sells = true;
        }

        return buys && sells;
    }

    /// <summary>Turns a signed quantity and the votes behind it into a tally: whole lots, shares for the winning side.</summary>
    /// <param name="stakes">What each intent put on the table, same order as <paramref name="intents"/>, never negative.</param>
    internal static Tally Settle(
        decimal signedQuantity, IReadOnlyList<Intent> intents, Vote[] votes, decimal[] stakes, Instrument instrument,
        string method, string arithmetic, string reason)
    {
        var conflict = IsConflict(intents);
        var quantity = instrument.FloorToLot(Math.Abs(signedQuantity));
        if (quantity == 0m)
        {
            var why = signedQuantity == 0m ? reason : $"{reason}; {DecimalText.Format(Math.Abs(signedQuantity))} is less than one lot of {DecimalText.Format(instrument.LotSize)}";
            return new Tally(DecisionAction.Hold, 0m, votes, [], conflict, method, arithmetic, why, null);
        }

        var side = signedQuantity > 0m ? Side.Buy : Side.Sell;
        var allocation = Share(quantity, side, intents, stakes, instrument, out var leading);
        return new Tally(side == Side.Buy ? DecisionAction.Buy : DecisionAction.Sell, quantity, votes, allocation, conflict, method, arithmetic, reason, leading);
    }

    private static List<Allocation> Share(
        decimal quantity, Side side, IReadOnlyList<Intent> intents, decimal[] stakes, Instrument instrument, out Intent? leading)
    {
        leading = null;
        decimal whole = 0m, best = -1m;
        var last = -1;
        for (var i = 0; i < intents.Count; i++)
        {
            if (!Shares(i)) continue;
            whole += stakes[i];
            last = i;
            if (stakes[i] <= best) continue;
            best = stakes[i];
            leading = intents[i];
        }

        var shares = new List<Allocation>(intents.Count);
        var left = quantity;
        for (var i = 0; i <= last; i++)
        {
            if (!Shares(i)) continue;
            var share = i == last ? left : Math.Min(left, instrument.FloorToLot(quantity * (stakes[i] / whole)));
            left -= share;
            if (share > 0m) shares.Add(new Allocation(intents[i].Agent, share));
        }

        return shares;

        // Who staked nothing, as with a weight of zero, gets nothing: not even what rounding to lots leaves over.
        bool Shares(int i) => intents[i].Side == side && stakes[i] > 0m;
    }
}
