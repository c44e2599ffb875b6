using System.Text;
using System.Threading.Channels;

namespace NATS.Client.Core;

/// <summary>Options of one subscription or request.</summary>
public sealed record NatsSubOpts
{
    /// <summary>Ends the subscription by itself after so many messages; the server counts too (UNSUB with max).</summary>
    public int? MaxMsgs { get; init; }

    /// <summary>For a request: how long to wait for the reply.</summary>
    public TimeSpan? Timeout { get; init; }

    public NatsSubChannelOpts? ChannelOpts { get; init; }
}

public sealed record NatsSubChannelOpts
{
    /// <summary>Messages that may wait; null takes <see cref="NatsOpts.SubPendingChannelCapacity"/>.</summary>
    public int? Capacity { get; init; }
}

/// <summary>What all subscriptions share: how the connection knows them, and how they end.</summary>
public abstract class NatsSubscription : IAsyncDisposable
{
    private byte[] _lastSubjectBytes = [];
    private string _lastSubject = "";

    private protected NatsSubscription(NatsConnection connection, string subject, string? queueGroup, int? maxMsgs)
    {
        Connection = connection;
        Subject = subject;
        QueueGroup = queueGroup;
        MaxMsgs = maxMsgs;
    }

    public NatsConnection Connection { get; }

    public string Subject { get; private protected set; }

    public string? QueueGroup { get; }

    internal int? MaxMsgs { get; }

    internal long Sid { get; set; }

    /// <summary>Messages received, those dropped included.</summary>
    internal long Received { get; private set; }

    /// <summary>Ends it now; messages already received can still be read.</summary>
    public ValueTask UnsubscribeAsync()
    {
        Connection.Remove(this);
        End(null);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await UnsubscribeAsync();
        Discard();
        GC.SuppressFinalize(this);
    }

    /// <summary>Called by the read loop: must not block.</summary>
    internal void Accept(in InboundMsg msg)
    {
        Received++;
        Deliver(msg);
        if (Received == MaxMsgs)
        {
            Connection.Forget(this);
            End(null);
        }
    }

    internal abstract void Deliver(in InboundMsg msg);

    internal abstract void End(Exception? reason);

    /// <summary>The connection is new; the subscription is about to be made again on it.</summary>
    internal virtual void Renew()
    {
    }

    private protected virtual void Discard()
    {
    }

    /// <summary>Most subscriptions see one subject again and again; its string is made once.</summary>
    private protected string SubjectOf(ReadOnlySpan<byte> subject)
    {
        if (!subject.SequenceEqual(_lastSubjectBytes))
        {
            _lastSubjectBytes = subject.ToArray();
            _lastSubject = Encoding.UTF8.GetString(subject);
        }
        return _lastSubject;
    }
}

/// <summary>
/// A subscription with its queue of received messages. When the queue is full, by count or by bytes, the newest message
/// is dropped, counted, and told by <see cref="NatsConnection.MessageDropped"/>: one slow reader never holds up the rest.
/// </summary>
public sealed class NatsSub : NatsSubscription
{
    private readonly Channel<NatsMsg> _queue;
    private readonly PendingBytes _bytes;
    private long _dropped;

    internal NatsSub(NatsConnection connection, string subject, string? queueGroup, NatsSubOpts? opts)
        : base(connection, subject, queueGroup, opts?.MaxMsgs)
    {
        _queue = Channel.CreateBounded<NatsMsg>(new BoundedChannelOptions(opts?.ChannelOpts?.Capacity ?? connection.Opts.SubPendingChannelCapacity)
        {
            SingleWriter = true,
            AllowSynchronousContinuations = false,
        });
        _bytes = new PendingBytes(_queue.Reader);
    }

    /// <summary>Received messages in order. It completes when the subscription ends, with the reason if it failed.</summary>
    public ChannelReader<NatsMsg> Msgs => _bytes;

    /// <summary>Messages lost because the reader was too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>
    /// Stops new messages, waits until all that the server had sent have arrived, and completes <see cref="Msgs"/>: the
    /// reader then takes the rest at its own pace.
    /// </summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        Connection.StopSending(this);
        try
        {
            await Connection.PingAsync(cancellationToken);
        }
        finally
        {
            await UnsubscribeAsync();
        }
    }

    internal override void Deliver(in InboundMsg msg)
    {
        var size = msg.Payload.Length;
        if (_bytes.Pending + size <= Connection.Opts.SubPendingBytes || _bytes.Pending == 0)
        {
            var received = msg.ToMsg(Connection, SubjectOf(msg.Subject));
            _bytes.Add(size);
            if (_queue.Writer.TryWrite(received))
                return;
            _bytes.Add(-size);
            received.Dispose();
        }
        Connection.OnDropped(this, SubjectOf(msg.Subject), Interlocked.Increment(ref _dropped));
    }

    internal override void End(Exception? reason) => _queue.Writer.TryComplete(reason);

    private protected override void Discard()
    {
        while (_bytes.TryRead(out var msg))
            msg.Dispose();
    }

    /// <summary>The queue's reader, counting the bytes that are waiting.</summary>
    private sealed class PendingBytes(ChannelReader<NatsMsg> queue) : ChannelReader<NatsMsg>
    {
        private long _pending;

        public long Pending => Interlocked.Read(ref _pending);

        public override Task Completion => queue.Completion;

        public override bool CanCount => true;

        public override int Count => queue.Count;

        public void Add(long bytes) => Interlocked.Add(ref _pending, bytes);

        public override bool TryRead(out NatsMsg item)
        {
            if (!queue.TryRead(out item))
                return false;
            Add(-item.Data.Length);
            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => queue.WaitToReadAsync(cancellationToken);
    }
}
