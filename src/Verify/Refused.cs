using System.Globalization;

namespace EventSourcedTrading.Verify;

/// <summary>The bundle does not prove what it claims; the message says which part, and why.</summary>
public sealed class RefusedException(string message) : Exception(message);

/// <summary>Readings with one spelling only.</summary>
internal static class Strict
{
    public static void That(bool holds, string otherwise)
    {
        if (!holds) throw new RefusedException(otherwise);
    }

    /// <summary>From 0, without sign or leading zeros.</summary>
    public static long Number(string text, string what)
    {
        That(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == text, $"{what} '{Short(text)}' is not a plain decimal number");
        return number;
    }

    /// <summary>RFC 4648 §4; written back it must be the same, as .NET lets spaces and idle bits pass.</summary>
    public static byte[] Base64(string text, string what)
    {
        var bytes = new byte[text.Length];
        That(Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text, $"{what} '{Short(text)}' is not plain base64");
        return bytes[..length];
    }

    public static byte[] Hash(string text, string what)
    {
        var hash = Base64(text, what);
        That(hash.Length == 32, $"{what} has {hash.Length} bytes instead of 32");
        return hash;
    }

    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
