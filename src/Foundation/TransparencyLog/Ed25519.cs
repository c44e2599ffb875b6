using System.Numerics;
using System.Security.Cryptography;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>
/// Checks Ed25519 signatures, RFC 8032 §5.1.7. It handles public values only, so its time may depend on them, and it is slow (some
/// milliseconds): enough for the few witnesses of a checkpoint. It never signs. It goes when .NET has Ed25519.
/// </summary>
public static class Ed25519
{
    public const int KeySize = 32;
    public const int SignatureSize = 64;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
    private static readonly BigInteger D = Mod(-121665 * BigInteger.ModPow(121666, P - 2, P));
    private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    private static readonly Point Identity = new(0, 1, 1, 0);
    private static readonly Point Generator = Decode(Convert.FromHexString("5866666666666666666666666666666666666666666666666666666666666666"))!.Value;

    /// <summary>True if these are 32 bytes that name a point, in its only encoding.</summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> key) => Decode(key) is not null;

    /// <summary>
    /// The equation without the cofactor, on encodings: stricter than the RFC must be, and the same as OpenSSL and Go do.
    /// </summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize || Decode(publicKey) is not { } a) return false;
        var r = signature[..32];
        var s = Number(signature[32..]);
        // Without this a second signature, S + L, would hold for the same message.
        if (s >= L) return false;

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        sha.AppendData(r);
        sha.AppendData(publicKey);
        sha.AppendData(message);
        var k = Number(sha.GetHashAndReset()) % L;
        // [S]B - [k]A must be R. One that is not a canonical point cannot equal what Encode writes.
        return Encode(Add(Multiply(Generator, s), Multiply(new Point(P - a.X, a.Y, a.Z, P - a.T), k))).AsSpan().SequenceEqual(r);
    }

    /// <summary>RFC 8032 §5.1.4: extended coordinates, x = X/Z, y = Y/Z, xy = T/Z.</summary>
    private readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);

    /// <summary>RFC 8032 §5.1.4; complete, so it doubles too.</summary>
    private static Point Add(in Point p, in Point q)
    {
        var a = Mod((p.Y - p.X) * (q.Y - q.X));
        var b = Mod((p.Y + p.X) * (q.Y + q.X));
        var c = Mod(2 * D * Mod(p.T * q.T));
        var d = Mod(2 * p.Z * q.Z);
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new Point(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
    }

    private static Point Multiply(Point p, BigInteger scalar)
    {
        var sum = Identity;
        for (; scalar > 0; scalar >>= 1)
        {
            if (!scalar.IsEven) sum = Add(sum, p);
            p = Add(p, p);
        }

        return sum;
    }

    /// <summary>RFC 8032 §5.1.3.</summary>
    private static Point? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != KeySize) return null;
        var sign = bytes[31] >> 7;
        var y = Number(bytes) & (BigInteger.Pow(2, 255) - 1);
        if (y >= P) return null;
        var (u, v) = (Mod(y * y - 1), Mod(D * y * y + 1));
        var x = Mod(u * BigInteger.ModPow(v, 3, P) * BigInteger.ModPow(Mod(u * BigInteger.ModPow(v, 7, P)), (P - 5) / 8, P));
        if (Mod(v * x * x) != u) x = Mod(x * RootOfMinusOne);
        if (Mod(v * x * x) != u) return null;
        if (x.IsZero && sign == 1) return null;
        if ((x.IsEven ? 0 : 1) != sign) x = P - x;
        return new Point(x, y, 1, Mod(x * y));
    }

    /// <summary>RFC 8032 §5.1.2.</summary>
    private static byte[] Encode(in Point p)
    {
        var inverse = BigInteger.ModPow(p.Z, P - 2, P);
        var (x, y) = (Mod(p.X * inverse), Mod(p.Y * inverse));
        var bytes = new byte[KeySize];
        y.TryWriteBytes(bytes, out _, isUnsigned: true);
        if (!x.IsEven) bytes[31] |= 0x80;
        return bytes;
    }

    private static BigInteger Number(ReadOnlySpan<byte> littleEndian) => new(littleEndian, isUnsigned: true);

    private static BigInteger Mod(BigInteger value) => value % P is var rest && rest.Sign < 0 ? rest + P : rest;
}
