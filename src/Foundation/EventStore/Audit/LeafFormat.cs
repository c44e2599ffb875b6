using System.Globalization;

namespace EventSourcedTrading.EventStore.Audit;

/// <summary>
/// What the audit log says of an event: SHA-256(0x00 ‖ canonical JSON of
/// <c>{causationId, correlationId, data, headers, id, stream, timestamp, type, version}</c>), RFC 6962 and RFC 8785.
/// </summary>
/// <remarks>
/// Every member is always there, null if it has no value. The version is a decimal string, the id lower case with
/// hyphens, the timestamp UTC with exactly six digits of fraction and Z. The position is not in the leaf: the
/// tree gives it. See docs/adr/0003-audit-leaf-format.md.
/// </remarks>
public static class LeafFormat
{
    /// <summary>The leaf hash of an event as it was read; exactly what the appender stored for it.</summary>
    /// <exception cref="CanonicalJsonException">Data or headers are not what an appender would have written.</exception>
    public static void Hash(RecordedEvent e, Span<byte> hash)
    {
        using var buffer = new ByteWriter(e.Data.Length + 512);
        Write(buffer, e);
        MerkleTree.Hash(buffer.Written, hash);
    }

    /// <summary>The canonical JSON that is hashed, without the 0x00 before it; for proofs that stand alone.</summary>
    public static byte[] Json(RecordedEvent e)
    {
        using var buffer = new ByteWriter(e.Data.Length + 512);
        Write(buffer, e);
        return buffer.Written[1..].ToArray();
    }

    private static void Write(ByteWriter to, RecordedEvent e) => Write(to, new LeafFields
    {
        Id = e.Id, Stream = e.StreamId, Version = e.Version, Type = e.Type, Timestamp = e.Timestamp, CorrelationId = e.CorrelationId, CausationId = e.CausationId,
        Data = e.Data.Span, Headers = e.Headers.Span,
    });

    /// <summary>Appends the hash input, 0x00 included, and says where in the buffer data and headers lie.</summary>
    internal static (Range Data, Range Headers) Write(ByteWriter to, in LeafFields e)
    {
        to.Write("\0{\"causationId\":"u8);
        e.CausationId.Write(to);
        to.Write(",\"correlationId\":"u8);
        e.CorrelationId.Write(to);
        to.Write(",\"data\":"u8);
        var dataStart = to.Length;
        CanonicalJson.Write(e.Data, to);
        var dataEnd = to.Length;
        to.Write(",\"headers\":"u8);
        var headersStart = to.Length;
        if (!e.Headers.IsEmpty) CanonicalJson.Write(e.Headers, to);
        var headersEnd = to.Length;
        if (e.Headers.IsEmpty) to.Write("null"u8);
        to.Write(",\"id\":\""u8);
        e.Id.TryFormat(to.Append(36), out _, "D");
        to.Write("\",\"stream\":"u8);
        e.Stream.Write(to);
        to.Write(",\"timestamp\":\""u8);
        WriteTime(to, e.Timestamp);
        to.Write("\",\"type\":"u8);
        e.Type.Write(to);
        to.Write(",\"version\":\""u8);
        Span<byte> digits = stackalloc byte[20];
        e.Version.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        to.Write(digits[..length]);
        to.Write("\"}"u8);
        return (dataStart..dataEnd, headersStart..headersEnd);
    }

    private static void WriteTime(ByteWriter to, DateTimeOffset timestamp)
    {
        // "O" is fast and prints seven digits; the seventh is beyond what PostgreSQL keeps.
        timestamp.UtcDateTime.TryFormat(to.Append(28), out _, "O", CultureInfo.InvariantCulture);
        to.Truncate(to.Length - 2);
        to.Write((byte)'Z');
    }
}
