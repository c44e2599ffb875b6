using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// score = Σ w·c·s / Σ w·c with weight w, confidence c and s = +1 buy, −1 sell, 0 neutral. An abstention leaves the sum, a
/// neutral vote stays in the denominator. At or above the threshold we act, with quantity |Σ w·c·s·q| / Σ w·c, so that
/// disagreement makes the trade smaller before it stops it.
/// </summary>
public static class ConfidenceWeighted
{
    public static Tally Count(IReadOnlyList<Intent> intents, VotingPolicy policy, Instrument instrument)
    {
        var votes = new Vote[intents.Count];
        var stakes = new decimal[intents.Count];
        decimal sum = 0m, whole = 0m, size = 0m;
        for (var i = 0; i < intents.Count; i++)
        {
            var intent = intents[i];
            var weight = policy.WeightOf(intent.Agent);
            var force = weight * intent.Confidence;
            var voice = intent.Quantity == 0m ? 0m : intent.Side.Sign();
            votes[i] = intent.ToVote(weight, force * voice);
            stakes[i] = force * intent.Quantity;
            sum += force * voice;
            size += force * voice * intent.Quantity;
            whole += force;
        }

        var score = whole == 0m ? 0m : Math.Round(sum / whole, 6);
        var act = score != 0m && Math.Abs(score) >= policy.Threshold;
        var signed = act && Math.Sign(size) == Math.Sign(sum) ? size / whole : 0m;
        var arithmetic = $"score {DecimalText.Format(sum)} / {DecimalText.Format(whole)} = {DecimalText.Format(score)}, threshold {DecimalText.Format(policy.Threshold)}; "
            + $"quantity |{DecimalText.Format(size)}| / {DecimalText.Format(whole)}";
        var reason = !act ? "the score stays below the threshold"
            : signed == 0m ? "most confidence and most quantity point in opposite directions"
            : signed > 0m ? "confidence is on the side of buying" : "confidence is on the side of selling";
        return Tally.Settle(signed, intents, votes, stakes, instrument, "confidence-weighted", arithmetic, reason);
    }
}
