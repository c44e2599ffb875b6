using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>
/// What stands in the index for "this page has a row with this value": <c>page &lt;&lt; 40 | hash</c>, where the hash is the first 40 bits of
/// SHA-256 of <c>column=value</c> in UTF-8. The same as <c>est.audit_hash</c> in sql/0103; why there are pages is said there.
/// </summary>
internal static class AuditKey
{
    /// <summary>A page is 2^15 positions of the log.</summary>
    private const int PageBits = 15;

    private const int HashBits = 40;

    public static long Of(long seq, long hash) => (seq >> PageBits << HashBits) | hash;

    /// <exception cref="EncoderFallbackException">The value is not valid Unicode.</exception>
    public static long Hash(string column, string value)
    {
        var length = column.Length + 1 + Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> text = length <= 512 ? stackalloc byte[512] : new byte[length];
        var used = Encoding.UTF8.GetBytes(column, text);
        text[used++] = (byte)'=';
        used += Encoding.UTF8.GetBytes(value, text[used..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..used], hash);
        return ((long)hash[0] << 32) | ((long)hash[1] << 24) | ((long)hash[2] << 16) | ((long)hash[3] << 8) | hash[4];
    }
}
