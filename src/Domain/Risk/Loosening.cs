namespace EventSourcedTrading.Domain.Risk;

/// <summary>Which limits a change loosens: that takes a second person (dual control); tightening does not.</summary>
public static class Loosening
{
    /// <summary>What <paramref name="to"/> allows that <paramref name="from"/> does not, for people; null if nothing.</summary>
    public static string? Describe(RiskLimits from, RiskLimits to) => Looser("maxDailyLoss", from.MaxDailyLoss, to.MaxDailyLoss)
        ?? Looser("defaultPositionCap", from.DefaultPositionCap, to.DefaultPositionCap)
        ?? Looser("defaultBucketLimit", from.DefaultBucketLimit, to.DefaultBucketLimit)
        ?? Looser("positionCaps", from.PositionCaps.Keys.Concat(to.PositionCaps.Keys), from.PositionCapOf, to.PositionCapOf)
        ?? Looser("bucketLimits", from.BucketLimits.Keys.Concat(to.BucketLimits.Keys), from.BucketLimitOf, to.BucketLimitOf);

    private static string? Looser(string field, IEnumerable<string> keys, Func<string, decimal?> from, Func<string, decimal?> to)
    {
        foreach (var key in keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            if (Looser($"{field}[{key}]", from(key), to(key)) is { } looser) return looser;
        return null;
    }

    private static string? Looser(string field, decimal? from, decimal? to) =>
        from is null || from >= to ? null : $"{field} {from} → {(to is { } limit ? limit : "no limit")}";
}
