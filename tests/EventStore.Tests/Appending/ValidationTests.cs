using System.Text;
using Npgsql;

namespace EventSourcedTrading.EventStore.Tests.Appending;

/// <summary>Everything here is refused before a connection is opened; the server named does not exist.</summary>
public sealed class ValidationTests : IAsyncLifetime
{
    private readonly NpgsqlDataSource _nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
    private EventAppender _appender = null!;

    public ValueTask InitializeAsync()
    {
        _appender = new EventAppender(_nowhere, new EventAppenderOptions { MaxEventBytes = 1000, MaxBatchEvents = 5, MaxBatchBytes = 3000 });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _appender.DisposeAsync();
        await _nowhere.DisposeAsync();
    }

    public static TheoryData<string, PendingEvent> Wrong => new()
    {
        { "StreamId", Some.Event("s", 1) with { StreamId = "" } },
        { "StreamId", Some.Event("s", 1) with { StreamId = new string('s', 201) } },
        { "StreamId", Some.Event("s", 1) with { StreamId = "a\nb" } },
        { "StreamId", Some.Event("s", 1) with { StreamId = "a\ud800" } },
        { "Version", Some.Event("s", 1) with { Version = 0 } },
        { "Version", Some.Event("s", 1) with { Version = -1 } },
        { "Type", Some.Event("s", 1) with { Type = "" } },
        { "Type", Some.Event("s", 1) with { Type = "OrderFilled" } },
        { "Type", Some.Event("s", 1) with { Type = "order-filled" } },
        { "Type", Some.Event("s", 1) with { Type = "order__filled" } },
        { "Type", Some.Event("s", 1) with { Type = "order_filled_" } },
        { "Type", Some.Event("s", 1) with { Type = "1_order" } },
        { "Type", Some.Event("s", 1) with { Type = new string('t', 101) } },
        { "Id", Some.Event("s", 1) with { Id = Guid.Empty } },
        { "CorrelationId", Some.Event("s", 1) with { CorrelationId = "" } },
        { "CausationId", Some.Event("s", 1) with { CausationId = "a\0" } },
        { "Data", Some.Event("s", 1) with { Data = default } },
        { "Data", Some.Event("s", 1, "[]") },
        { "Data", Some.Event("s", 1, "\"text\"") },
        { "Data", Some.Event("s", 1, "{\"a\":1") },
        { "Data", Some.Event("s", 1, "{\"a\":9007199254740993}") },
        { "Data", Some.Event("s", 1, "{\"a\":1,\"a\":2}") },
        { "Data", Some.Event("s", 1, $"{{\"a\":\"{new string('x', 1000)}\"}}") },
        { "Headers", Some.Event("s", 1) with { Headers = Encoding.UTF8.GetBytes("[]") } },
        { "Headers", Some.Event("s", 1) with { Headers = Encoding.UTF8.GetBytes("{") } },
        { "Headers", Some.Event("s", 1) with { Headers = new byte[1001] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_event_is_refused_by_field_and_place(string field, PendingEvent wrong)
    {
        var refused = await Assert.ThrowsAsync<InvalidEventException>(
            () => _appender.AppendAsync(Some.Batch(Some.Event("good", 1), wrong)));
        Assert.Equal((1, field), (refused.Index, refused.Field));
        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_must_follow_inside_a_batch()
    {
        var refused = await Assert.ThrowsAsync<InvalidEventException>(
            () => _appender.AppendAsync(Some.Batch(Some.Event("s", 1), Some.Event("t", 1), Some.Event("s", 3))));
        Assert.Equal((2, "Version"), (refused.Index, refused.Field));
    }

    [Fact]
    public async Task Batches_have_bounds()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _appender.AppendAsync(Some.Batch()));
        await Assert.ThrowsAsync<ArgumentException>(() => _appender.AppendAsync(Some.Batch("s", 1, 6)));
        var large = $"{{\"a\":\"{new string('x', 900)}\"}}";
        await Assert.ThrowsAsync<ArgumentException>(() => _appender.AppendAsync(
            Some.Batch(Some.Event("s", 1, large), Some.Event("s", 2, large), Some.Event("s", 3, large))));
    }

    [Fact]
    public void An_event_id_follows_from_stream_and_version_alone()
    {
        // sha256("order-1/3") = 1fd1…, computed with sha256sum; version and variant bits put in by hand.
        Assert.Equal(Guid.Parse("1fd18114-5f86-84fc-b8ed-a901bad00b5d"), EventId.For("order-1", 3));
        Assert.NotEqual(EventId.For("order-1", 3), EventId.For("order-1", 4));
    }
}
