namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// score = Σ w·c·s / Σ w·c with weight w, confidence c and s = +1 buy, −1 sell, 0 neutral. An abstention leaves the sum, a
/// neutral vote stays in the denominator. At or above the threshold we act, with quantity |Σ w·c·s·q| / Σ w·c, so that
/// disagreement makes the trade smaller before it stops it.
/// </summary>
public static class ConfidenceWeighted
{
    private static readonly Wording Weak = "the score stays below the threshold", Torn = "most confidence and most quantity point in opposite directions",
        Buys = "confidence is on the side of buying", Sells = "confidence is on the side of selling";

    public static Tally Count(in Ballot ballot)
    {
        var voters = ballot.Intents.Length;
        Span<decimal> weights = voters <= Tally.Few ? stackalloc decimal[voters] : new decimal[voters];
        for (var i = 0; i < weights.Length; i++) weights[i] = ballot.Policy.WeightOf(ballot.Intents[i].Agent);
        return Count(ballot, weights, "confidence-weighted");
    }

    /// <param name="weights">One per intent, not negative.</param>
    internal static Tally Count(in Ballot ballot, ReadOnlySpan<decimal> weights, string method)
    {
        var intents = ballot.Intents;
        var votes = new Vote[intents.Length];
        Span<decimal> stakes = intents.Length <= Tally.Few ? stackalloc decimal[intents.Length] : new decimal[intents.Length];
        decimal sum = 0m, whole = 0m, size = 0m;
        for (var i = 0; i < intents.Length; i++)
        {
            var intent = intents[i];
            var force = weights[i] * intent.Confidence;
            var voice = ballot.VoiceOf(intent);
            var signed = voice == 0 ? 0m : voice > 0 ? force : -force;
            votes[i] = Vote.Of(intent, weights[i], signed);
            stakes[i] = signed * intent.Quantity;
            sum += signed;
            size += stakes[i];
            whole += force;
        }

        var score = whole == 0m ? 0m : Math.Round(sum / whole, 6);
        var act = score != 0m && Math.Abs(score) >= ballot.Policy.Threshold;
        var quantity = act && decimal.Sign(size) == decimal.Sign(sum) ? size / whole : 0m;
        var arithmetic = new Wording(
            static n => $"score {Wording.Text(n[0])} / {Wording.Text(n[1])} = {Wording.Text(n[2])}, threshold {Wording.Text(n[3])}; "
                + $"quantity |{Wording.Text(n[4])}| / {Wording.Text(n[1])}",
            sum, whole, score, ballot.Policy.Threshold, size);
        var reason = !act ? Weak : quantity == 0m ? Torn : quantity > 0m ? Buys : Sells;
        return Tally.Settle(quantity, ballot, votes, stakes, method, arithmetic, reason);
    }
}
