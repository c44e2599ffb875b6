using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace NATS.Client.Core;

/// <summary>Header blocks on the wire (NATS ADR-4): <c>NATS/1.0[ code[ text]]</c>, then <c>Name: value</c> lines, then an empty line.</summary>
internal static class HeaderCodec
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Names that arrive with nearly every message are not allocated again.
    private static readonly string[] Known = ["Nats-Msg-Id", "Nats-Pending-Messages", "Nats-Pending-Bytes", "Est-Reply-To", "traceparent"];

    public static void Check(string name, NatsHeaderValues values)
    {
        if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException($"Header name '{name?.ReplaceLineEndings("\\n")}' must be printable ASCII without space and colon; rename it.");
        foreach (var value in values)
        {
            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
                throw new ArgumentException($"Header '{name}' has a value with a line break or NUL; encode it first, for example as JSON.");
        }
    }

    public static void Write(ArrayBufferWriter<byte> to, string name, string value)
    {
        var span = to.GetSpan(name.Length + Strict.GetMaxByteCount(value.Length) + 4);
        var written = Encoding.ASCII.GetBytes(name, span);
        ": "u8.CopyTo(span[written..]);
        written += 2;
        written += Strict.GetBytes(value, span[written..]);
        "\r\n"u8.CopyTo(span[written..]);
        to.Advance(written + 2);
    }

    public static void Write(ArrayBufferWriter<byte> to, NatsHeaders headers)
    {
        foreach (var (name, values) in headers)
        {
            for (var i = 0; i < values.Count; i++)
                Write(to, name, values[i]);
        }
    }

    /// <exception cref="NatsHeaderParseException">The block is not a header block, or exceeds <paramref name="maxBytes"/>.</exception>
    public static NatsHeaders Parse(in ReadOnlySequence<byte> block, int maxBytes)
    {
        if (block.Length > maxBytes)
            throw new NatsHeaderParseException($"The headers take {block.Length} bytes; NatsOpts.MaxHeaderBytes allows {maxBytes}.");
        if (block.IsSingleSegment)
            return Parse(block.FirstSpan);
        var copy = ArrayPool<byte>.Shared.Rent((int)block.Length);
        try
        {
            block.CopyTo(copy);
            return Parse(copy.AsSpan(0, (int)block.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static NatsHeaders Parse(ReadOnlySpan<byte> block)
    {
        var headers = new NatsHeaders();
        var first = TakeLine(ref block);
        if (!first.StartsWith("NATS/1.0"u8))
            throw new NatsHeaderParseException("The headers do not start with NATS/1.0.");
        ParseStatus(headers, first["NATS/1.0".Length..]);
        while (true)
        {
            var line = TakeLine(ref block);
            if (line.IsEmpty)
                return block.IsEmpty ? headers : throw new NatsHeaderParseException("The headers go on after their empty line.");
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
                throw new NatsHeaderParseException("A header line has no proper name before its colon.");
            headers.Append(Name(line[..colon]), Text(line[(colon + 1)..].Trim(" \t"u8)));
        }
    }

    private static void ParseStatus(NatsHeaders headers, ReadOnlySpan<byte> rest)
    {
        rest = rest.Trim((byte)' ');
        if (rest.IsEmpty)
            return;
        if (!Utf8Parser.TryParse(rest, out int code, out var used) || used != 3 || code < 100)
            throw new NatsHeaderParseException("The status after NATS/1.0 is not a three-digit number.");
        headers.Code = code;
        headers.MessageText = Text(rest[used..].Trim((byte)' '));
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> block)
    {
        var end = block.IndexOf("\r\n"u8);
        if (end < 0)
            throw new NatsHeaderParseException("The headers do not end with an empty line.");
        var line = block[..end];
        block = block[(end + 2)..];
        return line;
    }

    private static string Name(ReadOnlySpan<byte> name)
    {
        foreach (var known in Known)
        {
            if (Ascii.Equals(name, known))
                return known;
        }
        return Encoding.ASCII.GetString(name);
    }

    private static string Text(ReadOnlySpan<byte> value)
    {
        try
        {
            return Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            throw new NatsHeaderParseException("A header value is not UTF-8.");
        }
    }
}
