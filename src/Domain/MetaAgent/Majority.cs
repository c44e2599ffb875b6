using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// One agent, one vote; more than half of the votes cast must agree, neutral votes counted. The quantity is the mean of what the
/// winners asked for.
/// </summary>
public static class Majority
{
    public static Tally Count(IReadOnlyList<Intent> intents, Instrument instrument)
    {
        var votes = new Vote[intents.Count];
        var stakes = new decimal[intents.Count];
        int buys = 0, sells = 0;
        decimal bought = 0m, sold = 0m;
        for (var i = 0; i < intents.Count; i++)
        {
            var intent = intents[i];
            var voice = intent.Quantity == 0m ? 0m : intent.Side.Sign();
            votes[i] = intent.ToVote(1m, voice);
            stakes[i] = intent.Quantity;
            if (voice > 0m) (buys, bought) = (buys + 1, bought + intent.Quantity);
            if (voice < 0m) (sells, sold) = (sells + 1, sold + intent.Quantity);
        }

        var neutral = intents.Count - buys - sells;
        var needed = (intents.Count / 2) + 1;
        var signed = buys >= needed ? bought / buys : sells >= needed ? -(sold / sells) : 0m;
        var arithmetic = $"{buys} buy, {sells} sell, {neutral} neutral of {intents.Count}; {needed} needed; "
            + $"mean quantity of the winners {DecimalText.Format(Math.Abs(signed))}";
        var reason = signed == 0m ? "no side has a majority" : signed > 0m ? "the majority buys" : "the majority sells";
        return Tally.Settle(signed, intents, votes, stakes, instrument, "majority", arithmetic, reason);
    }
}
