using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace NATS.Client.Core;

/// <summary>Headers that a layer above adds to one message without building a collection for them.</summary>
internal interface IExtraHeaders
{
    bool Any { get; }

    void WriteTo(ArrayBufferWriter<byte> headers);
}

/// <summary>
/// Lays out PUB and HPUB lines (NATS documentation, "Client Protocol") in memory kept per thread, so that publishing
/// allocates nothing. The spans are valid until the next frame on the same thread.
/// </summary>
internal static class Frame
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_control;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_headers;

    public static ReadOnlySpan<byte> Control => t_control!.WrittenSpan;

    public static ReadOnlySpan<byte> Headers => t_headers!.WrittenSpan;

    public static void Build(string subject, string? replyTo, NatsHeaders? headers, IExtraHeaders? extra, long payloadSize, int maxHeaderBytes)
    {
        var block = Cleared(ref t_headers);
        if (headers is { Count: > 0 } || extra is { Any: true })
        {
            block.Write("NATS/1.0\r\n"u8);
            if (headers is not null)
                HeaderCodec.Write(block, headers);
            extra?.WriteTo(block);
            block.Write("\r\n"u8);
            if (block.WrittenCount > maxHeaderBytes)
                throw new ArgumentException($"The headers take {block.WrittenCount} bytes; NatsOpts.MaxHeaderBytes allows {maxHeaderBytes}. Move large values into the payload.");
        }

        var control = Cleared(ref t_control);
        control.Write(block.WrittenCount > 0 ? "HPUB "u8 : "PUB "u8);
        Encoding.UTF8.GetBytes(subject, control);
        if (replyTo is not null)
        {
            control.Write(" "u8);
            Encoding.UTF8.GetBytes(replyTo, control);
        }
        if (block.WrittenCount > 0)
            Number(control, block.WrittenCount);
        Number(control, block.WrittenCount + payloadSize);
        control.Write("\r\n"u8);
    }

    private static ArrayBufferWriter<byte> Cleared(ref ArrayBufferWriter<byte>? kept)
    {
        kept ??= new ArrayBufferWriter<byte>(512);
        kept.ResetWrittenCount();
        return kept;
    }

    private static void Number(ArrayBufferWriter<byte> to, long value)
    {
        var span = to.GetSpan(21);
        span[0] = (byte)' ';
        Utf8Formatter.TryFormat(value, span[1..], out var written);
        to.Advance(written + 1);
    }
}
