using System.Buffers;
using System.Text.Json;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

public sealed partial class NatsJSContext
{
    /// <summary>
    /// Publishes and waits for the stream's answer; look at it with <see cref="PubAckResponse.EnsureStored"/>.
    /// After <see cref="NatsConnectionLostException"/> or <see cref="NatsNoReplyException"/> the message may or may not be
    /// stored: publish again with the same <see cref="NatsJSPubOpts.MsgId"/>.
    /// </summary>
    /// <exception cref="NatsNoRespondersException">No stream takes this subject, after all attempts.</exception>
    public async ValueTask<PubAckResponse> PublishAsync(
        string subject, ReadOnlyMemory<byte> data = default, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        opts ??= NatsJSPubOpts.Default;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var future = await PublishConcurrentAsync(subject, data, opts, headers, cancellationToken);
                return await future.GetResponseAsync(cancellationToken);
            }
            catch (NatsNoRespondersException) when (attempt < opts.RetryAttempts)
            {
                await Task.Delay(opts.RetryWaitBetweenAttempts, Connection.Opts.TimeProvider, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Publishes and returns once the message is in the write buffer, with a future for the stream's answer; messages of
    /// one caller keep their order. At most <see cref="NatsJSOpts.MaxPublishConcurrency"/> await theirs; the next waits.
    /// </summary>
    public async ValueTask<NatsJSPublishConcurrentFuture> PublishConcurrentAsync(
        string subject, ReadOnlyMemory<byte> data = default, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckPublish(subject, nameof(subject));
        opts?.Check();
        await _publishing.WaitAsync(cancellationToken);
        var pending = new PendingAck(Connection.Replies, Connection.DeadlineIn(Patience), subject, _publishing);
        try
        {
            await Connection.SendAwaitedAsync(subject, headers, opts, new ReadOnlySequence<byte>(data), pending, Patience, cancellationToken);
        }
        catch
        {
            pending.Release();
            throw;
        }
        return new NatsJSPublishConcurrentFuture(pending);
    }
}

/// <summary>The stream's answer to come.</summary>
public readonly struct NatsJSPublishConcurrentFuture : IAsyncDisposable
{
    private readonly PendingAck _pending;

    internal NatsJSPublishConcurrentFuture(PendingAck pending) => _pending = pending;

    /// <exception cref="NatsConnectionLostException">The connection broke first; publish again with the same MsgId.</exception>
    /// <exception cref="NatsNoReplyException">No answer in time; the same holds.</exception>
    /// <exception cref="NatsNoRespondersException">No stream takes this subject.</exception>
    public ValueTask<PubAckResponse> GetResponseAsync(CancellationToken cancellationToken = default) =>
        NatsConnection.AwaitAsync(_pending, _pending.Task, cancellationToken);

    /// <summary>Stops waiting, if the answer is still to come.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_pending.Task.IsCompleted)
            _pending.Abandon(new OperationCanceledException());
        return ValueTask.CompletedTask;
    }
}

/// <summary>A publish that awaits its acknowledgement, read straight from the read buffer.</summary>
internal sealed class PendingAck(ReplyInbox inbox, long deadline, string subject, SemaphoreSlim slots) : PendingReply(inbox, deadline)
{
    private readonly TaskCompletionSource<PubAckResponse> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _released;

    public Task<PubAckResponse> Task => _done.Task;

    public override void Complete(in InboundMsg msg)
    {
        if (msg.Payload.IsEmpty)
        {
            Fail(new NatsNoRespondersException($"No stream takes '{subject}'; create one, or wait until JetStream is up."));
            return;
        }
        try
        {
            var reader = new Utf8JsonReader(msg.Payload);
            var ack = JsonSerializer.Deserialize(ref reader, JetStreamJson.Default.PubAckResponse);
            Release();
            if (ack is null || (ack.Error is null && ack.Stream.Length == 0))
                _done.TrySetException(Stranger());
            else
                _done.TrySetResult(ack);
        }
        catch (JsonException e)
        {
            Fail(Stranger(e));
        }
    }

    public override void Fail(Exception reason)
    {
        Release();
        _done.TrySetException(reason);
    }

    public override Exception TimedOut() => new NatsNoReplyException($"No acknowledgement for '{subject}' in time; publish again with the same MsgId.");

    public void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
            slots.Release();
    }

    private NatsJSException Stranger(Exception? inner = null) => new($"The answer on '{subject}' is no acknowledgement; does something else than a stream reply there?", inner);
}
