using System.Text;

namespace Grpc.Core;

/// <summary>grpc-message as PROTOCOL-HTTP2.md wants it: UTF-8, with everything but printable ASCII, and '%' itself, as %XX.</summary>
internal static class PercentEncoding
{
    private const string Digits = "0123456789ABCDEF";

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%', StringComparison.Ordinal)) return text;
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= (byte)' ' and <= (byte)'~' and not (byte)'%') encoded.Append((char)b);
            else encoded.Append('%').Append(Digits[b >> 4]).Append(Digits[b & 15]);
        }

        return encoded.ToString();
    }
}
