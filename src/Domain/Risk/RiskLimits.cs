namespace EventSourcedTrading.Domain.Risk;

/// <summary>The limits of one portfolio. A limit that is null is not checked; the check is recorded as such.</summary>
/// <param name="MaxDailyLoss">Realised and unrealised, since the trading day opened, in base currency, positive.</param>
/// <param name="PositionCaps">Largest absolute position per instrument, open orders included, in units of the instrument.</param>
/// <param name="DefaultPositionCap">For instruments that <paramref name="PositionCaps"/> does not name.</param>
/// <param name="BucketLimits">Largest gross exposure per correlation bucket, open orders included, in base currency.</param>
/// <param name="DefaultBucketLimit">For buckets that <paramref name="BucketLimits"/> does not name.</param>
public sealed record RiskLimits(
    decimal? MaxDailyLoss, IReadOnlyDictionary<string, decimal> PositionCaps, decimal? DefaultPositionCap,
    IReadOnlyDictionary<string, decimal> BucketLimits, decimal? DefaultBucketLimit)
{
    public static readonly RiskLimits None = new(null, new Dictionary<string, decimal>(), null, new Dictionary<string, decimal>(), null);

    public decimal? PositionCapOf(string instrument) => PositionCaps.TryGetValue(instrument, out var cap) ? cap : DefaultPositionCap;

    public decimal? BucketLimitOf(string bucket) => BucketLimits.TryGetValue(bucket, out var limit) ? limit : DefaultBucketLimit;

    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    public string? Validate()
    {
        if (MaxDailyLoss <= 0m) return $"maxDailyLoss {MaxDailyLoss} must be above zero; leave it out to switch the rule off";
        if (DefaultPositionCap < 0m) return $"defaultPositionCap {DefaultPositionCap} must not be negative";
        if (DefaultBucketLimit < 0m) return $"defaultBucketLimit {DefaultBucketLimit} must not be negative";
        foreach (var (instrument, cap) in PositionCaps)
            if (cap < 0m) return $"positionCaps[{instrument}] {cap} must not be negative";
        foreach (var (bucket, limit) in BucketLimits)
            if (limit < 0m) return $"bucketLimits[{bucket}] {limit} must not be negative";
        return null;
    }
}

/// <summary>One rule's verdict on one order, recorded whether it passed or not.</summary>
/// <param name="Value">What would be if the order were filled whole, in <paramref name="Unit"/>.</param>
/// <param name="Limit">Null where the portfolio has set none.</param>
public sealed record RiskCheck(string Rule, decimal Value, decimal? Limit, string Unit, bool Passed, string Detail);
