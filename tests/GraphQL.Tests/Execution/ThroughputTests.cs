using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.GraphQL.Tests.Serving;
using GreenDonut;
using HotChocolate.Execution;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>How many rows of 15 fields go out a second: told, not asserted.</summary>
public sealed class ThroughputTests
{
    private const int Rows = 1_000;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(0.3);
    private static readonly Row[] Data = [.. Enumerable.Range(0, Rows).Select(i => new Row(i, $"ORD-{i:D8}", 1234.5678m + i, DateTime.UnixEpoch.AddSeconds(i), i % 7 == 0 ? null : $"note {i}"))];

    [Fact]
    public async Task Rows_a_second_are_told()
    {
        var executor = new RequestExecutor(CreateSchema(), new RequestOptions { MaxCost = long.MaxValue });
        var fields = string.Join(' ', Enumerable.Range(0, 15).Select(i => $"f{i}"));
        var plain = await MeasureAsync(executor, $"{{ rows {{ {fields} }} }}", "pure fields");
        Assert.Equal(Rows, plain.GetProperty("rows").GetArrayLength());
        var resolved = await MeasureAsync(executor, $"{{ rows {{ {fields} sync }} }}", "and a resolver");
        Assert.Equal(5, resolved.GetProperty("rows")[5].GetProperty("sync").GetInt32());
        var loaded = await MeasureAsync(executor, $"{{ rows {{ {fields} loaded }} }}", "and a data loader");
        Assert.Equal(5, loaded.GetProperty("rows")[5].GetProperty("loaded").GetInt32());
        var nested = await MeasureAsync(executor, $"{{ rows {{ {fields} self {{ f0 f1 }} }} }}", "and an object");
        Assert.Equal("ORD-00000005", nested.GetProperty("rows")[5].GetProperty("self").GetProperty("f1").GetString());
        Bare();
        var one = await MeasureAsync(executor, "{ first { f0 f1 f2 } }", "a request for one row", rows: 1);
        Assert.Equal(0, one.GetProperty("first").GetProperty("f0").GetInt32());
    }

    [Fact]
    public async Task Requests_a_second_over_http_are_told()
    {
        await using var server = await SampleServer.StartAsync(CreateSchema(), limits: new RequestOptions { MaxCost = long.MaxValue });
        var fields = string.Join(' ', Enumerable.Range(0, 15).Select(i => $"f{i}"));
        foreach (var (document, what, rows) in new[] { ("{ first { f0 f1 f2 } }", "one row over HTTP", 1), ($"{{ rows {{ {fields} }} }}", "rows over HTTP", Rows) })
        {
            await AskAsync(server, document);
            var began = Stopwatch.GetTimestamp();
            var (requests, bytes) = await AskAsync(server, document);
            Tell(what, rows, requests, bytes, Stopwatch.GetElapsedTime(began), 0);
        }
    }

    /// <summary>Four clients, each with its connection, for a while.</summary>
    private static async Task<(int Requests, long Bytes)> AskAsync(SampleServer server, string document)
    {
        var (requests, bytes, began) = (0, 0L, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var client = new HttpClient();
            while (Stopwatch.GetElapsedTime(began) < Length)
            {
                using var answer = await client.PostAsync(server.Http, new StringContent(JsonSerializer.Serialize(new { query = document }), null, "application/json"));
                Assert.True(answer.IsSuccessStatusCode);
                Interlocked.Add(ref bytes, (await answer.Content.ReadAsByteArrayAsync()).Length);
                Interlocked.Increment(ref requests);
            }
        }));
        return (requests, bytes);
    }

    private static async Task<JsonElement> MeasureAsync(RequestExecutor executor, string document, string what, int rows = Rows)
    {
        var request = new OperationRequest { Document = document };
        var (requests, bytes, json) = (0, 0L, "");
        for (var warm = 0; warm < 50; warm++)
        {
            await using var result = (OperationResult)await executor.ExecuteAsync(request);
            json = warm == 0 ? result.ToJson() : json;
        }

        var allocated = GC.GetTotalAllocatedBytes();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Length)
        {
            await using var result = (OperationResult)await executor.ExecuteAsync(request);
            bytes += result.Data.Length;
            requests++;
        }

        Tell(what, rows, requests, bytes, Stopwatch.GetElapsedTime(began), GC.GetTotalAllocatedBytes() - allocated);
        return JsonDocument.Parse(json).RootElement.GetProperty("data");
    }

    /// <summary>The same bytes by <see cref="Utf8JsonWriter"/>, written by hand: what there is to reach.</summary>
    private static void Bare()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(1 << 20);
        using var json = new Utf8JsonWriter(output);
        var names = Enumerable.Range(0, 15).Select(i => JsonEncodedText.Encode($"f{i}")).ToArray();
        var (rounds, bytes, began, allocated) = (0, 0L, 0L, 0L);
        for (var round = 0; began == 0 || Stopwatch.GetElapsedTime(began) < Length; round++)
        {
            if (round == 50) (began, allocated) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes());
            output.ResetWrittenCount();
            json.Reset(output);
            json.WriteStartArray();
            foreach (var row in Data) Write(json, row, names);
            json.WriteEndArray();
            json.Flush();
            if (began == 0) continue;
            rounds++;
            bytes += output.WrittenCount;
        }

        Tell("by hand", Rows, rounds, bytes, Stopwatch.GetElapsedTime(began), GC.GetTotalAllocatedBytes() - allocated);
    }

    private static void Write(Utf8JsonWriter json, Row row, JsonEncodedText[] names)
    {
        json.WriteStartObject();
        for (var f = 0; f < names.Length; f += 5)
        {
            json.WriteNumber(names[f], row.Id);
            json.WriteString(names[f + 1], row.Name);
            json.WriteString(names[f + 2], row.Price.ToString(CultureInfo.InvariantCulture));
            json.WriteString(names[f + 3], row.At);
            json.WriteString(names[f + 4], row.Note);
        }

        json.WriteEndObject();
    }

    private static void Tell(string what, int rows, int requests, long bytes, TimeSpan time, long allocated) => TestContext.Current.SendDiagnosticMessage(
        $"{what}: {requests / time.TotalSeconds:N0} requests/s, {(long)requests * rows / time.TotalSeconds:N0} rows/s of {bytes / requests / rows} bytes, {allocated / Math.Max(1, requests):N0} bytes allocated each");

    private static Schema CreateSchema()
    {
        var price = new ScalarType("Decimal") { Serialize = v => ((decimal)v).ToString(CultureInfo.InvariantCulture), Utf8Format = (object v, Span<byte> to, out int n) => ((decimal)v).TryFormat(to, out n, default, CultureInfo.InvariantCulture) };
        var time = new ScalarType("DateTime") { Serialize = v => ((DateTime)v).ToString("O"), Utf8Format = (object v, Span<byte> to, out int n) => System.Buffers.Text.Utf8Formatter.TryFormat((DateTime)v, to, out n, 'O') };
        var row = new ObjectType("Row");
        for (var f = 0; f < 15; f += 5)
        {
            row.Fields.Add(new OutputField($"f{f}", new NonNullType(Scalars.Int)) { PureResolver = r => ((Row)r).Id });
            row.Fields.Add(new OutputField($"f{f + 1}", new NonNullType(Scalars.String)) { PureResolver = r => ((Row)r).Name });
            row.Fields.Add(new OutputField($"f{f + 2}", new NonNullType(price)) { PureResolver = r => ((Row)r).Price });
            row.Fields.Add(new OutputField($"f{f + 3}", new NonNullType(time)) { PureResolver = r => ((Row)r).At });
            row.Fields.Add(new OutputField($"f{f + 4}", Scalars.String) { PureResolver = r => ((Row)r).Note });
        }

        row.Fields.Add(new OutputField("sync", Scalars.Int) { Resolver = c => new(c.Parent<Row>().Id) });
        row.Fields.Add(new OutputField("loaded", Scalars.Int) { Resolver = async c => await c.DataLoader<Loader>().LoadAsync(c.Parent<Row>().Id) });
        row.Fields.Add(new OutputField("self", row) { PureResolver = r => r });
        var query = new ObjectType("Query");
        query.Fields.Add(new OutputField("rows", new NonNullType(new ListType(new NonNullType(row)))) { Resolver = _ => new(Data) });
        query.Fields.Add(new OutputField("first", row) { Resolver = _ => new(Data[0]) });
        return Schema.Create(query);
    }

    private sealed record Row(int Id, string Name, decimal Price, DateTime At, string? Note);

    private sealed class Loader(IBatchScheduler scheduler) : BatchDataLoader<int, int>(scheduler)
    {
        protected override Task<IReadOnlyDictionary<int, int>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<int, int>>(keys.ToDictionary(k => k));
    }
}
