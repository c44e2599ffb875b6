using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.Privacy;

/// <summary>
/// AES-256-GCM (NIST SP 800-38D): nonce of 12 random bytes ‖ ciphertext ‖ tag of 16 bytes. The associated data says what was sealed and
/// whose it is, so that nothing opens in another place.
/// </summary>
public static class Sealing
{
    public const int KeyLength = 32, NonceLength = 12, TagLength = 16;

    /// <summary>What a sealed text begins with.</summary>
    public const string Prefix = "sealed:";

    /// <summary>Texts are filled up to a multiple of this many bytes: their length would tell of them even when the key is gone.</summary>
    private const int Block = 48;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, string associated)
    {
        var sealedBytes = new byte[NonceLength + plain.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceLength, plain.Length), sealedBytes.AsSpan(NonceLength + plain.Length), Encoding.UTF8.GetBytes(associated));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Another key, other associated data, or not as it was sealed.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sealedBytes, string associated)
    {
        if (sealedBytes.Length < NonceLength + TagLength) throw new CryptographicException($"{sealedBytes.Length} bytes are too few for something sealed.");
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(sealedBytes[..NonceLength], sealedBytes[NonceLength..^TagLength], sealedBytes[^TagLength..], plain, Encoding.UTF8.GetBytes(associated));
        return plain;
    }

    public static byte[] SealPadded(ReadOnlySpan<byte> key, string text, string associated)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var padded = new byte[(length / Block + 1) * Block];
        Encoding.UTF8.GetBytes(text, padded);
        return Seal(key, padded, associated);
    }

    /// <exception cref="CryptographicException">Another key, other associated data, or not as it was sealed.</exception>
    public static string OpenPadded(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sealedBytes, string associated) =>
        Encoding.UTF8.GetString(Open(key, sealedBytes, associated).AsSpan().TrimEnd((byte)0));

    /// <summary>A text as it may stand in an event: <c>sealed:</c> and base64url.</summary>
    public static string SealText(ReadOnlySpan<byte> key, string text, string associated) => Prefix + Base64Url.EncodeToString(SealPadded(key, text, associated));

    /// <exception cref="CryptographicException">Not sealed with this key for this place.</exception>
    public static string OpenText(ReadOnlySpan<byte> key, string text, string associated)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Prefix.Length))) throw new CryptographicException("What is not sealed cannot be opened.");
        return OpenPadded(key, Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length)), associated);
    }
}
