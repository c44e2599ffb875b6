using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventSourcedTrading.EventStore;

/// <summary>Ids that follow from what an event is, so that the same decision made again has the same id.</summary>
public static class EventId
{
    /// <summary>
    /// A UUID version 8 (RFC 9562 §5.8): the first 16 bytes of SHA-256 of the UTF-8 text <c>{streamId}/{version}</c>,
    /// with the version and variant bits put in.
    /// </summary>
    /// <param name="streamId">At most 200 characters.</param>
    /// <param name="version">From 1.</param>
    public static Guid For(string streamId, long version)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(streamId.Length, EventRules.MaxIdLength, nameof(streamId));
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        Span<byte> text = stackalloc byte[EventRules.MaxIdLength * 3 + 1 + 20];
        var length = Encoding.UTF8.GetBytes(streamId, text);
        text[length++] = (byte)'/';
        version.TryFormat(text[length..], out var digits, default, CultureInfo.InvariantCulture);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..(length + digits)], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
