using System.Globalization;
using System.Text;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>Readings that know one spelling only: where two texts mean the same, a signature or a hash covers but one of them.</summary>
internal static class StrictText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>RFC 4648 §4 with padding; neither white space nor idle bits, both of which .NET lets pass.</summary>
    public static byte[] Base64(string text, string what)
    {
        var bytes = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text
            ? bytes[..length]
            : throw new InvalidProofException($"{what} is '{Shown(text)}'; it must be base64 by RFC 4648 §4, padded, without spaces.");
    }

    /// <summary>A SHA-256 hash in base64.</summary>
    public static byte[] Hash(string text, string what) =>
        Base64(text, what) is { Length: MerkleProofs.HashSize } hash
            ? hash
            : throw new InvalidProofException($"{what} is '{Shown(text)}'; it must be the base64 of {MerkleProofs.HashSize} bytes.");

    /// <summary>A decimal from 0 to 2⁶³-1 without sign or leading zeros.</summary>
    public static long Number(string text, string what) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == text
            ? number
            : throw new InvalidProofException($"{what} is '{Shown(text)}'; it must be a decimal number below 2⁶³ without sign or leading zeros.");

    public static string FromUtf8(ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidProofException($"{what} is not valid UTF-8 at byte {e.Index}.", e);
        }
    }

    public static byte[] ToUtf8(string text, string what)
    {
        try
        {
            return Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidProofException($"{what} holds half of a surrogate pair at character {e.Index}.", e);
        }
    }

    public static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
