using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace NATS.Client.Core;

public sealed partial class NatsConnection
{
    private readonly ConcurrentDictionary<long, NatsSubscription> _subscriptions = new();
    private readonly Lock _subscribing = new();
    private long _lastSid;
    private long _dropped;

    /// <summary>Subscribes while it is enumerated, and unsubscribes when the enumeration ends. Dispose each message.</summary>
    public async IAsyncEnumerable<NatsMsg> SubscribeAsync(
        string subject, string? queueGroup = null, NatsSubOpts? opts = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var subscription = await SubscribeCoreAsync(subject, queueGroup, opts, cancellationToken);
        await foreach (var msg in subscription.Msgs.ReadAllAsync(cancellationToken))
            yield return msg;
    }

    /// <summary>
    /// Subscribes. The server knows of it before anything that this connection sends later; to be sure that other
    /// connections' messages arrive too, follow with <see cref="PingAsync"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The subject or queue group is malformed.</exception>
    /// <exception cref="NatsException">NatsOpts.MaxSubscriptions is reached.</exception>
    public async ValueTask<NatsSub> SubscribeCoreAsync(
        string subject, string? queueGroup = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckSubscribe(subject, nameof(subject));
        NatsSubject.CheckQueue(queueGroup, nameof(queueGroup));
        if (opts?.MaxMsgs <= 0)
            throw new ArgumentException($"NatsSubOpts.MaxMsgs is {opts.MaxMsgs}; it must be greater than zero, or null for no maximum.");
        var subscription = new NatsSub(this, subject, queueGroup, opts);
        await AddAsync(subscription, cancellationToken);
        return subscription;
    }

    internal async ValueTask AddAsync(NatsSubscription subscription, CancellationToken cancellationToken)
    {
        if (ConnectionState == NatsConnectionState.Closed)
            await ConnectAsync(cancellationToken);
        while (!TryAdd(subscription, out var changed))
            await WaitForChangeAsync(changed, cancellationToken);
    }

    /// <summary>Takes a subscription away, here and on the server.</summary>
    internal void Remove(NatsSubscription subscription)
    {
        if (Forget(subscription))
            StopSending(subscription);
    }

    internal bool Forget(NatsSubscription subscription) => _subscriptions.TryRemove(subscription.Sid, out _);

    // Not sent (no room, no connection) does no harm: messages to an unknown sid are passed over.
    internal void StopSending(NatsSubscription subscription) =>
        _outbound.TryAppendControl(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"UNSUB {subscription.Sid}\r\n")), out _);

    internal ICollection<NatsSubscription> Subscriptions() => _subscriptions.Values;

    private bool TryAdd(NatsSubscription subscription, out Task changed)
    {
        lock (_subscribing)
        {
            if (_subscriptions.Count > Opts.MaxSubscriptions) // one is our own, for replies
                throw new NatsException($"{Opts.MaxSubscriptions} subscriptions are open (NatsOpts.MaxSubscriptions); end some, or raise it.");
            if (subscription.Sid == 0)
                subscription.Sid = ++_lastSid;
            var operation = new ArrayBufferWriter<byte>(128);
            WriteSubscribe(operation, subscription);
            _subscriptions[subscription.Sid] = subscription; // first: the answer may be quicker than the next line
            if (_outbound.TryAppendControl(operation.WrittenSpan, out changed))
                return true;
            Forget(subscription);
            return false;
        }
    }

    /// <summary>All subscriptions as the first operations of a new connection; opens the buffer in the same breath.</summary>
    private void SubscribeAgainAndOpen()
    {
        lock (_subscribing)
        {
            var operations = new ArrayBufferWriter<byte>();
            foreach (var (_, subscription) in _subscriptions)
            {
                subscription.Renew();
                WriteSubscribe(operations, subscription);
            }
            _outbound.Open(operations.WrittenSpan);
        }
    }

    private void AddReplySubscription()
    {
        var replies = new ReplySubscription(this, _replies) { Sid = ++_lastSid };
        _subscriptions[replies.Sid] = replies;
    }

    private static void WriteSubscribe(ArrayBufferWriter<byte> to, NatsSubscription subscription)
    {
        var sid = subscription.Sid.ToString(CultureInfo.InvariantCulture);
        Encoding.UTF8.GetBytes($"SUB {subscription.Subject} {(subscription.QueueGroup is { } queue ? queue + " " : "")}{sid}\r\n", to);
        if (subscription.MaxMsgs is { } max)
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"UNSUB {sid} {max - subscription.Received}\r\n"), to);
    }

    private sealed class ReplySubscription(NatsConnection connection, ReplyInbox replies)
        : NatsSubscription(connection, replies.Subscription, queueGroup: null, maxMsgs: null)
    {
        internal override void Deliver(in InboundMsg msg) => replies.Deliver(msg);

        internal override void End(Exception? reason)
        {
        }
    }
}
