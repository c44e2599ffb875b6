using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>
/// The broker's half of OAuth 1.0a: the live session token by Diffie–Hellman, and the signature of every other call. RFC 5849, with RSA-SHA256 and
/// HMAC-SHA256 instead of its SHA-1.
/// </summary>
public sealed class OAuthServer(OAuthConsumer consumer, long seed, TimeProvider time)
{
    private const int MaxNonces = 100_000;
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5), Validity = TimeSpan.FromHours(24);

    private readonly HashSet<string> nonces = [];
    private byte[]? token;
    private DateTimeOffset expires;
    private int exchanges;

    public IReadOnlyList<Operation> Operations => [new("POST", "/oauth/live_session_token", "token", Exchange)];

    public bool RefusesStream(string? accessToken) => token is null || accessToken != consumer.AccessToken;

    /// <summary>Why a call is not the consumer's; null if it is.</summary>
    public string? Refuses(Call call)
    {
        var fields = OAuthHeader.Read(call.Headers.Authorization);
        if (Common(fields, "HMAC-SHA256") is { } reason) return reason;
        if (token is null || time.GetUtcNow() >= expires) return "live session token is missing or has expired";
        var expected = HMACSHA256.HashData(token, Encoding.UTF8.GetBytes(OAuthHeader.BaseString(call, fields)));
        return Signature(fields) is { } given && CryptographicOperations.FixedTimeEquals(expected, given) ? Once(fields) : "invalid signature";
    }

    private Answer Exchange(Call call)
    {
        var fields = OAuthHeader.Read(call.Headers.Authorization);
        var refused = Common(fields, "RSA-SHA256");
        var signed = Encoding.UTF8.GetBytes(Convert.ToHexStringLower(consumer.Secret) + OAuthHeader.BaseString(call, fields));
        if (refused is null && !(Signature(fields) is { } signature && consumer.SignatureKey.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))) refused = "invalid signature";
        refused ??= Once(fields);
        var challenge = BigInteger.Zero;
        if (refused is null && (!BigInteger.TryParse("0" + fields.GetValueOrDefault("diffie_hellman_challenge"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out challenge) || challenge <= 1 || challenge >= consumer.Prime - 1))
            refused = "diffie_hellman_challenge is not within the group";
        if (refused is not null) return new Answer(401, null, refused);
        var own = new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}|dh|{++exchanges}")), isUnsigned: true);
        // Signed big-endian bytes: a leading zero where the highest bit is set, as Java writes them.
        var shared = BigInteger.ModPow(challenge, own, consumer.Prime).ToByteArray(isUnsigned: false, isBigEndian: true);
        token = Sha1(shared, consumer.Secret);
        expires = time.GetUtcNow() + Validity;
        return new JsonObject
        {
            // The schema says diffie_hellman_challenge; its own example and the API say this.
            ["diffie_hellman_response"] = BigInteger.ModPow(2, own, consumer.Prime).ToString("x", CultureInfo.InvariantCulture).TrimStart('0'),
            ["live_session_token_signature"] = Convert.ToHexStringLower(Sha1(token, Encoding.UTF8.GetBytes(consumer.ConsumerKey))),
            ["live_session_token_expiration"] = expires.ToUnixTimeMilliseconds(),
        };
    }

    private string? Common(IReadOnlyDictionary<string, string> fields, string method)
    {
        if (fields.GetValueOrDefault("oauth_consumer_key") != consumer.ConsumerKey) return "invalid consumer";
        if (fields.GetValueOrDefault("oauth_token") != consumer.AccessToken) return "invalid access token";
        if (fields.GetValueOrDefault("realm") != consumer.Realm) return "invalid realm";
        if (fields.GetValueOrDefault("oauth_signature_method") != method) return $"oauth_signature_method must be {method}";
        return long.TryParse(fields.GetValueOrDefault("oauth_timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && (time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, 253_402_300_799))).Duration() <= MaxSkew ? null : "oauth_timestamp is more than 5 minutes off";
    }

    private string? Once(IReadOnlyDictionary<string, string> fields)
    {
        if (nonces.Count == MaxNonces) nonces.Clear();
        return fields.GetValueOrDefault("oauth_nonce") is { Length: > 0 } nonce && nonces.Add(nonce) ? null : "oauth_nonce is missing or was used before";
    }

    private static byte[]? Signature(IReadOnlyDictionary<string, string> fields)
    {
        var text = fields.GetValueOrDefault("oauth_signature") ?? "";
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>HMAC-SHA1, as the protocol has it here.</summary>
#pragma warning disable CA5350 // the broker's protocol, not our choice
    private static byte[] Sha1(byte[] key, byte[] data) => HMACSHA1.HashData(key, data);
#pragma warning restore CA5350
}
