using System.Security.Cryptography;

namespace EventSourcedTrading.TransparencyLog.Tests;

/// <summary>RFC 6962 §2.1 to §2.1.2, word for word and without a thought for speed. D holds leaf hashes.</summary>
public static class Definition
{
    public static byte[] Root(byte[][] d) => d.Length switch
    {
        0 => SHA256.HashData([]),
        1 => d[0],
        var n => SHA256.HashData([1, .. Root(d[..K(n)]), .. Root(d[K(n)..])]),
    };

    public static byte[][] Path(int m, byte[][] d)
    {
        if (d.Length == 1) return [];
        var k = K(d.Length);
        return m < k ? [.. Path(m, d[..k]), Root(d[k..])] : [.. Path(m - k, d[k..]), Root(d[..k])];
    }

    public static byte[][] Proof(int m, byte[][] d) => SubProof(m, d, true);

    private static byte[][] SubProof(int m, byte[][] d, bool whole)
    {
        if (m == d.Length) return whole ? [] : [Root(d)];
        var k = K(d.Length);
        return m <= k ? [.. SubProof(m, d[..k], whole), Root(d[k..])] : [.. SubProof(m - k, d[k..], false), Root(d[..k])];
    }

    /// <summary>The largest power of two below n.</summary>
    private static int K(int n)
    {
        var k = 1;
        while (k * 2 < n) k *= 2;
        return k;
    }
}
