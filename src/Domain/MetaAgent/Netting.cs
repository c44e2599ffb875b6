using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>Adds up what the agents want, buys against sells, and trades the difference.</summary>
public static class Netting
{
    public static Tally Count(IReadOnlyList<Intent> intents, Instrument instrument)
    {
        var votes = new Vote[intents.Count];
        var stakes = new decimal[intents.Count];
        decimal bought = 0m, sold = 0m;
        for (var i = 0; i < intents.Count; i++)
        {
            var intent = intents[i];
            votes[i] = intent.ToVote(1m, intent.Side.Sign() * intent.Quantity);
            stakes[i] = intent.Quantity;
            if (intent.Side == Side.Buy) bought += intent.Quantity;
            else sold += intent.Quantity;
        }

        var net = bought - sold;
        var arithmetic = $"{DecimalText.Format(bought)} bought − {DecimalText.Format(sold)} sold = {DecimalText.Format(net)}";
        var reason = net == 0m ? "buys and sells cancel out" : net > 0m ? "more is bought than sold" : "more is sold than bought";
        return Tally.Settle(net, intents, votes, stakes, instrument, "netting", arithmetic, reason);
    }
}
