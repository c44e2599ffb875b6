using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;

/// <summary>
/// The key that signs a day's calls: Interactive Brokers' extension of OAuth 1.0a, "Live Session Token". HMAC-SHA1 is the protocol's
/// choice, and is sound as a keyed hash.
/// </summary>
public static class LiveSessionToken
{
    public const int Length = 20;

#pragma warning disable CA5350 // the broker's protocol, not our choice
    /// <param name="shared">Of the Diffie–Hellman exchange.</param>
    /// <param name="secret">The access token's, in the clear.</param>
    public static byte[] Derive(BigInteger shared, ReadOnlySpan<byte> secret) => HMACSHA1.HashData(DiffieHellman.Bytes(shared), secret);

    /// <summary>Whether the broker has come to the same token: its signature is the hexadecimal HMAC-SHA1 of the consumer key.</summary>
    public static bool Confirms(ReadOnlySpan<byte> token, string consumerKey, string? signature) =>
        string.Equals(Convert.ToHexStringLower(HMACSHA1.HashData(token, Encoding.UTF8.GetBytes(consumerKey))), signature, StringComparison.OrdinalIgnoreCase);
#pragma warning restore CA5350
}
