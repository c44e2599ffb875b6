using System.Numerics;
using System.Security.Cryptography;
using EventSourcedTrading.Brokers.Credentials;

namespace EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;

/// <summary>What a consumer of OAuth 1.0a has registered with Interactive Brokers and keeps to itself.</summary>
public sealed class OAuthKeys : IDisposable
{
    private OAuthKeys(string consumerKey, Secret accessToken, byte[] tokenSecret, RSA signatureKey, BigInteger prime) =>
        (ConsumerKey, AccessToken, TokenSecret, SignatureKey, Prime) = (consumerKey, accessToken, tokenSecret, signatureKey, prime);

    public string ConsumerKey { get; }

    public Secret AccessToken { get; }

    /// <summary>Lines, or variables, that <see cref="ReadAsync"/> needs.</summary>
    public const int Count = 6;

    private const int LeastPrimeBits = 1_024;

    /// <summary>The access token's secret in the clear.</summary>
    internal ReadOnlyMemory<byte> TokenSecret { get; }

    internal RSA SignatureKey { get; }

    /// <summary>Of the Diffie–Hellman exchange.</summary>
    internal BigInteger Prime { get; }

    /// <summary><c>TESTCONS</c> is everybody's consumer for trying.</summary>
    public string Realm => ConsumerKey == "TESTCONS" ? "test_realm" : "limited_poa";

    /// <param name="setting">
    /// Of <see cref="CredentialSource"/>, in this order: consumer key, access token, access token secret as the portal shows it, private signature key,
    /// private encryption key (each the base64 of its PEM on one line), prime (hexadecimal, or the base64 of <c>DH PARAMETERS</c> on one line).
    /// </param>
    /// <exception cref="CredentialsException">One cannot be read; the message tells which.</exception>
    public static async Task<OAuthKeys> ReadAsync(string setting, CancellationToken ct)
    {
        var lines = await CredentialSource.ReadAsync(setting, Count, ct);
        return Create(lines[0].Reveal(), lines[1], lines[2], lines[3], lines[4], lines[5].Reveal());
    }

    /// <param name="encryptedSecret">Base64, under the encryption key with PKCS#1 v1.5 padding.</param>
    /// <param name="signatureKey">PEM, or the base64 of its body; PKCS#8 or PKCS#1.</param>
    /// <exception cref="CredentialsException">One cannot be read.</exception>
    public static OAuthKeys Create(string consumerKey, Secret accessToken, Secret encryptedSecret, Secret signatureKey, Secret encryptionKey, string prime)
    {
        if (consumerKey.Length == 0 || !consumerKey.All(char.IsAsciiLetterOrDigit)) throw Wrong("consumer key", "must be letters and digits", "It is the nine letters that were chosen in the portal");
        if (accessToken.IsEmpty) throw Wrong("access token", "is empty", "The portal shows it once, when it is made");
        using var encryption = Private("encryption key", encryptionKey.Reveal());
        byte[] secret;
        try
        {
            secret = encryption.Decrypt(Convert.FromBase64String(encryptedSecret.Reveal()), RSAEncryptionPadding.Pkcs1);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            throw Wrong("access token secret", "cannot be decrypted with the encryption key", "Both must be of one registration; a new token makes the old secret void");
        }

        return new(consumerKey, accessToken, secret, Private("signature key", signatureKey.Reveal()), DiffieHellmanPrime(prime));
    }

    public void Dispose() => SignatureKey.Dispose();

    private static BigInteger DiffieHellmanPrime(string text)
    {
        if (!DhParameters.TryRead(text, out var prime)) throw Wrong("prime", "cannot be read", "Give it in hexadecimal, or the base64 of DH PARAMETERS with generator 2");
        return prime.GetBitLength() >= LeastPrimeBits && !prime.IsEven ? prime : throw Wrong("prime", $"must be odd and have {LeastPrimeBits} bits or more", "Make one with: openssl dhparam -out dhparam.pem 2048");
    }

    private static RSA Private(string what, string text)
    {
        var key = RSA.Create();
        try
        {
            if (text.Contains("-----BEGIN", StringComparison.Ordinal)) key.ImportFromPem(text);
            else Import(key, Convert.FromBase64String(text));
            _ = key.ExportParameters(includePrivateParameters: true);
            return key;
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw Wrong(what, "is no private RSA key", "Give its PEM, or what stands in it on one line: grep -v -e ----- key.pem | tr -d '\\n'");
        }
    }

    private static void Import(RSA key, byte[] der)
    {
        try
        {
            key.ImportPkcs8PrivateKey(der, out _);
        }
        catch (CryptographicException)
        {
            key.ImportRSAPrivateKey(der, out _);
        }
    }

    private static CredentialsException Wrong(string field, string what, string mend) => new($"of ibkr, {field}", what, mend);
}
