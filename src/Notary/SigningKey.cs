using System.Security.Cryptography;
using EventSourcedTrading.TransparencyLog;

namespace EventSourcedTrading.Notary;

/// <summary>The notary's private key: ECDSA on P-256, in PEM (PKCS#8, RFC 5958, plain or encrypted with a passphrase; or SEC 1). Never in the database.</summary>
public static class SigningKey
{
    /// <summary>PBES2 rounds that a passphrase is stretched by, as OWASP's password storage cheat sheet has it for PBKDF2 with SHA-256.</summary>
    private const int Rounds = 600_000;

    /// <exception cref="SigningKeyException">No such key is in it, or the passphrase is wrong or missing.</exception>
    public static ECDsa Read(string pem, string? passphrase)
    {
        var key = ECDsa.Create();
        try
        {
            if (string.IsNullOrEmpty(passphrase)) key.ImportFromPem(pem);
            else key.ImportFromEncryptedPem(pem, passphrase);
            _ = NoteKey.Of("check", key);
            _ = key.ExportParameters(includePrivateParameters: true);
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or InvalidProofException)
        {
            key.Dispose();
            // What the library says may quote the text: it is left out.
            throw new SigningKeyException(
                pem.Contains("ENCRYPTED", StringComparison.Ordinal) && string.IsNullOrEmpty(passphrase) ? "The notary's key is encrypted; give its passphrase."
                : "The notary's key must be one private key on P-256 in PEM, and the passphrase its own; make one with 'est audit key'.");
        }
    }

    /// <summary>A new key, as PEM.</summary>
    public static string Create(string? passphrase)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return string.IsNullOrEmpty(passphrase) ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Rounds));
    }
}

/// <summary>The key cannot be used; says why without quoting it.</summary>
public sealed class SigningKeyException(string message) : Exception(message);
