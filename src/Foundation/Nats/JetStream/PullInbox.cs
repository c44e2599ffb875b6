using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

internal enum PullNews
{
    Message,

    /// <summary>A pull ended with so many messages undelivered.</summary>
    Ended,

    /// <summary>The server takes no pull just now, for example because too many wait (409).</summary>
    Refused,

    /// <summary>The connection is new: what was asked for before is forgotten.</summary>
    Renewed,

    /// <summary>Neither message nor heartbeat for too long.</summary>
    Silent,

    /// <summary>Nobody listens where the consumer should (503).</summary>
    NoConsumer,
}

internal readonly record struct PullItem(PullNews News, NatsMsg Msg = default, int Undelivered = int.MaxValue, int Epoch = 0);

/// <summary>
/// Where a consumer's messages and the fates of its pulls arrive, in one order (NATS ADR-37 names the statuses). It takes
/// a new subject with each connection, so that pulls from before cannot add to those after. Bounded: nothing comes that
/// was not asked for, and if the server sends more all the same, it is dropped and delivered again after AckWait.
/// </summary>
internal sealed class PullInbox : NatsSubscription
{
    private const int RoomForStatuses = 64;

    private readonly Channel<PullItem> _items;
    private readonly NatsJSConsumer _consumer;
    private readonly TimeProvider _time;
    private long _heardAt;
    private volatile int _epoch;
    private int _seenEpoch;

    public PullInbox(NatsJSConsumer consumer, int capacity)
        : base(consumer.Context.Connection, ReplyInbox.NewInbox(consumer.Context.Connection.Opts.InboxPrefix), queueGroup: null, maxMsgs: null)
    {
        _consumer = consumer;
        _time = Connection.Opts.TimeProvider;
        _items = Channel.CreateBounded<PullItem>(new BoundedChannelOptions((2 * capacity) + RoomForStatuses) { SingleReader = true });
    }

    public async ValueTask AskAsync(PullRequest request, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _heardAt, _time.GetTimestamp());
        var json = JsonSerializer.SerializeToUtf8Bytes(request, JetStreamJson.Default.PullRequest);
        await Connection.SendAsync(_consumer.NextSubject, Subject, null, null, new ReadOnlySequence<byte>(json), null, cancellationToken);
    }

    /// <summary>The next message or other news.</summary>
    /// <exception cref="NatsJSConsumerNotFoundException">The consumer was deleted.</exception>
    /// <exception cref="NatsJSProtocolException">The pull was refused for good.</exception>
    public async ValueTask<PullItem> NextAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        PullItem item;
        while (!_items.Reader.TryRead(out item))
        {
            var left = silence - _time.GetElapsedTime(Volatile.Read(ref _heardAt));
            if (left <= TimeSpan.Zero)
                return new PullItem(PullNews.Silent);
            try
            {
                var more = _items.Reader.WaitToReadAsync(cancellationToken);
                if (!(more.IsCompleted ? await more : await more.AsTask().WaitAsync(left, _time, cancellationToken)))
                    throw new ObjectDisposedException(nameof(NatsConnection));
            }
            catch (TimeoutException)
            {
                // A heartbeat may have come meanwhile; look again.
            }
        }
        if (item.Epoch != _seenEpoch)
        {
            _seenEpoch = item.Epoch;
            if (item.News != PullNews.Renewed)
            {
                // The queue had no room for the notice of renewal; give that first by dropping this one item.
                item.Msg.Dispose();
                return new PullItem(PullNews.Renewed);
            }
        }
        return item.News == PullNews.Ended && item.Msg.Headers is { } headers ? Judge(headers) : item;
    }

    internal override void Renew()
    {
        Subject = ReplyInbox.NewInbox(Connection.Opts.InboxPrefix);
        _epoch++;
        _items.Writer.TryWrite(new PullItem(PullNews.Renewed, Epoch: _epoch));
    }

    internal override void Deliver(in InboundMsg msg)
    {
        Volatile.Write(ref _heardAt, _time.GetTimestamp());
        var received = msg.ToMsg(Connection, SubjectOf(msg.Subject));
        var status = received.Headers?.Code ?? 0;
        if (status == 100)
            return; // an idle heartbeat has said all by arriving
        var news = status switch { 0 => PullNews.Message, 503 => PullNews.NoConsumer, _ => PullNews.Ended };
        if (!_items.Writer.TryWrite(new PullItem(news, received, Epoch: _epoch)))
        {
            received.Dispose();
            Connection.CountDropped();
        }
    }

    internal override void End(Exception? reason) => _items.Writer.TryComplete(reason);

    private protected override void Discard()
    {
        while (_items.Reader.TryRead(out var item))
            item.Msg.Dispose();
    }

    private PullItem Judge(NatsHeaders status)
    {
        var text = status.MessageText;
        if (status.Code == 409 && text.Contains("Consumer Deleted", StringComparison.OrdinalIgnoreCase))
            throw new NatsJSConsumerNotFoundException(_consumer.Info.StreamName, _consumer.Info.Name, new ApiError
            {
                Code = 404,
                ErrCode = NatsJSApiException.ConsumerNotFound,
                Description = "consumer deleted",
            });
        if (status.Code == 400 || (status.Code == 409
            && (text.Contains("MaxRequest", StringComparison.OrdinalIgnoreCase) || text.Contains("push", StringComparison.OrdinalIgnoreCase))))
            throw new NatsJSProtocolException(status.Code, text);
        if (status.Code == 409)
            return new PullItem(PullNews.Refused);
        return status.TryGetLastValue("Nats-Pending-Messages", out var left)
            && int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var undelivered)
            ? new PullItem(PullNews.Ended, Undelivered: undelivered)
            : new PullItem(PullNews.Ended);
    }
}
