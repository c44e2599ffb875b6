using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

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
    /// <summary>What needs no escape and no look at its encoding; nearly all names are of it.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(c => (byte)c).Where(c => c is not ((byte)'"' or (byte)'\\'))]);

    /// <summary>The leaf hash of an event as it was read; exactly what the appender stored for it.</summary>
    /// <exception cref="CanonicalJsonException">Data or headers are not what an appender would have written.</exception>
    public static void Hash(RecordedEvent e, Span<byte> hash)
    {
        using var buffer = new ByteWriter(e.Data.Length + 512);
        Write(buffer, e);
        SHA256.HashData(buffer.Written, hash);
    }

    /// <summary>The canonical JSON that is hashed, without the 0x00 before it; for proofs that stand alone.</summary>
    public static byte[] Json(RecordedEvent e)
    {
        using var buffer = new ByteWriter(e.Data.Length + 512);
        Write(buffer, e);
        return buffer.Written[1..].ToArray();
    }

    private static void Write(ByteWriter buffer, RecordedEvent e) => Write(
        buffer, e.StreamId, e.Version, e.Type, e.Id, e.Timestamp, e.CorrelationId, e.CausationId, e.Data.Span,
        e.Headers.Span);

    /// <summary>Appends the hash input, 0x00 included, and says where in the buffer data and headers lie.</summary>
    internal static (Range Data, Range Headers) Write(
        ByteWriter to, string stream, long version, string type, Guid id, DateTimeOffset timestamp,
        string? correlationId, string? causationId, ReadOnlySpan<byte> data, ReadOnlySpan<byte> headers)
    {
        to.Write("\0{\"causationId\":"u8);
        WriteText(to, causationId);
        to.Write(",\"correlationId\":"u8);
        WriteText(to, correlationId);
        to.Write(",\"data\":"u8);
        var dataStart = to.Length;
        CanonicalJson.Write(data, to);
        var dataEnd = to.Length;
        to.Write(",\"headers\":"u8);
        var headersStart = to.Length;
        if (!headers.IsEmpty) CanonicalJson.Write(headers, to);
        var headersEnd = to.Length;
        if (headers.IsEmpty) to.Write("null"u8);
        to.Write(",\"id\":\""u8);
        id.TryFormat(to.Append(36), out _, "D");
        to.Write("\",\"stream\":"u8);
        CanonicalJson.WriteString(stream, to);
        to.Write(",\"timestamp\":\""u8);
        WriteTime(to, timestamp);
        to.Write("\",\"type\":\""u8);
        System.Text.Encoding.ASCII.GetBytes(type, to.Append(type.Length));
        to.Write("\",\"version\":\""u8);
        Span<byte> digits = stackalloc byte[20];
        version.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        to.Write(digits[..length]);
        to.Write("\"}"u8);
        return (dataStart..dataEnd, headersStart..headersEnd);
    }

    /// <summary>The same from a row as the server sends it, all texts as UTF-8; null where the row has null.</summary>
    internal static void Write(ByteWriter to, in EventFields row)
    {
        to.Write("\0{\"causationId\":"u8);
        if (row.HasCausation) WriteText(to, row.CausationId);
        else to.Write("null"u8);
        to.Write(",\"correlationId\":"u8);
        if (row.HasCorrelation) WriteText(to, row.CorrelationId);
        else to.Write("null"u8);
        to.Write(",\"data\":"u8);
        CanonicalJson.Write(row.Data, to);
        to.Write(",\"headers\":"u8);
        if (row.Headers.IsEmpty) to.Write("null"u8);
        else CanonicalJson.Write(row.Headers, to);
        to.Write(",\"id\":\""u8);
        row.Id.TryFormat(to.Append(36), out _, "D");
        to.Write("\",\"stream\":"u8);
        WriteText(to, row.Stream);
        to.Write(",\"timestamp\":\""u8);
        WriteTime(to, row.Timestamp);
        to.Write("\",\"type\":"u8);
        WriteText(to, row.Type);
        to.Write(",\"version\":\""u8);
        Span<byte> digits = stackalloc byte[20];
        row.Version.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        to.Write(digits[..length]);
        to.Write("\"}"u8);
    }

    private static void WriteText(ByteWriter to, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOfAnyExcept(Plain) < 0)
        {
            to.Write((byte)'"');
            to.Write(utf8);
            to.Write((byte)'"');
            return;
        }

        CanonicalJson.WriteString(System.Text.Encoding.UTF8.GetString(utf8), to);
    }

    private static void WriteTime(ByteWriter to, DateTimeOffset timestamp)
    {
        // "O" is fast and prints seven digits; the seventh is beyond what PostgreSQL keeps.
        timestamp.UtcDateTime.TryFormat(to.Append(28), out _, "O", CultureInfo.InvariantCulture);
        to.Truncate(to.Length - 2);
        to.Write((byte)'Z');
    }

    private static void WriteText(ByteWriter to, string? text)
    {
        if (text is null) to.Write("null"u8);
        else CanonicalJson.WriteString(text, to);
    }
}
