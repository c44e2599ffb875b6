namespace EventSourcedTrading.Domain.MetaAgent;

public enum VotingMethod { Majority, ConfidenceWeighted, Netting, Supermajority, Unanimity, Quorum, PerformanceWeighted }

/// <summary>How one decision is made out of several intents, for a portfolio or for one of its instruments.</summary>
/// <param name="Weights">Per agent; 1 where none is given. Used by the weighted methods; the others count heads or quantities.</param>
/// <param name="Threshold">Weighted methods: the least share, 0 to 1, of |score| in the whole weight that moves us to act.</param>
/// <param name="Veto">Agents whose opposition alone turns a decision into hold, whatever the method found.</param>
public sealed record VotingPolicy(
    VotingMethod Method, IReadOnlyDictionary<string, decimal> Weights, decimal Threshold, IReadOnlyList<string> Veto)
{
    private const int MaxNames = 1_000;

    public static readonly VotingPolicy Default = new(VotingMethod.ConfidenceWeighted, new Dictionary<string, decimal>(), 0.2m, []);

    /// <summary>Supermajority: the share of votes cast that must agree, above 0.5 to 1. Quorum: the share of agents that must take part,
    /// above 0 to 1. Null for the method's own default.</summary>
    public decimal? Share { get; init; }

    /// <summary>A vote with less confidence than this counts as neutral, 0 to 1; null for none. With every method.</summary>
    public decimal? DeadBand { get; init; }

    /// <summary>Performance-weighted: null for <see cref="PerformanceWindow.Default"/>.</summary>
    public PerformanceWindow? Performance { get; init; }

    /// <summary>An intent whose asOf lies further than this behind the newest market time is stale, 1 to 86,400; null for no bound. In
    /// seconds of market time, so a replay at full speed, where the market runs ahead, needs none.</summary>
    public int? MaxAgeSeconds { get; init; }

    /// <summary>Market times in a row that may end at their deadline without an agent before it is suspended, 1 to 1,000; null for
    /// <see cref="DefaultMaxMissed"/>. Of the portfolio's policy alone.</summary>
    public int? MaxMissed { get; init; }

    public const int DefaultMaxMissed = 3;

    public decimal WeightOf(string agent) => Weights.Count > 0 && Weights.TryGetValue(agent, out var weight) ? weight : 1m;

    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    public string? Validate()
    {
        if (Threshold is < 0m or > 1m) return $"threshold {Threshold} must be between 0 and 1";
        if (DeadBand is < 0m or > 1m) return $"deadBand {DeadBand} must be between 0 and 1";
        if (Share is <= 0m or > 1m) return $"share {Share} must be above 0 and at most 1";
        if (Share <= 0.5m && Method == VotingMethod.Supermajority) return $"share {Share} must be above 0.5 for a supermajority, else both sides could win";
        if (MaxAgeSeconds is < 1 or > 86_400) return $"maxAgeSeconds {MaxAgeSeconds} must be between 1 and 86400";
        if (MaxMissed is < 1 or > 1_000) return $"maxMissed {MaxMissed} must be between 1 and 1000";
        if (Weights.Count > MaxNames) return $"weights has {Weights.Count} members; at most {MaxNames} are allowed";
        if (Veto.Count > MaxNames) return $"veto has {Veto.Count} members; at most {MaxNames} are allowed";
        foreach (var (agent, weight) in Weights)
            if (weight is < 0m or > 1_000m) return $"weights[{agent}] {weight} must be between 0 and 1000";
        return Performance?.Validate();
    }
}
