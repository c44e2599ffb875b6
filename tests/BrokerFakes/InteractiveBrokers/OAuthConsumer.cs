using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>
/// A consumer of OAuth 1.0a as both sides know it, with keys made for the occasion. A client needs all but <see cref="Secret"/>, which it decrypts
/// itself; of its private keys the fake uses the public halves alone.
/// </summary>
/// <param name="EncryptedSecret">Base64 of the access token secret under the encryption key, RSA with PKCS#1 v1.5 padding.</param>
/// <param name="Secret">The access token secret in the clear.</param>
/// <param name="Prime">Of the Diffie–Hellman exchange; the generator is 2.</param>
public sealed record OAuthConsumer(string ConsumerKey, string AccessToken, string EncryptedSecret, byte[] Secret, RSA SignatureKey, RSA EncryptionKey, BigInteger Prime, string Realm) : IDisposable
{
    /// <summary>The 2048-bit group of RFC 3526, section 3.</summary>
    private const string Group14 =
        "0FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
        "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
        "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
        "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF";

    /// <summary>New keys, and so a new consumer each time: nothing that is signed with them is to be repeated.</summary>
    public static OAuthConsumer Create(string consumerKey = "TESTCONS", string accessToken = "7dfe2e2d6e0f4b3f9a5c")
    {
        var encryption = RSA.Create(2048);
        var secret = RandomNumberGenerator.GetBytes(32);
        return new OAuthConsumer(
            consumerKey, accessToken, Convert.ToBase64String(encryption.Encrypt(secret, RSAEncryptionPadding.Pkcs1)), secret, RSA.Create(2048), encryption,
            BigInteger.Parse(Group14, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), consumerKey == "TESTCONS" ? "test_realm" : "limited_poa");
    }

    /// <summary>Writes what a client needs: two private keys, the prime, and the rest as lines of <c>name=value</c>.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "private_signature.pem"), SignatureKey.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(Path.Combine(folder, "private_encryption.pem"), EncryptionKey.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(Path.Combine(folder, "dhprime.hex"), Prime.ToString("x", CultureInfo.InvariantCulture).TrimStart('0') + "\n");
        File.WriteAllText(Path.Combine(folder, "consumer.env"), $"CONSUMER_KEY={ConsumerKey}\nACCESS_TOKEN={AccessToken}\nACCESS_TOKEN_SECRET={EncryptedSecret}\nREALM={Realm}\n", Encoding.ASCII);
    }

    public void Dispose()
    {
        SignatureKey.Dispose();
        EncryptionKey.Dispose();
    }
}
