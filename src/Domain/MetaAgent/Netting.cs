using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// Adds up what the agents want, buys against sells, and trades the difference. An agent that states the feature <c>target</c>, the
/// position that it wants to have, signed, in units, wants what is missing to it: target − held − working, by its own share of the
/// book. So a target may be said again every minute without being traded twice, and Σ targets is what the portfolio comes to hold.
/// Without a target, side and quantity are the change that is wanted.
/// </summary>
public static class Netting
{
    public const string Target = "target";

    private static readonly Wording None = "buys and sells cancel out", Buys = "more is bought than sold", Sells = "more is sold than bought";

    public static Tally Count(in Ballot ballot)
    {
        var intents = ballot.Intents;
        var votes = new Vote[intents.Length];
        Span<decimal> changes = intents.Length <= Tally.Few ? stackalloc decimal[intents.Length] : new decimal[intents.Length];
        decimal bought = 0m, sold = 0m;
        for (var i = 0; i < intents.Length; i++)
        {
            changes[i] = Change(ballot, intents[i]);
            votes[i] = Vote.Of(intents[i], 1m, changes[i]);
            if (changes[i] > 0m) bought += changes[i];
            else sold -= changes[i];
        }

        var net = bought - sold;
        var arithmetic = new Wording(static n => $"{Wording.Text(n[0])} bought − {Wording.Text(n[1])} sold = {Wording.Text(n[2])}", bought, sold, net);
        return Tally.Settle(net, ballot, votes, changes, "netting", arithmetic, net == 0m ? None : net > 0m ? Buys : Sells);
    }

    private static decimal Change(in Ballot ballot, Intent intent)
    {
        if (intent.Features.Count == 0 || !intent.Features.TryGetValue(Target, out var target)) return ballot.VoiceOf(intent) * intent.Quantity;
        if (intent.Confidence < ballot.Policy.DeadBand) return 0m;
        var held = ballot.State.AgentPositions.TryGetValue((intent.Agent, intent.Instrument), out var position) ? position.Quantity : 0m;
        var working = 0m;
        foreach (var order in ballot.State.Books[intent.Instrument].Open) working += order.Terms.Side.Sign() * order.LeavesOf(intent.Agent, ballot.Instrument);
        return target - held - working;
    }
}
