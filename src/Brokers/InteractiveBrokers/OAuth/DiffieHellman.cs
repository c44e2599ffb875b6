using System.Globalization;
using System.Numerics;

namespace EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;

/// <summary>The exchange by which both sides come to the same secret (RFC 2631 section 2.1.1), with generator 2.</summary>
public static class DiffieHellman
{
    /// <summary>What is sent: 2 to the power of our secret number, modulo the prime.</summary>
    public static BigInteger Challenge(BigInteger own, BigInteger prime) => BigInteger.ModPow(2, own, prime);

    /// <summary>What both sides know and nobody else.</summary>
    /// <exception cref="FormatException">The answer is not within the group, so the secret would be one that anybody can guess.</exception>
    public static BigInteger Shared(BigInteger response, BigInteger own, BigInteger prime) => response > BigInteger.One && response < prime - 1
        ? BigInteger.ModPow(response, own, prime) : throw new FormatException("diffie_hellman_response must be above 1 and below the prime less 1");

    /// <summary>As Java writes a number and the broker hashes it: big-endian two's complement, so with a zero before a byte whose highest bit is set.</summary>
    public static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: false, isBigEndian: true);

    /// <summary>Lower-case hexadecimal without leading zeros.</summary>
    public static string Hex(BigInteger number) => number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');

    public static bool TryHex(string? text, out BigInteger number) => BigInteger.TryParse("0" + text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) && !string.IsNullOrEmpty(text);
}
