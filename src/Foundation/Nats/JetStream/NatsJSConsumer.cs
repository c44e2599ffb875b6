using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

/// <summary>One batch.</summary>
public sealed record NatsJSFetchOpts
{
    public int MaxMsgs { get; init; } = 100;

    /// <summary>How long the server waits for the batch to fill; the fetch then ends with what came. At least 10 ms.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sign of life asked of an idle server; null takes a third of Expires, at most 1 s.</summary>
    public TimeSpan? IdleHeartbeat { get; init; }
}

public sealed record NatsJSNextOpts
{
    public TimeSpan Expires { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>An endless flow.</summary>
public sealed record NatsJSConsumeOpts
{
    /// <summary>Messages asked for ahead: those on the way and those waiting here, together.</summary>
    public int MaxMsgs { get; init; } = 1000;

    /// <summary>More is asked for when no more than this many are left; null is half of MaxMsgs.</summary>
    public int? ThresholdMsgs { get; init; }

    /// <summary>How long one pull lives on the server.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After two of these without a sign of life the pull is made again; null is a third of Expires, at most 1 s.</summary>
    public TimeSpan? IdleHeartbeat { get; init; }

    /// <summary>
    /// End with <see cref="NatsConnectionLostException"/> when the connection is a new one, instead of pulling again: for consumers
    /// without acknowledgement, where what was on its way does not come again.
    /// </summary>
    public bool EndWhenLost { get; init; }
}

/// <summary>
/// A pull consumer. Its flows live through lost connections and server restarts by pulling again; they end with
/// <see cref="NatsJSConsumerNotFoundException"/> when the consumer is no more, so that the caller can create it anew.
/// Delivery is at least once, and after a loss not in order: look at <see cref="NatsJSMsg.Metadata"/>. Messages that were
/// received but not taken when a flow ends come again after AckWait. A server of 2.9 does not answer a pull from a
/// consumer that is not there, so its absence shows by missing heartbeats, after about two seconds by default.
/// </summary>
public sealed class NatsJSConsumer
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(1); // a busy machine is not a dead one

    internal NatsJSConsumer(NatsJSContext context, ConsumerInfo info)
    {
        Context = context;
        Info = info;
        NextSubject = $"{context.Opts.ApiPrefix}.CONSUMER.MSG.NEXT.{info.StreamName}.{info.Name}";
    }

    public ConsumerInfo Info { get; private set; }

    internal NatsJSContext Context { get; }

    internal string NextSubject { get; }

    /// <exception cref="NatsJSConsumerNotFoundException">It is no more.</exception>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken = default) =>
        Info = (await Context.GetConsumerAsync(Info.StreamName, Info.Name, cancellationToken)).Info;

    /// <summary>Waits for one message; null when none came in time.</summary>
    public async ValueTask<NatsJSMsg?> NextAsync(NatsJSNextOpts? opts = null, CancellationToken cancellationToken = default)
    {
        var one = new NatsJSFetchOpts { MaxMsgs = 1, Expires = (opts ?? new()).Expires };
        await foreach (var msg in FetchAsync(one, cancellationToken))
            return msg;
        return null;
    }

    /// <summary>A batch: ends when it is full or its time is over, also while the connection is lost (then some seconds late at most).</summary>
    public IAsyncEnumerable<NatsJSMsg> FetchAsync(NatsJSFetchOpts? opts = null, CancellationToken cancellationToken = default)
    {
        opts ??= new();
        Check(opts.MaxMsgs, opts.Expires);
        return FetchAsync(opts, noWait: false, cancellationToken);
    }

    /// <summary>A batch of what is there now.</summary>
    public IAsyncEnumerable<NatsJSMsg> FetchNoWaitAsync(NatsJSFetchOpts? opts = null, CancellationToken cancellationToken = default)
    {
        opts ??= new();
        Check(opts.MaxMsgs, opts.Expires);
        return FetchAsync(opts, noWait: true, cancellationToken);
    }

    /// <summary>Messages without end, pulled ahead of the caller; stop by leaving the loop or cancelling.</summary>
    public async IAsyncEnumerable<NatsJSMsg> ConsumeAsync(
        NatsJSConsumeOpts? opts = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        opts ??= new();
        Check(opts.MaxMsgs, opts.Expires);
        var heartbeat = Heartbeat(opts.IdleHeartbeat, opts.Expires);
        var threshold = Math.Clamp(opts.ThresholdMsgs ?? opts.MaxMsgs / 2, 0, opts.MaxMsgs - 1);
        await using var inbox = new PullInbox(this, opts.MaxMsgs);
        await Context.Connection.AddAsync(inbox, cancellationToken);
        var pending = 0; // asked for, and neither taken nor given up
        while (true)
        {
            if (pending <= threshold)
            {
                await inbox.AskAsync(new PullRequest { Batch = opts.MaxMsgs - pending, Expires = opts.Expires, IdleHeartbeat = heartbeat }, cancellationToken);
                pending = opts.MaxMsgs;
            }
            var item = await inbox.NextAsync(Silence(heartbeat), cancellationToken);
            if (item.News == PullNews.Message)
            {
                pending = Math.Max(0, pending - 1);
                yield return new NatsJSMsg(Context, item.Msg);
                continue;
            }
            if (item.News == PullNews.Renewed && opts.EndWhenLost)
                throw new NatsConnectionLostException("The connection was lost while messages were on their way.");
            pending = item.News == PullNews.Ended ? Math.Max(0, pending - item.Undelivered) : 0;
            if (item.News != PullNews.Ended)
                await MakeSureItExistsAsync(item.News, cancellationToken);
        }
    }

    private static void Check(int maxMsgs, TimeSpan expires)
    {
        if (maxMsgs is < 1 or > 100_000)
            throw new ArgumentException($"MaxMsgs is {maxMsgs}; it must be between 1 and 100,000.");
        if (expires < TimeSpan.FromMilliseconds(10))
            throw new ArgumentException($"Expires is {expires}; it must be at least 10 ms.");
    }

    // The server refuses a heartbeat longer than half of what it finds left of the expiry; a third is safe.
    private static TimeSpan Heartbeat(TimeSpan? wanted, TimeSpan expires)
    {
        var third = expires / 3;
        var heartbeat = wanted ?? TimeSpan.FromSeconds(1);
        return heartbeat < third ? heartbeat : third;
    }

    private static TimeSpan Silence(TimeSpan heartbeat) => 2 * heartbeat > ShortestSilence ? 2 * heartbeat : ShortestSilence;

    private async IAsyncEnumerable<NatsJSMsg> FetchAsync(NatsJSFetchOpts opts, bool noWait, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var time = Context.Connection.Opts.TimeProvider;
        var started = time.GetTimestamp();
        await using var inbox = new PullInbox(this, opts.MaxMsgs);
        if (!await WithinAsync(opts.Expires, token => Context.Connection.AddAsync(inbox, token), cancellationToken))
            yield break;
        var left = opts.MaxMsgs;
        var ask = true;
        while (left > 0)
        {
            var remaining = opts.Expires - time.GetElapsedTime(started);
            if (ask)
            {
                if (remaining < TimeSpan.FromMilliseconds(1))
                    yield break;
                var pull = noWait
                    ? new PullRequest { Batch = left, NoWait = true }
                    : new PullRequest { Batch = left, Expires = remaining, IdleHeartbeat = Heartbeat(opts.IdleHeartbeat, remaining) };
                if (!await WithinAsync(remaining, token => inbox.AskAsync(pull, token), cancellationToken))
                    yield break;
                ask = false;
            }
            var item = await inbox.NextAsync(Silence(Heartbeat(opts.IdleHeartbeat, opts.Expires)), cancellationToken);
            if (item.News == PullNews.Message)
            {
                left--;
                yield return new NatsJSMsg(Context, item.Msg);
                continue;
            }
            if (item.News == PullNews.Ended)
                yield break;
            await MakeSureItExistsAsync(item.News, cancellationToken);
            ask = true;
        }
    }

    /// <summary>Sending waits for a lost connection to come back; a batch does not wait beyond its own time.</summary>
    private async ValueTask<bool> WithinAsync(TimeSpan limit, Func<CancellationToken, ValueTask> send, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, Context.Connection.Opts.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await send(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Tells a consumer that is gone from a server that is away for a while.</summary>
    private async Task MakeSureItExistsAsync(PullNews news, CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
            if (news is PullNews.Renewed or PullNews.Silent)
                return;
        }
        catch (NatsException e) when (e is NatsNoRespondersException or NatsNoReplyException or NatsConnectionLostException
            or NatsJSApiException { Error.Code: 503 })
        {
            // Not known yet; the flow goes on and will see.
        }
        await Task.Delay(Pause, Context.Connection.Opts.TimeProvider, cancellationToken);
    }
}
