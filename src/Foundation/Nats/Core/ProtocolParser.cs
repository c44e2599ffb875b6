using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace NATS.Client.Core;

/// <summary>What the server says, one call per operation, in order.</summary>
internal interface IServerOps
{
    void OnMsg(long sid, in InboundMsg msg);

    void OnPing();

    void OnPong();

    void OnInfo(in ReadOnlySequence<byte> json);

    void OnErr(string error);
}

/// <summary>
/// Reads server operations (NATS documentation, "Client Protocol"): INFO, MSG, HMSG, PING, PONG, +OK, -ERR. It keeps no
/// state: an operation that is not wholly there stays in the buffer and is read again, so every split is the same to it.
/// </summary>
internal static class ProtocolParser
{
    /// <summary>Longest line in bytes, as the server's own <c>max_control_line</c>.</summary>
    public const int MaxControlLine = 4096;

    /// <summary>INFO lists cluster members and may be longer.</summary>
    public const int MaxInfoLine = 64 * 1024;

    private const int MaxTokens = 5;

    /// <summary>Reads all complete operations and moves <paramref name="buffer"/> past them.</summary>
    /// <exception cref="NatsProtocolViolationException">The bytes are not the NATS protocol, or exceed a bound.</exception>
    public static void Parse(ref ReadOnlySequence<byte> buffer, IServerOps ops, int maxPayload)
    {
        Span<byte> scratch = stackalloc byte[MaxControlLine];
        while (TryReadLine(buffer, out var line, out var afterLine))
        {
            var first = FirstByte(line);
            if (first is (byte)'I' or (byte)'i')
            {
                ReadInfo(line, ops);
                buffer = buffer.Slice(afterLine);
                continue;
            }

            scoped var text = line.FirstSpan;
            if (!line.IsSingleSegment)
            {
                line.CopyTo(scratch);
                text = scratch[..(int)line.Length];
            }

            if (first is (byte)'M' or (byte)'m' or (byte)'H' or (byte)'h')
            {
                if (!TryReadMsg(text, buffer.Slice(afterLine), ops, maxPayload, out var end))
                    return;
                buffer = buffer.Slice(end);
                continue;
            }

            if (Is(text, "PING"u8))
                ops.OnPing();
            else if (Is(text, "PONG"u8))
                ops.OnPong();
            else if (text.Length >= 4 && Is(text[..4], "-ERR"u8))
                ops.OnErr(Encoding.UTF8.GetString(text[4..]).Trim(' ', '\t', '\''));
            else if (!Is(text, "+OK"u8))
                throw new NatsProtocolViolationException($"Unknown operation '{Shown(text)}' from the server.");
            buffer = buffer.Slice(afterLine);
        }
    }

    private static bool TryReadLine(in ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line, out SequencePosition afterLine)
    {
        var head = buffer.FirstSpan;
        var end = head.IndexOf("\r\n"u8);
        if (end >= 0)
        {
            CheckLength(end, head[0]);
            line = buffer.Slice(0, end);
            afterLine = buffer.GetPosition(end + 2);
            return true;
        }

        var reader = new SequenceReader<byte>(buffer.Length > MaxInfoLine + 2 ? buffer.Slice(0, MaxInfoLine + 2) : buffer);
        if (!buffer.IsSingleSegment && reader.TryReadTo(out line, "\r\n"u8))
        {
            CheckLength(line.Length, FirstByte(line));
            afterLine = reader.Position;
            return true;
        }

        line = default;
        afterLine = default;
        if (reader.TryPeek(out var first))
            CheckLength(buffer.Length - 1, first); // the last byte may be the CR of the line's end
        return false;
    }

    // A slice that begins at the very end of a segment has an empty first span.
    private static byte FirstByte(in ReadOnlySequence<byte> line) => new SequenceReader<byte>(line).TryPeek(out var first) ? first : (byte)0;

    private static void CheckLength(long length, byte first)
    {
        var limit = first is (byte)'I' or (byte)'i' ? MaxInfoLine : MaxControlLine;
        if (length > limit)
            throw new NatsProtocolViolationException($"A control line is longer than {limit} bytes.");
    }

    private static void ReadInfo(in ReadOnlySequence<byte> line, IServerOps ops)
    {
        Span<byte> verb = stackalloc byte[5];
        if (line.Length > 5)
            line.Slice(0, 5).CopyTo(verb);
        if (!Is(verb[..4], "INFO"u8) || verb[4] is not ((byte)' ' or (byte)'\t'))
            throw new NatsProtocolViolationException("A line starts with I but is not INFO.");
        ops.OnInfo(line.Slice(5));
    }

    // MSG <subject> <sid> [reply-to] <size>  and  HMSG <subject> <sid> [reply-to] <header size> <total size>
    private static bool TryReadMsg(
        ReadOnlySpan<byte> line, in ReadOnlySequence<byte> rest, IServerOps ops, int maxPayload, out SequencePosition end)
    {
        Span<Range> tokens = stackalloc Range[MaxTokens + 2];
        var count = Split(line, tokens);
        var verb = line[tokens[0]];
        var sizes = Is(verb, "MSG"u8) ? 1 : Is(verb, "HMSG"u8) ? 2 : throw new NatsProtocolViolationException($"Unknown operation '{Shown(verb)}'.");
        var hasReply = count == 4 + sizes;
        if (!hasReply && count != 3 + sizes)
            throw new NatsProtocolViolationException($"'{Shown(line)}' has {count - 1} arguments; {2 + sizes} or {3 + sizes} belong there.");

        var sid = Number(line[tokens[2]], long.MaxValue);
        var total = (int)Number(line[tokens[count - 1]], maxPayload);
        var headerSize = sizes == 2 ? (int)Number(line[tokens[count - 2]], total) : 0;
        if (rest.Length < total + 2L)
        {
            end = default;
            return false;
        }
        var body = rest.Slice(0, total);
        end = rest.GetPosition(total + 2L);
        if (!IsLineEnd(rest.Slice(total, 2)))
            throw new NatsProtocolViolationException("A payload is not followed by CR LF; its announced size is wrong.");
        ops.OnMsg(sid, new InboundMsg(
            line[tokens[1]], hasReply ? line[tokens[3]] : default, body.Slice(0, headerSize), body.Slice(headerSize)));
        return true;
    }

    private static int Split(ReadOnlySpan<byte> line, Span<Range> tokens)
    {
        var count = 0;
        var at = 0;
        while (at < line.Length && count < tokens.Length)
        {
            var length = line[at..].IndexOfAny((byte)' ', (byte)'\t');
            if (length < 0)
                length = line.Length - at;
            if (length > 0)
                tokens[count++] = new Range(at, at + length);
            at += length + 1;
        }
        return count;
    }

    private static long Number(ReadOnlySpan<byte> digits, long max)
    {
        if (digits.Length is 0 or > 19 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(digits, out long value, out _) || value > max)
            throw new NatsProtocolViolationException($"'{Shown(digits)}' is not a number between 0 and {max}.");
        return value;
    }

    private static bool IsLineEnd(in ReadOnlySequence<byte> two)
    {
        Span<byte> copy = stackalloc byte[2];
        two.CopyTo(copy);
        return copy.SequenceEqual("\r\n"u8);
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> verb) => Ascii.EqualsIgnoreCase(text, verb);

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.ASCII.GetString(text.Length > 40 ? text[..40] : text);
}
