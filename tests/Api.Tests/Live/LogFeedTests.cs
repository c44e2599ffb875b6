using System.Text;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests.Live;

/// <summary>One follower of the log, many subscribers: each gets what he asked for, once, in order, whatever happens to the others.</summary>
public sealed class LogFeedTests : IAsyncLifetime
{
    private static readonly string[] Types = ["apple", "pear", "plum"];
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
    private readonly Dictionary<string, long> versions = [];
    private TestDatabase database = null!;
    private EventAppender appender = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        appender = new EventAppender(database.App);
    }

    public async ValueTask DisposeAsync()
    {
        await appender.DisposeAsync();
        await database.DisposeAsync();
        patience.Dispose();
    }

    public static TheoryData<int> Plays => [.. Seeds.Chosen(3, 200)];

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task Whoever_comes_whenever_from_wherever_gets_all_that_he_asked_for_once_and_in_order(int seed)
    {
        var random = new Random(seed);
        // Small pages and buffers, so that subscribers fall behind and come back all the time.
        await using var feed = new LogFeed(database.Reader, TimeProvider.System, new LogFeedOptions { PageSize = 1 + random.Next(20), Buffer = 1 + random.Next(40), NewsEvery = TimeSpan.Zero });
        var interruptions = 0;
        feed.OnInterrupted = _ => Interlocked.Increment(ref interruptions);
        const int Total = 3_000;
        var writing = Task.Run(async () =>
        {
            var dice = new Random(seed + 1);
            for (var written = 0; written < Total;)
            {
                // Nobody ends before he has all of it: so the connections are broken while they read.
                if (written > Total / 2) await Eventually.TrueAsync(() => Volatile.Read(ref interruptions) > 0, "a connection was broken");
                var count = Math.Min(Total - written, 1 + dice.Next(60));
                await WriteAsync(Enumerable.Range(0, count).Select(_ => ($"risk-p{dice.Next(3)}", Types[dice.Next(3)])));
                written += count;
                if (dice.Next(4) == 0) await Task.Delay(dice.Next(8));
            }
        });
        var breaking = Task.Run(async () =>
        {
            for (var i = 0; (i < 6 || Volatile.Read(ref interruptions) == 0) && !patience.IsCancellationRequested; i++)
            {
                await Task.Delay(60);
                await BreakReadersAsync();
            }
        });
        // In every second play nobody wants all types, so that a page which is being read lacks what somebody wants who comes meanwhile.
        var narrow = seed % 2 == 1;
        var subscribers = Enumerable.Range(0, 24).Select(i => (
            After: (long)random.Next(i % 3 == 0 ? 1 : Total / 2), Types: narrow ? [Types[i * i % 5 % 3]] : i % 2 == 0 ? null : Types.Where(_ => random.Next(2) == 0).ToHashSet(),
            Portfolio: i % 4 == 0 ? null : $"p{random.Next(3)}", Wait: random.Next(narrow ? 1_500 : 200), Slow: random.Next(5) == 0)).ToArray();
        var got = await Task.WhenAll(subscribers.Select(s => Task.Run(async () =>
        {
            await Task.Delay(s.Wait);
            var mine = new List<long>();
            await foreach (var page in feed.PagesAsync(s.After, new FeedFilter(s.Types, s.Portfolio), patience.Token))
            {
                Assert.True(page.UpTo >= s.After && (page.Events.Count == 0 || page.Events[^1].Recorded.SeqId <= page.UpTo), "a position must cover what came with it");
                mine.AddRange(page.Events.Select(e => e.Recorded.SeqId));
                if (s.Slow) await Task.Delay(1);
                if (page.UpTo >= Total) break;
            }

            return mine;
        })));
        await Task.WhenAll(writing, breaking);

        var log = new List<RecordedEvent>();
        await foreach (var e in new EventReader(database.Reader).ReadAllAsync()) log.Add(e);
        Assert.Equal(Total, log.Count);
        for (var i = 0; i < subscribers.Length; i++)
        {
            var s = subscribers[i];
            var expected = log.Where(e => e.SeqId > s.After && s.Types?.Contains(e.Type) != false && (s.Portfolio is null || e.StreamId == $"risk-{s.Portfolio}")).Select(e => e.SeqId);
            Assert.True(expected.SequenceEqual(got[i]), $"seed {seed}, subscriber {i} {s}: {string.Join(',', got[i].Take(20))}…");
        }
    }

    [Fact]
    public async Task A_new_event_is_there_long_before_the_next_poll()
    {
        await using var feed = new LogFeed(database.Reader, TimeProvider.System, new LogFeedOptions { PollEvery = TimeSpan.FromSeconds(50) });
        await using var mine = feed.FollowAsync(0, null, null, patience.Token).GetAsyncEnumerator();
        for (var i = 1; i <= 30; i++)
        {
            await WriteAsync([("risk-p", "apple")]);
            Assert.True(await mine.MoveNextAsync());
            Assert.Equal(i, mine.Current.SeqId);
        }
    }

    [Fact]
    public async Task Who_takes_nothing_keeps_nobody_waiting_and_misses_nothing()
    {
        await using var feed = new LogFeed(database.Reader, TimeProvider.System, new LogFeedOptions { Buffer = 10, PageSize = 10 });
        await WriteAsync([("risk-p", "apple")]);
        await using var stuck = feed.FollowAsync(0, null, null, patience.Token).GetAsyncEnumerator();
        Assert.True(await stuck.MoveNextAsync());
        await using var quick = feed.FollowAsync(1, null, null, patience.Token).GetAsyncEnumerator();
        for (var i = 2; i <= 100; i++)
        {
            await WriteAsync([("risk-p", "apple")]);
            Assert.True(await quick.MoveNextAsync());
            Assert.Equal(i, quick.Current.SeqId);
        }

        for (var i = 2; i <= 100; i++)
        {
            Assert.True(await stuck.MoveNextAsync());
            Assert.Equal(i, stuck.Current.SeqId);
        }
    }

    [Fact]
    public async Task Who_comes_while_a_page_is_read_that_lacks_what_he_wants_misses_nothing_of_it()
    {
        await using var feed = new LogFeed(database.Reader, TimeProvider.System);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        await WriteAsync([("risk-p", "apple"), ("risk-p", "plum")]);
        var apples = Task.Run(async () =>
        {
            var count = 0L;
            await foreach (var e in feed.FollowAsync(0, new HashSet<string> { "apple" }, null, done.Token)) Assert.Equal((2 * count++) + 1, e.SeqId);
        });
        var writing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await WriteAsync([("risk-p", "apple"), ("risk-p", "plum")]);
        });
        for (var i = 0; i < 300; i++)
        {
            var next = await feed.HeadAsync(patience.Token);
            var left = 3;
            await foreach (var e in feed.FollowAsync(next, new HashSet<string> { "plum" }, null, patience.Token))
            {
                Assert.Equal(next += 2, e.SeqId);
                if (--left == 0) break;
            }
        }

        await done.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => apples);
        await writing;
    }

    [Fact]
    public async Task A_position_beyond_the_head_waits_for_the_log_to_get_there()
    {
        await using var feed = new LogFeed(database.Reader, TimeProvider.System);
        await using var mine = feed.FollowAsync(5, null, null, patience.Token).GetAsyncEnumerator();
        var first = mine.MoveNextAsync().AsTask();
        for (var i = 0; i < 4; i++) await WriteAsync([("risk-p", "apple")]);
        await WriteAsync([("risk-p", "apple"), ("risk-p", "apple"), ("risk-p", "pear")]);
        Assert.True(await first);
        Assert.Equal((6, "apple"), (mine.Current.SeqId, mine.Current.Type));
        Assert.Equal(7, await feed.HeadAsync(patience.Token));
    }

    [Fact]
    public async Task Its_end_ends_those_who_follow()
    {
        var feed = new LogFeed(database.Reader, TimeProvider.System);
        await using var mine = feed.FollowAsync(0, null, null, patience.Token).GetAsyncEnumerator();
        var next = mine.MoveNextAsync().AsTask();
        await WriteAsync([("risk-p", "apple")]);
        Assert.True(await next);
        next = mine.MoveNextAsync().AsTask();
        await feed.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        Assert.False(patience.IsCancellationRequested);
    }

    public static TheoryData<string, string, string?> Streams => new()
    {
        { "order-us-east-17", "{}", "us-east" }, { "risk-us-east", "{}", "us-east" }, { "portfolio-main", "{}", "main" }, { "tape-main", "{}", "main" },
        { "round-a-b-SPY.ARCX-2024-01-02T14:30:00.000000Z", """{"decisionId":"x","portfolio":"a-b"}""", "a-b" }, { "strategy-a-b-pairs", """{"strategy":{"portfolio":"a-b"}}""", "a-b" },
        { "keys", """{"keyId":"x"}""", null }, { "keys", """{"portfolio":7}""", null },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void The_portfolio_of_an_event_is_known_by_its_stream_or_by_what_it_says(string stream, string data, string? portfolio) =>
        Assert.Equal(portfolio, EventPortfolio.Of(new RecordedEvent(1, Guid.Empty, stream, 1, "t", Encoding.UTF8.GetBytes(data), default, null, null, default)));

    private async Task WriteAsync(IEnumerable<(string Stream, string Type)> events)
    {
        List<PendingEvent> batch = [];
        foreach (var (stream, type) in events)
        {
            var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
            batch.Add(new PendingEvent(stream, version, type, EventId.For(stream, version), "{}"u8.ToArray(), "c", null));
        }

        await appender.AppendAsync(new AppendBatch(batch, DateTimeOffset.UtcNow), patience.Token);
    }

    private async Task BreakReadersAsync()
    {
        await using var command = database.Admin.CreateCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query like any(array['listen%', '%audit.log_head%', '%mt_events where seq_id >%']) and pid <> pg_backend_pid()");
        await command.ExecuteScalarAsync(patience.Token);
    }
}
