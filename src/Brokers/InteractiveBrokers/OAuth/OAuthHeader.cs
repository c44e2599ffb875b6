using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;

/// <summary>
/// The <c>Authorization</c> header of a call, RFC 5849 section 3.5.1, with SHA-256 where that has SHA-1. Nothing here knows the time or chance:
/// both come from the caller.
/// </summary>
public static class OAuthHeader
{
    /// <summary>Of the call for a live session token: signed with RSA-SHA256 (PKCS#1 v1.5) over the access token's secret in hexadecimal and the base text.</summary>
    /// <param name="challenge">Of the Diffie–Hellman exchange.</param>
    /// <param name="nonce">Never used before; letters and digits.</param>
    public static string ForToken(string method, Uri address, OAuthKeys keys, BigInteger challenge, string nonce, DateTimeOffset at)
    {
        var fields = Fields(keys, "RSA-SHA256", nonce, at);
        fields["diffie_hellman_challenge"] = DiffieHellman.Hex(challenge);
        var text = Convert.ToHexStringLower(keys.TokenSecret.Span) + SignatureBase.Of(method, address, fields);
        return Written(keys, fields, keys.SignatureKey.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>Of any other call: signed with HMAC-SHA256, keyed by the live session token.</summary>
    public static string ForCall(string method, Uri address, OAuthKeys keys, ReadOnlySpan<byte> token, string nonce, DateTimeOffset at)
    {
        var fields = Fields(keys, "HMAC-SHA256", nonce, at);
        return Written(keys, fields, HMACSHA256.HashData(token, Encoding.UTF8.GetBytes(SignatureBase.Of(method, address, fields))));
    }

    private static SortedDictionary<string, string> Fields(OAuthKeys keys, string method, string nonce, DateTimeOffset at) => new(StringComparer.Ordinal)
    {
        ["oauth_consumer_key"] = keys.ConsumerKey, ["oauth_nonce"] = nonce, ["oauth_signature_method"] = method,
        ["oauth_timestamp"] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ["oauth_token"] = keys.AccessToken.Reveal(),
    };

    private static string Written(OAuthKeys keys, SortedDictionary<string, string> fields, byte[] signature)
    {
        fields["oauth_signature"] = Convert.ToBase64String(signature);
        return $"OAuth realm=\"{keys.Realm}\", {string.Join(", ", fields.Select(f => $"{f.Key}=\"{SignatureBase.Encode(f.Value)}\""))}";
    }
}
