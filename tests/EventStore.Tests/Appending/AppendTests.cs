using System.Text;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.EventStore.Tests.Appending;

public sealed class AppendTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private EventAppender _appender = null!;
    private EventReader _reader = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _appender = new EventAppender(_database.App);
        _reader = new EventReader(_database.Reader);
    }

    public async ValueTask DisposeAsync()
    {
        await _appender.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <param name="others">Alone and in small company it is inserted, in larger company it goes by COPY.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(1_000)]
    public async Task What_is_written_is_what_is_read(int others)
    {
        var written = new PendingEvent(
            "order-å1", 1, "order_approved", EventId.For("order-å1", 1),
            Encoding.UTF8.GetBytes("""{ "z": "1.50", "a": [1, 2.5, {"y":null,"x":"\u00e9"}] }"""), "decision-7", "input-3",
            Encoding.UTF8.GetBytes("""{"user":"ada"}"""));

        PendingEvent[] company = [.. Enumerable.Range(1, others).Select(i => Some.Event("thing-1", i))];
        var result = await _appender.AppendAsync(Some.Batch([.. company, written]));

        Assert.Equal(new AppendResult(1, others + 1, Some.Noon), result);
        Assert.Equal(company.Select(e => e.Id), (await _reader.ReadStreamAsync("thing-1").ToListAsync()).Select(e => e.Id));
        var read = Assert.Single(await _reader.ReadStreamAsync("order-å1").ToListAsync());
        Assert.Equal(others + 1, read.SeqId);
        Assert.Equal((written.Id, written.StreamId, written.Version, written.Type), (read.Id, read.StreamId, read.Version, read.Type));
        Assert.Equal((written.CorrelationId, written.CausationId, Some.Noon), (read.CorrelationId, read.CausationId, read.Timestamp));
        Assert.Equal("""{"a":[1,2.5,{"x":"é","y":null}],"z":"1.50"}""", Encoding.UTF8.GetString(CanonicalJson.Write(read.Data.Span)));
        Assert.Equal("""{"user":"ada"}""", Encoding.UTF8.GetString(CanonicalJson.Write(read.Headers.Span)));
    }

    [Fact]
    public async Task A_stream_grows_only_from_the_version_it_is_at()
    {
        await _appender.AppendAsync(Some.Batch("order-1", 1, 3));
        await _appender.AppendAsync(Some.Batch("order-1", 4, 2));

        var wrong = await Assert.ThrowsAsync<EventStreamUnexpectedMaxEventIdException>(
            () => _appender.AppendAsync(Some.Batch("order-1", 4)));
        Assert.Equal(("order-1", 3L, 5L), (wrong.StreamId, wrong.Expected, wrong.Actual));
        wrong = await Assert.ThrowsAsync<EventStreamUnexpectedMaxEventIdException>(
            () => _appender.AppendAsync(Some.Batch("order-1", 1)));
        Assert.Equal(("order-1", 0L, 5L), (wrong.StreamId, wrong.Expected, wrong.Actual));
        wrong = await Assert.ThrowsAsync<EventStreamUnexpectedMaxEventIdException>(
            () => _appender.AppendAsync(Some.Batch("order-2", 2)));
        Assert.Equal(("order-2", 1L, 0L), (wrong.StreamId, wrong.Expected, wrong.Actual));

        var next = await _appender.AppendAsync(Some.Batch("order-1", 6));
        Assert.Equal(6, next.FirstSeq);
        Assert.Equal(6, await _reader.StreamVersionAsync("order-1"));
    }
}
