namespace EventSourcedTrading.Domain.MetaAgent;

public enum VotingMethod { Majority, ConfidenceWeighted, Netting }

/// <summary>How a portfolio makes one decision out of several intents.</summary>
/// <param name="Weights">Per agent; 1 where none is given. Majority does not use them.</param>
/// <param name="Threshold">Confidence-weighted: the least share, 0 to 1, of |score| in the whole weight that moves us to act.</param>
/// <param name="Veto">Agents whose opposition alone turns a decision into hold, whatever the method found.</param>
public sealed record VotingPolicy(
    VotingMethod Method, IReadOnlyDictionary<string, decimal> Weights, decimal Threshold, IReadOnlyList<string> Veto)
{
    public static readonly VotingPolicy Default = new(VotingMethod.ConfidenceWeighted, new Dictionary<string, decimal>(), 0.2m, []);

    public decimal WeightOf(string agent) => Weights.TryGetValue(agent, out var weight) ? weight : 1m;

    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    public string? Validate()
    {
        if (Threshold is < 0m or > 1m) return $"threshold {Threshold} must be between 0 and 1";
        foreach (var (agent, weight) in Weights)
            if (weight is < 0m or > 1_000m) return $"weights[{agent}] {weight} must be between 0 and 1000";
        return null;
    }
}
