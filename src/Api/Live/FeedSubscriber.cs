using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EventSourcedTrading.Api.Live;

/// <summary>Of which events a subscriber wants to hear.</summary>
/// <param name="Types">Null for all.</param>
/// <param name="Portfolio">Null for all.</param>
internal readonly record struct FeedFilter(IReadOnlySet<string>? Types, string? Portfolio)
{
    public bool Wants(FeedEvent e) => Types?.Contains(e.Recorded.Type) != false && (Portfolio is null || e.Portfolio == Portfolio);
}

/// <summary>A subscriber that is up to date, and the bounded buffer between the feed and him.</summary>
/// <param name="capacity">Events that may wait for him, from 1.</param>
internal sealed class FeedSubscriber(FeedFilter filter, int capacity)
{
    private readonly Channel<FeedPage> pages = Channel.CreateUnbounded<FeedPage>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource<long> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int waiting;

    public FeedFilter Filter => filter;

    /// <summary>The place of the log after which he is given everything live, once that is settled.</summary>
    public Task<long> LiveAfter => begun.Task;

    /// <summary>When he was given something last, as a time stamp of the feed's clock.</summary>
    public long OfferedAt { get; private set; }

    public void Begin(long liveAfter, long now)
    {
        OfferedAt = now;
        begun.TrySetResult(liveAfter);
    }

    /// <summary>Hands him a page. False if his buffer is full: he gets what is in it and nothing more.</summary>
    public bool Offer(FeedPage page, long now)
    {
        // A page without events takes its room too, or a reader that stands still would collect them.
        var room = Math.Max(1, page.Events.Count);
        if (Volatile.Read(ref waiting) is var before and > 0 && before + room > capacity)
        {
            pages.Writer.TryComplete();
            return false;
        }

        OfferedAt = now;
        Interlocked.Add(ref waiting, room);
        return pages.Writer.TryWrite(page);
    }

    /// <summary>His pages; ends when he fell behind.</summary>
    public async IAsyncEnumerable<FeedPage> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        while (await pages.Reader.WaitToReadAsync(ct))
        {
            while (pages.Reader.TryRead(out var page))
            {
                Interlocked.Add(ref waiting, -Math.Max(1, page.Events.Count));
                yield return page;
            }
        }
    }
}
