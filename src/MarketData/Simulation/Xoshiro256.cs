using System.Numerics;

namespace EventSourcedTrading.MarketData.Simulation;

/// <summary>
/// xoshiro256** by Blackman and Vigna (public domain), seeded by SplitMix64 as its authors advise. Integer operations only, so it
/// gives the same numbers on every platform and in every version of .NET, which System.Random does not promise.
/// </summary>
public sealed class Xoshiro256
{
    private ulong _a, _b, _c, _d;

    public Xoshiro256(ulong seed) => (_a, _b, _c, _d) = (Split(ref seed), Split(ref seed), Split(ref seed), Split(ref seed));

    public Xoshiro256(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>0 to below 1, with 53 random bits.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 to below <paramref name="bound"/>; the bias is below bound / 2⁶⁴.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>
    /// Near to a standard normal: the sum of four uniforms (16 bits each, one draw), scaled to variance 1. Never beyond ±3.47,
    /// and free of logarithms and sines, whose last bit differs between platforms.
    /// </summary>
    public double Normal()
    {
        var bits = Next();
        var sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        return (sum - 131_070) * (1.7320508075688772 / 65_536.0);
    }

    private static ulong Split(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
