using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

/// <summary>Where a message lies: in the stream, and in the order of the consumer's deliveries.</summary>
public readonly record struct NatsJSSequencePair(ulong Stream, ulong Consumer);

/// <summary>What a delivery's reply subject tells about it.</summary>
/// <param name="NumDelivered">1 the first time.</param>
/// <param name="NumPending">Messages that the consumer has still to deliver after this one.</param>
/// <param name="Timestamp">When the stream stored it, to 100 ns.</param>
/// <param name="Domain">Empty on servers without domains.</param>
public readonly record struct NatsJSMsgMetadata(
    NatsJSSequencePair Sequence, ulong NumDelivered, ulong NumPending, DateTimeOffset Timestamp, string Stream, string Consumer, string Domain)
{
    // $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>, and since 2.8 optionally
    // $JS.ACK.<domain>.<account>.<the same>[.<random>] (NATS ADR-15).
    internal static NatsJSMsgMetadata? Parse(string? replyTo)
    {
        if (replyTo is null || !replyTo.StartsWith("$JS.ACK.", StringComparison.Ordinal))
            return null;
        Span<Range> tokens = stackalloc Range[14];
        var text = replyTo.AsSpan();
        var count = text.Split(tokens, '.');
        var at = count == 9 ? 2 : count is 11 or 12 ? 4 : 0;
        if (at == 0
            || !TryNumber(text[tokens[at + 2]], out var delivered) || !TryNumber(text[tokens[at + 3]], out var streamSequence)
            || !TryNumber(text[tokens[at + 4]], out var consumerSequence) || !TryNumber(text[tokens[at + 5]], out var nanoseconds)
            || !TryNumber(text[tokens[at + 6]], out var pending) || nanoseconds > long.MaxValue)
            return null;
        return new NatsJSMsgMetadata(
            new NatsJSSequencePair(streamSequence, consumerSequence), delivered, pending,
            DateTimeOffset.UnixEpoch.AddTicks((long)nanoseconds / TimeSpan.NanosecondsPerTick),
            text[tokens[at]].ToString(), text[tokens[at + 1]].ToString(), at == 4 && text[tokens[2]] is not "_" ? text[tokens[2]].ToString() : "");
    }

    private static bool TryNumber(ReadOnlySpan<char> token, out ulong value) =>
        ulong.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

public readonly record struct AckOpts
{
    /// <summary>Wait until the server confirms the acknowledgement: only then will it surely not deliver again.</summary>
    public bool? DoubleAck { get; init; }
}

/// <summary>
/// A message from a stream. Acknowledge it, and dispose it when its payload is no longer needed. A plain acknowledgement
/// is sent without waiting: if it is lost with the connection, the message comes again after the consumer's AckWait.
/// </summary>
public sealed class NatsJSMsg : IDisposable
{
    private static readonly byte[] Ack = "+ACK"u8.ToArray();
    private static readonly byte[] Nak = "-NAK"u8.ToArray();
    private static readonly byte[] Progress = "+WPI"u8.ToArray();
    private static readonly byte[] Terminate = "+TERM"u8.ToArray();

    private readonly NatsJSContext _context;
    private readonly NatsMsg _msg;
    private object? _metadata; // boxed when first asked for: many readers never ask

    internal NatsJSMsg(NatsJSContext context, NatsMsg msg)
    {
        _context = context;
        _msg = msg;
    }

    public string Subject => _msg.Subject;

    public string? ReplyTo => _msg.ReplyTo;

    public NatsHeaders? Headers => _msg.Headers;

    public NatsMemoryOwner<byte> Data => _msg.Data;

    public ReadOnlyMemory<byte> Memory => _msg.Memory;

    /// <inheritdoc cref="NatsMsg.Error"/>
    public Exception? Error => _msg.Error;

    /// <summary>Null only if the reply subject is not one of JetStream's.</summary>
    public NatsJSMsgMetadata? Metadata => (NatsJSMsgMetadata?)(_metadata ??= NatsJSMsgMetadata.Parse(ReplyTo));

    public byte[] ToArray() => _msg.ToArray();

    public string GetString() => _msg.GetString();

    /// <summary>Done: not to be delivered again.</summary>
    public ValueTask AckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => AnswerAsync(Ack, opts, cancellationToken);

    /// <summary>Not done: deliver again, at once or after a delay.</summary>
    public ValueTask NakAsync(AckOpts? opts = null, TimeSpan delay = default, CancellationToken cancellationToken = default)
    {
        if (delay < TimeSpan.Zero)
            throw new ArgumentException($"delay is {delay}; it must not be negative.");
        if (delay == TimeSpan.Zero)
            return AnswerAsync(Nak, opts, cancellationToken);
        var json = JsonSerializer.SerializeToUtf8Bytes(new NakDelay { Delay = delay }, JetStreamJson.Default.NakDelay);
        return AnswerAsync([.. Nak, (byte)' ', .. json], opts, cancellationToken);
    }

    /// <summary>Still working: the AckWait starts anew.</summary>
    public ValueTask AckProgressAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => AnswerAsync(Progress, opts, cancellationToken);

    /// <summary>Never to be delivered again, although it was not handled.</summary>
    public ValueTask AckTerminateAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => AnswerAsync(Terminate, opts, cancellationToken);

    public void Dispose() => _msg.Dispose();

    private ValueTask AnswerAsync(byte[] answer, AckOpts? opts, CancellationToken cancellationToken)
    {
        if (ReplyTo is not { } replyTo)
            throw new InvalidOperationException($"The message on '{Subject}' asks for no acknowledgement; check the consumer's AckPolicy.");
        var data = new ReadOnlySequence<byte>(answer);
        return opts?.DoubleAck == true
            ? ConfirmAsync(replyTo, data, cancellationToken)
            : _context.Connection.SendAsync(replyTo, null, null, null, data, null, cancellationToken);
    }

    private async ValueTask ConfirmAsync(string replyTo, ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        using var confirmed = await _context.Connection.RequestUncheckedAsync(replyTo, data, null, _context.Opts.RequestTimeout, cancellationToken);
    }
}
