using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>The outcome of a vote, before risk has seen it.</summary>
/// <param name="Leading">The winning vote that weighed most; its order type and prices are used.</param>
public readonly record struct Tally(
    DecisionAction Action, decimal Quantity, IReadOnlyList<Vote> Votes, IReadOnlyList<Allocation> Allocation,
    bool Conflict, string Method, Wording Arithmetic, Wording Reason, Intent? Leading)
{
    /// <summary>So many voters' numbers fit on the stack.</summary>
    internal const int Few = 64;

    /// <summary>Applies a policy to the intents of one round.</summary>
    public static Tally Of(in Ballot ballot)
    {
        var tally = ballot.Policy.Method switch
        {
            VotingMethod.Majority => Majority.Count(ballot),
            VotingMethod.Supermajority => Supermajority.Count(ballot),
            VotingMethod.Unanimity => Unanimity.Count(ballot),
            VotingMethod.Quorum => Quorum.Count(ballot),
            VotingMethod.Netting => Netting.Count(ballot),
            VotingMethod.PerformanceWeighted => PerformanceWeighted.Count(ballot),
            _ => ConfidenceWeighted.Count(ballot),
        };
        return Veto.Apply(tally, ballot);
    }

    /// <summary>Turns a signed quantity and the votes behind it into a tally: whole lots, shares for the winning side.</summary>
    /// <param name="stakes">What each intent put on the table, same order as the ballot's; negative for a sale.</param>
    internal static Tally Settle(
        decimal signedQuantity, in Ballot ballot, Vote[] votes, ReadOnlySpan<decimal> stakes, string method, Wording arithmetic, Wording reason)
    {
        var conflict = IsConflict(votes);
        var wanted = Math.Abs(signedQuantity);
        var quantity = ballot.Instrument.FloorToLot(wanted);
        if (quantity == 0m)
        {
            var why = wanted == 0m ? reason : reason.And(
                static n => $"{Wording.Text(n[0])} is less than one lot of {Wording.Text(n[1])}", wanted, ballot.Instrument.LotSize);
            return new Tally(DecisionAction.Hold, 0m, votes, [], conflict, method, arithmetic, why, null);
        }

        var sign = decimal.Sign(signedQuantity);
        var allocation = Share(quantity, sign, ballot.Intents, stakes, ballot.Instrument, out var leading);
        return new Tally(sign > 0 ? DecisionAction.Buy : DecisionAction.Sell, quantity, votes, allocation, conflict, method, arithmetic, reason, leading);
    }

    /// <summary>By what was asked for, not by what it weighed: disagreement without weight is disagreement too.</summary>
    private static bool IsConflict(Vote[] votes)
    {
        bool buys = false, sells = false;
        foreach (ref readonly var vote in votes.AsSpan())
        {
            if (vote.Quantity == 0m) continue;
            if (vote.Side == Side.Buy) buys = true;
            else sells = true;
        }

        return buys && sells;
    }

    private static Allocation[] Share(decimal quantity, int sign, Intent[] intents, ReadOnlySpan<decimal> stakes, Instrument instrument, out Intent? leading)
    {
        leading = null;
        decimal whole = 0m, best = 0m;
        int last = -1, winners = 0;
        for (var i = 0; i < stakes.Length; i++)
        {
            // Who staked nothing, as with a weight of zero, gets nothing: not even what rounding to lots leaves over.
            if (decimal.Sign(stakes[i]) != sign) continue;
            whole += stakes[i];
            last = i;
            winners++;
            if (Math.Abs(stakes[i]) <= best) continue;
            best = Math.Abs(stakes[i]);
            leading = intents[i];
        }

        if (winners == 1) return [new Allocation(intents[last].Agent, quantity)];
        var shares = new Allocation[winners];
        var count = 0;
        var left = quantity;
        for (var i = 0; i <= last; i++)
        {
            if (decimal.Sign(stakes[i]) != sign) continue;
            var share = i == last ? left : Math.Min(left, instrument.FloorToLot(quantity * (stakes[i] / whole)));
            left -= share;
            if (share > 0m) shares[count++] = new Allocation(intents[i].Agent, share);
        }

        return count == winners ? shares : shares[..count];
    }
}
