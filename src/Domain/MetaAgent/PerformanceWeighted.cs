namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// Confidence-weighted, where an agent's weight grows and shrinks with what it has realised: w = clamp(1 + gain·r, floor, cap),
/// times the weight that the policy gives it. r is the realised return of that agent version over the window, see
/// <see cref="TrackRecord"/>. The floor keeps an unlucky agent in the vote, so that it can earn its way back; the cap keeps a lucky
/// one from ruling alone. Who has closed nothing yet weighs as much as before: r = 0.
/// </summary>
public static class PerformanceWeighted
{
    public static Tally Count(in Ballot ballot)
    {
        var window = ballot.Policy.Performance ?? PerformanceWindow.Default;
        var first = ballot.State.TradingDays - window.Days + 1;
        var voters = ballot.Intents.Length;
        Span<decimal> weights = voters <= Tally.Few ? stackalloc decimal[voters] : new decimal[voters];
        for (var i = 0; i < weights.Length; i++)
        {
            var agent = ballot.Intents[i].Agent;
            var realised = ballot.State.TrackRecords.TryGetValue(agent, out var record) ? record.ReturnSince(first) : 0m;
            weights[i] = ballot.Policy.WeightOf(agent);
            if (realised != 0m) weights[i] *= Math.Clamp(1m + (window.Gain * realised), window.Floor, window.Cap);
        }

        return ConfidenceWeighted.Count(ballot, weights, "performance-weighted");
    }
}

/// <summary>How realised results become weights.</summary>
/// <param name="Days">Trading days that count, today included: 1 to <see cref="TrackRecord.MaxDays"/>.</param>
/// <param name="Floor">Least weight, 0 to 1.</param>
/// <param name="Cap">Greatest weight, 1 to 1000.</param>
/// <param name="Gain">Weight per whole of return, 0 to 1000. With 1 a return of 10 % weighs 1.1; with 50 one of 2 % weighs 2.</param>
public sealed record PerformanceWindow(int Days, decimal Floor, decimal Cap, decimal Gain)
{
    public static readonly PerformanceWindow Default = new(20, 0.25m, 4m, 1m);

    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    public string? Validate() =>
        Days is < 1 or > TrackRecord.MaxDays ? $"performance.days {Days} must be between 1 and {TrackRecord.MaxDays}"
        : Floor is < 0m or > 1m ? $"performance.floor {Floor} must be between 0 and 1"
        : Cap is < 1m or > 1_000m ? $"performance.cap {Cap} must be between 1 and 1000"
        : Gain is < 0m or > 1_000m ? $"performance.gain {Gain} must be between 0 and 1000" : null;
}
