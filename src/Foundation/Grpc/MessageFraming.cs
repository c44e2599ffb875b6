using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Grpc.Core;

/// <summary>
/// Length-prefixed messages: a byte that says whether the message is compressed, four bytes of length, big-endian, the message.
/// Which status an offence gets is the table of statuscodes.md.
/// </summary>
internal static class MessageFraming
{
    private const int PrefixLength = 5;

    /// <summary>Reads the one message that a unary or server-streaming call has.</summary>
    /// <exception cref="RpcException">UNIMPLEMENTED: none, or more than one. RESOURCE_EXHAUSTED: too large. INTERNAL: not framed, or not that message.</exception>
    public static async Task<T> ReadOnlyAsync<T>(PipeReader body, MessageParser<T> parser, int maxBytes, CancellationToken ct) where T : IMessage<T>
    {
        T? message = default;
        while (true)
        {
            var read = await body.ReadAsync(ct);
            var rest = read.Buffer;
            if (message is null && rest.Length >= PrefixLength)
            {
                var length = LengthOf(rest, maxBytes);
                if (rest.Length - PrefixLength >= length)
                {
                    message = Parse(parser, rest.Slice(PrefixLength, length));
                    rest = rest.Slice(PrefixLength + length);
                }
            }

            if (message is not null && !rest.IsEmpty) throw Ended(StatusCode.Unimplemented, "this method takes exactly one request; more than one came");
            if (read.IsCompleted)
                return message ?? throw (rest.IsEmpty ? Ended(StatusCode.Unimplemented, "this method takes exactly one request; none came")
                    : Ended(StatusCode.Internal, "the request ends in the middle of a message"));
            body.AdvanceTo(rest.Start, rest.End);
        }
    }

    public static async Task WriteAsync(PipeWriter body, IMessage message, CancellationToken ct)
    {
        var length = message.CalculateSize();
        var prefix = body.GetSpan(PrefixLength);
        prefix[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)length);
        body.Advance(PrefixLength);
        message.WriteTo(body);
        await body.FlushAsync(ct);
    }

    private static int LengthOf(in ReadOnlySequence<byte> frame, int maxBytes)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        frame.Slice(0, PrefixLength).CopyTo(prefix);
        if (prefix[0] != 0) throw Ended(StatusCode.Internal, prefix[0] == 1 ? "the message is compressed but grpc-encoding names no encoding" : $"compressed flag {prefix[0]} must be 0 or 1");
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        return length <= maxBytes ? (int)length : throw Ended(StatusCode.ResourceExhausted, $"the message has {length} bytes; at most {maxBytes} are allowed");
    }

    private static T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> bytes) where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Ended(StatusCode.Internal, $"the message is not a {typeof(T).Name}: {e.Message}");
        }
    }

    private static RpcException Ended(StatusCode code, string detail) => new(new Status(code, detail));
}
