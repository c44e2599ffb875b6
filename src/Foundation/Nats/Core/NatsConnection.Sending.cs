using System.Buffers;

namespace NATS.Client.Core;

public sealed partial class NatsConnection
{
    /// <summary>Sends a request to a subject and waits for its one reply. Dispose the reply's data.</summary>
    /// <exception cref="NatsNoReplyException">No reply in time (<see cref="NatsSubOpts.Timeout"/>, else RequestTimeout).</exception>
    /// <exception cref="NatsNoRespondersException">Nobody listens there.</exception>
    /// <exception cref="NatsConnectionLostException">The connection broke after sending; the request may have been handled.</exception>
    public async ValueTask<NatsMsg> RequestAsync(
        string subject, ReadOnlyMemory<byte> data = default, NatsHeaders? headers = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckPublish(subject, nameof(subject));
        return await RequestUncheckedAsync(subject, new ReadOnlySequence<byte>(data), headers, replyOpts?.Timeout, cancellationToken);
    }

    /// <summary>For JetStream's API, whose subjects may carry a filter with wildcards as ordinary tokens.</summary>
    internal async ValueTask<NatsMsg> RequestUncheckedAsync(
        string subject, ReadOnlySequence<byte> data, NatsHeaders? headers, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var patience = timeout ?? Opts.RequestTimeout;
        var pending = new PendingMsg(this, _replies, DeadlineIn(patience), subject, patience);
        await SendAwaitedAsync(subject, headers, extra: null, data, pending, patience, cancellationToken);
        return await AwaitAsync(pending, pending.Task, cancellationToken);
    }

    internal long DeadlineIn(TimeSpan timeout) =>
        Opts.TimeProvider.GetTimestamp() + (long)(timeout.TotalSeconds * Opts.TimeProvider.TimestampFrequency);

    internal ReplyInbox Replies => _replies;

    /// <summary>Waits for the outcome; cancellation takes the request off the books.</summary>
    internal static async ValueTask<T> AwaitAsync<T>(PendingReply pending, Task<T> outcome, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled || outcome.IsCompleted)
            return await outcome;
        await using (cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingReply)state!).Abandon(new OperationCanceledException(token)), pending))
            return await outcome;
    }

    /// <summary>Sends with a reply subject; waiting for room or a reconnect counts against the same patience.</summary>
    internal ValueTask SendAwaitedAsync(
        string subject, NatsHeaders? headers, IExtraHeaders? extra, ReadOnlySequence<byte> data, PendingReply pending, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (TrySend(subject, pending.ReplyTo, headers, extra, data, pending, out var changed))
            return ValueTask.CompletedTask;
        return WaitAndSendAsync();

        async ValueTask WaitAndSendAsync()
        {
            using var timer = new CancellationTokenSource(patience, Opts.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            try
            {
                do
                    await WaitForChangeAsync(changed, either.Token);
                while (!TrySend(subject, pending.ReplyTo, headers, extra, data, pending, out changed));
            }
            catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new NatsNoReplyException($"The request to '{subject}' could not be sent within {patience.TotalMilliseconds:0} ms: the connection is {ConnectionState}.");
            }
        }
    }

    internal ValueTask SendAsync(
        string subject, string? replyTo, NatsHeaders? headers, IExtraHeaders? extra, ReadOnlySequence<byte> data, PendingReply? reply, CancellationToken cancellationToken)
    {
        if (TrySend(subject, replyTo, headers, extra, data, reply, out var changed))
            return ValueTask.CompletedTask;
        return WaitAndSendAsync();

        async ValueTask WaitAndSendAsync()
        {
            do
                await WaitForChangeAsync(changed, cancellationToken);
            while (!TrySend(subject, replyTo, headers, extra, data, reply, out changed));
        }
    }

    private bool TrySend(
        string subject, string? replyTo, NatsHeaders? headers, IExtraHeaders? extra, in ReadOnlySequence<byte> data, PendingReply? reply, out Task changed)
    {
        Frame.Build(subject, replyTo, headers, extra, data.Length, Opts.MaxHeaderBytes);
        var size = Frame.Headers.Length + data.Length;
        if (_serverInfo is { } info && size > info.MaxPayload)
            throw new NatsPayloadTooLargeException($"The message to '{subject}' has {size} bytes with its headers; the server's max_payload is {info.MaxPayload}. Send less, or raise max_payload.");
        return _outbound.TryAppend(Frame.Control, Frame.Headers, data, reply, out changed);
    }

    /// <summary>Waits for room or for a connection, making the first one if nobody has yet.</summary>
    private async Task WaitForChangeAsync(Task changed, CancellationToken cancellationToken)
    {
        if (ConnectionState == NatsConnectionState.Closed)
            await ConnectAsync(cancellationToken);
        else
            await changed.WaitAsync(cancellationToken);
    }
}
