using System.Text;
using System.Text.Json.Nodes;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.EventStore.Tests.Reading;

public sealed class ReadTests(ReadTests.ElevenEvents shared) : IClassFixture<ReadTests.ElevenEvents>
{
    private readonly TestDatabase _database = shared.Database;
    private readonly EventReader _reader = new(shared.Database.Reader);

    public sealed class ElevenEvents : SharedDatabase
    {
        private protected override IEnumerable<AppendBatch> Content() =>
        [
            Some.Batch("a", 1, 5),
            Some.Batch("b", 1, 3),
            Some.Batch(
                Some.Event("a", 6, """{"qty":1}""", "fill"), Some.Event("a", 7, """{"quantity":"2"}""", "fill_v2"),
                Some.Event("a", 8, """{"quantity":"3","venue":"X"}""", "fill_v3")),
        ];
    }

    [Theory]
    [InlineData(null, ReadDirection.Forwards, 100, new long[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData(3L, ReadDirection.Forwards, 2, new long[] { 3, 4 })]
    [InlineData(9L, ReadDirection.Forwards, 2, new long[0])]
    [InlineData(null, ReadDirection.Backwards, 3, new long[] { 8, 7, 6 })]
    [InlineData(2L, ReadDirection.Backwards, 100, new long[] { 2, 1 })]
    public async Task A_stream_is_read_from_either_end(long? from, ReadDirection direction, int count, long[] expected) =>
        Assert.Equal(expected, (await _reader.ReadStreamAsync("a", from, direction, count).ToListAsync()).Select(e => e.Version));

    [Fact]
    public async Task A_stream_that_is_not_there_is_empty()
    {
        Assert.Empty(await _reader.ReadStreamAsync("none").ToListAsync());
        Assert.Equal(0, await _reader.StreamVersionAsync("none"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 3)]
    [InlineData(11, 100)]
    [InlineData(12, 100)]
    public async Task The_log_is_read_in_pages_from_any_place(long from, int pageSize)
    {
        var expected = Enumerable.Range(1, 11).Select(i => (long)i).Where(seq => seq >= from);
        Assert.Equal(expected, (await _reader.ReadAllAsync(from, pageSize: pageSize).ToListAsync()).Select(e => e.SeqId));
    }

    [Fact]
    public async Task Types_can_be_picked_out() =>
        Assert.Equal([9L, 11L], (await _reader.ReadAllAsync(types: ["fill", "fill_v3"], pageSize: 4).ToListAsync()).Select(e => e.SeqId));

    [Fact]
    public async Task Older_shapes_are_read_as_the_newest_one_step_after_the_other()
    {
        var upcasters = new Upcasters()
            .Add("fill_v2", "fill_v3", data =>
            {
                data["venue"] = "unknown";
                return data;
            })
            .Add("fill", "fill_v2", data => new JsonObject { ["quantity"] = data["qty"]!.ToString() });
        var reader = new EventReader(_database.Reader, upcasters);

        var read = await reader.ReadAllAsync(types: ["fill_v3"]).ToListAsync();

        Assert.Equal([9L, 10L, 11L], read.Select(e => e.SeqId));
        Assert.All(read, e => Assert.Equal("fill_v3", e.Type));
        Assert.Equal(["1|unknown", "2|unknown", "3|X"], read.Select(e =>
        {
            var data = JsonNode.Parse(e.Data.Span)!;
            return $"{data["quantity"]}|{data["venue"]}";
        }));
        Assert.Equal(["fill", "fill_v2", "fill_v3"], (await _reader.ReadStreamAsync("a", 6).ToListAsync()).Select(e => e.Type));
    }

    [Fact]
    public async Task An_upcaster_that_fails_names_the_event()
    {
        var reader = new EventReader(_database.Reader, new Upcasters().Add("fill", "fill_v2", _ => throw new FormatException("no qty")));
        var failed = await Assert.ThrowsAsync<UpcastException>(async () => await reader.ReadStreamAsync("a").ToListAsync());
        Assert.Equal(9, failed.Event.SeqId);
    }

    [Fact]
    public void Upcasters_must_not_fork_or_go_in_a_circle()
    {
        var upcasters = new Upcasters().Add("a", "b", data => data).Add("b", "c", data => data);
        Assert.Throws<ArgumentException>(() => upcasters.Add("a", "d", data => data));
        Assert.Throws<ArgumentException>(() => upcasters.Add("c", "a", data => data));
        Assert.Throws<ArgumentException>(() => upcasters.Add("x", "x", data => data));
    }

    [Fact]
    public async Task The_latest_snapshot_of_a_shape_is_kept()
    {
        var snapshots = new SnapshotStore(_database.App);
        Assert.Null(await snapshots.LoadAsync("portfolio-main", 1));
        Assert.True(await snapshots.SaveAsync(new Snapshot("portfolio-main", 10, 1, "ten"u8.ToArray())));
        Assert.False(await snapshots.SaveAsync(new Snapshot("portfolio-main", 9, 1, "nine"u8.ToArray())));
        var loaded = await snapshots.LoadAsync("portfolio-main", 1);
        Assert.Equal((10, "ten"), (loaded!.Position, Encoding.UTF8.GetString(loaded.Data.Span)));

        Assert.True(await snapshots.SaveAsync(new Snapshot("portfolio-main", 5, 2, "new shape"u8.ToArray())));
        Assert.Null(await snapshots.LoadAsync("portfolio-main", 1));
        Assert.Equal(5, (await snapshots.LoadAsync("portfolio-main", 2))!.Position);
    }
}
