using System.Runtime.CompilerServices;
using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Api.Live;

/// <summary>How a feed reads.</summary>
public sealed record LogFeedOptions
{
    /// <summary>Sequence numbers in one page, from 1.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Events that may wait for a subscriber before he has to read the log himself, from 1.</summary>
    public int Buffer { get; init; } = 4_096;

    /// <summary>
    /// Subscribers that may read the log at the same time; the others wait for their turn between two pages. So who is behind never takes
    /// the machine from who is not.
    /// </summary>
    public int Readers { get; init; } = 2;

    /// <summary>How often to look although no notification came.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a subscriber may be without news of how far the log has come.</summary>
    public TimeSpan NewsEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause between attempts to reach a database that is away.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>
/// The log, live, for any number of subscribers: one follower for the process reads each new event once. It writes nothing, has no
/// checkpoint, and outlives a database that goes away and comes back.
/// </summary>
/// <remarks>
/// Who comes in behind reads pages of the log until he is where the follower is. Then the follower hands him what it reads, through a
/// bounded buffer. If that is full he is let go and reads the log again, from where he was: nobody waits for him, and he misses nothing.
/// seq_id has no gaps and grows in commit order, so a place in the log is all that has to be remembered.
/// </remarks>
/// <param name="source">Connects as est_reader.</param>
public sealed class LogFeed(NpgsqlDataSource source, TimeProvider time, LogFeedOptions? options = null) : IAsyncDisposable
{
    private readonly LogFeedOptions options = options ?? new LogFeedOptions();
    private readonly EventReader log = new(source);
    private readonly SemaphoreSlim turns = new((options ?? new LogFeedOptions()).Readers);
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards all that follows. Nothing is awaited under it.
    private readonly Lock gate = new();
    private readonly List<FeedSubscriber> subscribers = [];
    private Task? following;
    private long position;
    private bool isReading;

    /// <summary>Called with each interruption that the feed survives by connecting again.</summary>
    public Action<Exception>? OnInterrupted { get; set; }

    /// <summary>The place of the log's last event now; 0 if it is empty.</summary>
    public async Task<long> HeadAsync(CancellationToken ct) => (await log.HeadAsync(ct)).Size;

    /// <summary>
    /// Events in the order of the log: first what is there already, in bounded pages, then live, without gap or repeat. A subscriber that is
    /// slower than the log reads it again, at his own pace.
    /// </summary>
    /// <param name="after">The place of the last event that is not wanted, from 0; beyond the head it waits for the log to get there.</param>
    /// <param name="types">Null for all.</param>
    /// <param name="portfolio">Null for all; see <see cref="EventPortfolio"/>.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or the feed was disposed.</exception>
    /// <exception cref="PostgresException">The log cannot be read, and another attempt would not mend that.</exception>
    public async IAsyncEnumerable<RecordedEvent> FollowAsync(long after, IReadOnlySet<string>? types, string? portfolio, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(after, new FeedFilter(types, portfolio), ct))
            foreach (var e in page.Events) yield return e.Recorded;
    }

    /// <summary>The same in pages, with word of the position where there is nothing else to tell.</summary>
    internal async IAsyncEnumerable<FeedPage> PagesAsync(long after, FeedFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping.Token);
        var token = either.Token;
        Start();
        await begun.Task.WaitAsync(token);
        while (true)
        {
            // Not live before he is near: his buffer would be full by the time that he has read a long log.
            while (after < Position)
            {
                var page = await CatchUpAsync(after, Position, filter, token);
                after = page.UpTo;
                yield return page;
            }

            var live = Join(filter);
            try
            {
                var liveAfter = await live.LiveAfter.WaitAsync(token);
                while (after < liveAfter)
                {
                    var page = await CatchUpAsync(after, liveAfter, filter, token);
                    after = page.UpTo;
                    yield return page;
                }

                await foreach (var page in live.ReadAsync(token))
                {
                    // Only who began beyond the head is handed what he does not want.
                    if (page.UpTo < after) continue;
                    yield return page.Events is [{ Recorded.SeqId: var first }, ..] && first <= after ? new FeedPage([.. page.Events.Where(e => e.Recorded.SeqId > after)], page.UpTo, isLive: true) : page;
                    after = page.UpTo;
                }
            }
            finally
            {
                Leave(live);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Task? last;
        lock (gate) last = following;
        if (last is not null) await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private long Position
    {
        get { lock (gate) return position; }
    }

    private void Start()
    {
        lock (gate) following ??= Task.Run(FollowAsync);
    }

    private FeedSubscriber Join(FeedFilter filter)
    {
        var subscriber = new FeedSubscriber(filter, options.Buffer);
        lock (gate)
        {
            subscribers.Add(subscriber);
            // A page that is being read was asked for without regard to what he wants: he begins after it.
            if (!isReading) subscriber.Begin(position, time.GetTimestamp());
        }

        return subscriber;
    }

    private void Leave(FeedSubscriber subscriber)
    {
        lock (gate) subscribers.Remove(subscriber);
    }

    private async Task<FeedPage> CatchUpAsync(long after, long head, FeedFilter filter, CancellationToken ct)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await turns.WaitAsync(ct);
                try
                {
                    var (events, upTo) = await log.ReadPageAsync(after, Math.Min(head, after + options.PageSize), filter.Types, ct);
                    return new FeedPage(Wanted([.. events.Select(e => new FeedEvent(e))], filter), upTo, isLive: false);
                }
                finally
                {
                    turns.Release();
                }
            }
            catch (Exception e) when (ConnectionLoss.Is(e) && !ct.IsCancellationRequested)
            {
                await Task.Delay(Pause(failures), time, ct);
            }
        }
    }

    private async Task FollowAsync()
    {
        var failures = 0;
        while (true)
        {
            try
            {
                await using var tail = await LogTail.OpenAsync(source, options.PollEvery, stopping.Token);
                lock (gate)
                {
                    if (!begun.Task.IsCompleted) position = tail.Head;
                }

                begun.TrySetResult();
                while (true)
                {
                    await StepAsync(tail);
                    failures = 0;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                OnInterrupted?.Invoke(e);
                await Task.Delay(Pause(failures++), time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // The connection broke while we were leaving.
                return;
            }
        }
    }

    /// <summary>Reads one page, if there is one, and hands it out.</summary>
    private async Task StepAsync(LogTail tail)
    {
        long after, upTo;
        IReadOnlyCollection<string>? types;
        lock (gate)
        {
            // Nobody listens: nothing has to be read.
            if (subscribers.Count == 0) position = Math.Max(position, tail.Head);
            after = position;
            upTo = Math.Min(tail.Head, after + options.PageSize);
            types = subscribers.Exists(s => s.Filter.Types is null) ? null : [.. subscribers.Select(s => s.Filter.Types!).Distinct().SelectMany(t => t).Distinct(StringComparer.Ordinal)];
            isReading = upTo > after;
        }

        if (upTo <= after)
        {
            HandOut([], after);
            await tail.WaitAsync(stopping.Token);
            return;
        }

        try
        {
            var page = await log.ReadPageAsync(after, upTo, types, stopping.Token);
            HandOut([.. page.Events.Select(e => new FeedEvent(e))], page.UpTo);
        }
        catch
        {
            HandOut([], after);
            throw;
        }
    }

    private void HandOut(FeedEvent[] events, long upTo)
    {
        var now = time.GetTimestamp();
        var pages = new Dictionary<FeedFilter, FeedPage>();
        lock (gate)
        {
            (position, isReading) = (upTo, false);
            for (var i = subscribers.Count - 1; i >= 0; i--)
            {
                var subscriber = subscribers[i];
                if (!subscriber.LiveAfter.IsCompleted)
                {
                    subscriber.Begin(upTo, now);
                    continue;
                }

                // One page for all that want the same.
                if (!pages.TryGetValue(subscriber.Filter, out var page))
                    pages[subscriber.Filter] = page = new FeedPage(Wanted(events, subscriber.Filter), upTo, isLive: true);
                if (page.Events.Count == 0 && time.GetElapsedTime(subscriber.OfferedAt, now) < options.NewsEvery) continue;
                if (!subscriber.Offer(page, now)) subscribers.RemoveAt(i);
            }
        }
    }

    private static IReadOnlyList<FeedEvent> Wanted(FeedEvent[] events, FeedFilter filter) =>
        filter is { Types: null, Portfolio: null } ? events : [.. events.Where(filter.Wants)];

    private TimeSpan Pause(int failures) => TimeSpan.FromMilliseconds(Math.Min(50 << Math.Min(failures, 10), options.MaxBackoff.TotalMilliseconds));
}
