using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Largest gross exposure of a correlation bucket, in base currency: Σ |worst position| × mark × multiplier × rate over its
/// instruments, where the worst position reckons with every open order. An order that adds nothing to it passes even when the
/// market has carried the bucket over its limit: a way down must stay open.
/// </summary>
public static class BucketLimit
{
    public const string Code = "BUCKET_LIMIT";

    public static readonly RiskRule Rule = new(
        Code, "Correlation bucket", "Many small positions that are one large one, since they fall together.",
        "Gross exposure of the instruments in the order's bucket, this order and open orders at their worst. It may reach the limit. What only reduces, or adds nothing, passes. Buckets are given with the instruments, or measured; a measured one has the lowest limit that its instruments bring along.",
        "base currency",
        [
            new("bucketLimits", "per bucket"), new("defaultBucketLimit", "for buckets that have none of their own"),
            new("measuredBuckets", "correlation (above 0 to 1), samples (10 to 500) and stepSeconds of market time between them; re-formed when a trading day opens"),
        ],
        "RTS 6 (2017/589) art. 15(4); Mantegna 1999, Hierarchical structure in financial markets", RuleScope.Bucket, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        var bucket = order.Book.Bucket;
        if (bucket.Limit is not { } limit) return null;
        var others = bucket.Worst - order.Held.Worst;
        var after = Exposure.Round(others + order.After.Worst);
        var passed = order.Within(limit - others);
        return new RiskCheck(Code, after, limit, state.BaseCurrency, passed, passed ? "" : $"bucket {bucket.Name}");
    }
}
