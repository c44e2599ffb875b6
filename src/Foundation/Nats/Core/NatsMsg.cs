using System.Buffers;
using System.Text;

namespace NATS.Client.Core;

/// <summary>
/// A received message. <see cref="Data"/> is pooled: <see cref="Dispose"/> it (once per message, from any copy) when the
/// payload is no longer needed, or take a copy with <see cref="ToArray"/>.
/// </summary>
public readonly struct NatsMsg : IDisposable
{
    internal NatsMsg(NatsConnection connection, string subject, string? replyTo, NatsHeaders? headers, NatsMemoryOwner<byte> data, Exception? error)
    {
        Connection = connection;
        Subject = subject;
        ReplyTo = replyTo;
        Headers = headers;
        Data = data;
        Error = error;
    }

    public string Subject { get; }

    public string? ReplyTo { get; }

    /// <summary>The headers, or null when there are none or they cannot be read (see <see cref="Error"/>).</summary>
    public NatsHeaders? Headers { get; }

    public NatsMemoryOwner<byte> Data { get; }

    /// <summary>
    /// Set when the header block is malformed or too large. The message is delivered all the same, so that a hostile
    /// sender can neither stop the queue nor make a message disappear.
    /// </summary>
    public Exception? Error { get; }

    public NatsConnection Connection { get; }

    public ReadOnlyMemory<byte> Memory => Data.Memory;

    public byte[] ToArray() => Data.Memory.ToArray();

    /// <summary>The payload as UTF-8 text; bytes that are not UTF-8 become U+FFFD.</summary>
    public string GetString() => Encoding.UTF8.GetString(Data.Span);

    /// <exception cref="NatsHeaderParseException">See <see cref="Error"/>.</exception>
    public void EnsureSuccess()
    {
        if (Error is not null)
            throw Error;
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="InvalidOperationException">The message asks for no reply.</exception>
    public ValueTask ReplyAsync(ReadOnlyMemory<byte> data = default, NatsHeaders? headers = null, CancellationToken cancellationToken = default) =>
        Connection.PublishAsync(
            ReplyTo ?? throw new InvalidOperationException($"The message on '{Subject}' has no reply subject; check ReplyTo first."),
            data, headers, cancellationToken: cancellationToken);

    public void Dispose() => Data?.Dispose();
}

/// <summary>A message as it lies in the read buffer: valid only until the parser moves on.</summary>
internal readonly ref struct InboundMsg(
    ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySequence<byte> headers, ReadOnlySequence<byte> payload)
{
    public readonly ReadOnlySpan<byte> Subject = subject;
    public readonly ReadOnlySpan<byte> ReplyTo = replyTo;
    public readonly ReadOnlySequence<byte> Headers = headers;
    public readonly ReadOnlySequence<byte> Payload = payload;

    public NatsMsg ToMsg(NatsConnection connection, string subject)
    {
        NatsHeaders? parsed = null;
        Exception? error = null;
        if (!Headers.IsEmpty)
        {
            try
            {
                parsed = HeaderCodec.Parse(Headers, connection.Opts.MaxHeaderBytes);
            }
            catch (NatsHeaderParseException e)
            {
                error = e;
            }
        }
        var answerTo = ReplyTo.IsEmpty ? null : Encoding.UTF8.GetString(ReplyTo);
        return new NatsMsg(connection, subject, answerTo, parsed, NatsMemoryOwner<byte>.CopyOf(Payload), error);
    }
}
