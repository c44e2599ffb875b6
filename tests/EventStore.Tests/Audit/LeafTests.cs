using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.EventStore.Tests.Audit;

public sealed class LeafTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public void A_leaf_spelled_out()
    {
        var e = new RecordedEvent(
            9, Guid.Parse("0F5E9A31-7D0C-8E11-9A50-1B2C3D4E5F60"), "order-1", 2, "order_filled",
            Encoding.UTF8.GetBytes("""{"quantity": "10", "price": "1.50"}"""),
            new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero).AddTicks(70), "d\"1", null, default);
        const string json =
            """{"causationId":null,"correlationId":"d\"1","data":{"price":"1.50","quantity":"10"},"headers":null,"id":"0f5e9a31-7d0c-8e11-9a50-1b2c3d4e5f60","stream":"order-1","timestamp":"2026-11-22T12:00:00.000007Z","type":"order_filled","version":"2"}""";
        var hash = new byte[32];
        LeafFormat.Hash(e, hash);

        Assert.Equal(json, Encoding.UTF8.GetString(LeafFormat.Json(e)));
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes("\0" + json)), hash);
    }

    [Fact]
    public async Task Leaves_head_and_rows_agree_after_many_batches()
    {
        var random = new Random(20261122);
        string[] values =
        [
            "1", "-0", "1.50", "1e21", "5e-324", "1.7976931348623157e308", "0.1", "12345678901234567000", "null", "true",
            "\"\\u00e9\\ud83d\\ude00\\n\\u001f/\"", "[]", "{}", "[[1,{\"b\":1,\"aa\":2,\"a\":3}]]",
        ];
        await using (var appender = new EventAppender(_database.App))
        {
            await Task.WhenAll(Enumerable.Range(0, 40).Select(batch => appender.AppendAsync(Some.Batch(
                [.. Enumerable.Range(1, 1 + random.Next(9)).Select(version => Some.Event(
                    $"s-{batch}", version,
                    $"{{\"zz\":{values[random.Next(values.Length)]},\"b\":{values[random.Next(values.Length)]},\"\\u20ac\":[{values[random.Next(values.Length)]}]}}")
                    with { Headers = version % 2 == 0 ? "{\"k\":1.0}"u8.ToArray() : default })]))));
        }

        var stored = await StoredLeavesAsync();
        var reader = new EventReader(_database.Reader);
        var frontier = new MerkleFrontier();
        var hash = new byte[32];
        await foreach (var e in reader.ReadAllAsync(pageSize: 50))
        {
            LeafFormat.Hash(e, hash);
            Assert.Equal(Convert.ToHexStringLower(stored[(int)e.SeqId - 1]), Convert.ToHexStringLower(hash));
            frontier.Append(hash);
        }

        var head = await reader.HeadAsync();
        Assert.Equal(frontier.Size, head.Size);
        Assert.Equal(stored.Count, head.Size);
        Assert.Equal(frontier.Root(), head.Root.ToArray());
    }

    private async Task<List<byte[]>> StoredLeavesAsync()
    {
        await using var command = _database.Reader.CreateCommand("select first_seq, count, hashes from audit.leaves order by first_seq");
        await using var rows = await command.ExecuteReaderAsync();
        var leaves = new List<byte[]>();
        while (await rows.ReadAsync())
        {
            Assert.Equal(leaves.Count + 1, rows.GetInt64(0));
            Assert.Equal(rows.GetInt32(1) * 32, rows.GetFieldValue<byte[]>(2).Length);
            leaves.AddRange(rows.GetFieldValue<byte[]>(2).Chunk(32));
        }
        return leaves;
    }
}
