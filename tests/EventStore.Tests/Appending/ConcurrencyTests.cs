using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.EventStore.Tests.Appending;

public sealed class ConcurrencyTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Two_processes_with_many_writers_leave_a_log_without_gaps_in_which_each_result_is_true()
    {
        await using var first = new EventAppender(_database.App);
        await using var second = new EventAppender(_database.App);

        var written = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            var mine = new List<(string Stream, int Version, AppendResult Result)>();
            for (var i = 0; i < 25; i++)
            {
                var stream = $"s-{writer}-{i % 3}";
                var version = 1 + i / 3 * 2;
                mine.Add((stream, version, await (writer % 2 == 0 ? first : second).AppendAsync(Some.Batch(stream, version, 2))));
            }
            return mine;
        }));

        var log = await LogAsync();
        Assert.Equal(16 * 25 * 2, log.Count);
        foreach (var (stream, version, result) in written.SelectMany(w => w))
        {
            for (var i = 0; i < 2; i++)
            {
                var e = log[(int)result.FirstSeq - 1 + i];
                Assert.Equal((stream, version + i), (e.StreamId, e.Version));
            }
        }
    }

    [Fact]
    public async Task Of_writers_that_want_the_same_version_one_wins_and_bystanders_do_not_notice()
    {
        await using var appender = new EventAppender(_database.App);
        await appender.AppendAsync(Some.Batch("contested", 1));
        var won = 0;
        var lost = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            if (i % 2 == 0)
            {
                await appender.AppendAsync(Some.Batch($"bystander-{i}", 1, 3));
                return;
            }
            try
            {
                await appender.AppendAsync(Some.Batch(Some.Event($"other-{i}", 1), Some.Event("contested", 2)));
                Interlocked.Increment(ref won);
            }
            catch (EventStreamUnexpectedMaxEventIdException refused)
            {
                Assert.Equal(("contested", 1L, 2L), (refused.StreamId, refused.Expected, refused.Actual));
                Interlocked.Increment(ref lost);
            }
        }));

        Assert.Equal((1, 99), (won, lost));
        var log = await LogAsync();
        Assert.Equal(1 + 300 + 2, log.Count);
        Assert.Single(log, e => e.StreamId.StartsWith("other-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_batch_takes_with_it_only_those_that_build_on_it()
    {
        await using var appender = new EventAppender(_database.App);
        await appender.AppendAsync(Some.Batch("a", 1));

        // Queued together, so they are likely to share a transaction; the outcome is the same if they do not.
        var wrong = appender.AppendAsync(Some.Batch(Some.Event("a", 5), Some.Event("b", 1)));
        var onWrong = appender.AppendAsync(Some.Batch("b", 2));
        var right = appender.AppendAsync(Some.Batch("c", 1));

        Assert.Equal("a", (await Assert.ThrowsAsync<EventStreamUnexpectedMaxEventIdException>(() => wrong)).StreamId);
        Assert.Equal("b", (await Assert.ThrowsAsync<EventStreamUnexpectedMaxEventIdException>(() => onWrong)).StreamId);
        Assert.Equal(2, (await right).FirstSeq);
    }

    /// <summary>The whole log, checked: no gaps, versions in order, head and streams true.</summary>
    private async Task<List<RecordedEvent>> LogAsync()
    {
        var reader = new EventReader(_database.Reader);
        var log = await reader.ReadAllAsync().ToListAsync();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(i => (long)i), log.Select(e => e.SeqId));
        var frontier = new MerkleFrontier();
        var hash = new byte[32];
        foreach (var e in log)
        {
            LeafFormat.Hash(e, hash);
            frontier.Append(hash);
        }
        Assert.Equal(frontier.Root(), (await reader.HeadAsync()).Root.ToArray());
        foreach (var stream in log.GroupBy(e => e.StreamId))
        {
            Assert.Equal(Enumerable.Range(1, stream.Count()).Select(i => (long)i), stream.Select(e => e.Version));
            Assert.Equal(stream.Count(), await reader.StreamVersionAsync(stream.Key));
        }
        return log;
    }
}
