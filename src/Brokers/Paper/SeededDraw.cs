namespace EventSourcedTrading.Brokers.Paper;

/// <summary>
/// Chance that can be repeated: a hash of seed, order and count, the same on every platform. FNV-1a takes up the order's id, the
/// SplitMix64 finaliser (Steele, Lea and Flood 2014) spreads it over 64 bits.
/// </summary>
public static class SeededDraw
{
    private const decimal TwoTo53 = 9_007_199_254_740_992m;

    /// <returns>0 or more, below 1.</returns>
    public static decimal Fraction(long seed, string orderId, int count)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in orderId) hash = (hash ^ c) * 1099511628211UL;
        hash = Mix(Mix(hash ^ Mix((ulong)seed)) + (ulong)count);
        return (hash >> 11) / TwoTo53;
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
