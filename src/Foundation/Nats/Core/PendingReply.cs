using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace NATS.Client.Core;

/// <summary>Something that was sent and awaits one answer: a reply, a time-out, a lost connection, or cancellation.</summary>
internal abstract class PendingReply(ReplyInbox inbox, long deadline)
{
    public long Token { get; } = inbox.NextToken();

    /// <summary>In ticks of the connection's TimeProvider.</summary>
    public long Deadline { get; } = deadline;

    public string ReplyTo => inbox.SubjectFor(Token);

    public void Register() => inbox.Register(this);

    public void Abandon(Exception reason)
    {
        if (inbox.Forget(this))
            Fail(reason);
    }

    public abstract void Complete(in InboundMsg msg);

    public abstract void Fail(Exception reason);

    public abstract Exception TimedOut();
}

/// <summary>
/// One subscription for all replies (the "mux inbox"): requests are told apart by a number in the last token of the
/// reply subject. One timer looks after all deadlines, so a request costs no timer of its own.
/// </summary>
internal sealed class ReplyInbox : IDisposable
{
    private static readonly TimeSpan Sweep = TimeSpan.FromMilliseconds(20); // how late a time-out may be noticed

    private readonly ConcurrentDictionary<long, PendingReply> _pending = new();
    private readonly TimeProvider _time;
    private readonly int _max;
    private readonly ITimer _sweeper;
    private readonly string _prefix;
    private int _count;
    private int _sweeping;
    private long _lastToken;

    public ReplyInbox(string inboxPrefix, TimeProvider time, int max)
    {
        _prefix = NewInbox(inboxPrefix) + ".";
        _time = time;
        _max = max;
        _sweeper = time.CreateTimer(static inbox => ((ReplyInbox)inbox!).FailOverdue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Subscription => _prefix + "*";

    public static string NewInbox(string prefix) => $"{prefix}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";

    public long NextToken() => Interlocked.Increment(ref _lastToken);

    public string SubjectFor(long token) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{token}");

    /// <exception cref="NatsException">Too many requests are waiting.</exception>
    public void Register(PendingReply reply)
    {
        if (Interlocked.Increment(ref _count) > _max)
        {
            Interlocked.Decrement(ref _count);
            throw new NatsException($"{_max} requests are waiting already (NatsOpts.MaxPendingRequests); await some before sending more.");
        }
        _pending[reply.Token] = reply;
        if (Interlocked.Exchange(ref _sweeping, 1) == 0)
            _sweeper.Change(Sweep, Timeout.InfiniteTimeSpan);
    }

    public bool Forget(PendingReply reply)
    {
        if (!_pending.TryRemove(reply.Token, out _))
            return false;
        Interlocked.Decrement(ref _count);
        return true;
    }

    public void Deliver(in InboundMsg msg)
    {
        // Anything else than our own number is a stray or late message; nobody waits for it.
        if (msg.Subject.Length > _prefix.Length
            && long.TryParse(msg.Subject[_prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var token)
            && _pending.TryGetValue(token, out var reply) && Forget(reply))
            reply.Complete(msg);
    }

    public void FailAll(Exception reason)
    {
        foreach (var (_, reply) in _pending)
            reply.Abandon(reason);
    }

    public void Dispose() => _sweeper.Dispose();

    private void FailOverdue()
    {
        Volatile.Write(ref _sweeping, 0);
        var now = _time.GetTimestamp();
        foreach (var (_, reply) in _pending)
        {
            if (reply.Deadline <= now)
                reply.Abandon(reply.TimedOut());
        }
        if (!_pending.IsEmpty && Interlocked.Exchange(ref _sweeping, 1) == 0)
            _sweeper.Change(Sweep, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>A request whose reply goes to the caller as a message.</summary>
internal sealed class PendingMsg(NatsConnection connection, ReplyInbox inbox, long deadline, string subject, TimeSpan timeout)
    : PendingReply(inbox, deadline)
{
    private readonly TaskCompletionSource<NatsMsg> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<NatsMsg> Task => _done.Task;

    public override void Complete(in InboundMsg msg)
    {
        var reply = msg.ToMsg(connection, ReplyTo);
        if (reply.Headers is { Code: 503 } && reply.Data.Length == 0)
            Fail(new NatsNoRespondersException($"Nobody listens on '{subject}'; is the service that answers it running?"));
        else
            _done.TrySetResult(reply);
    }

    public override void Fail(Exception reason) => _done.TrySetException(reason);

    public override Exception TimedOut() => new NatsNoReplyException($"No reply to '{subject}' within {timeout.TotalMilliseconds:0} ms.");
}
