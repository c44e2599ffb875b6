using System.Text.Json.Nodes;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Projections.Tests;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>Positions and profit: what a client has put together at the end is what the read model says.</summary>
public sealed class BookStreamTests : IAsyncLifetime
{
    private StreamServer server = null!;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        server = await StreamServer.StartAsync(new StreamLimits { BookEvery = TimeSpan.FromMilliseconds(20), HeartbeatEvery = TimeSpan.FromSeconds(1) });
        key = await server.KeyAsync();
        server.Project();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    public static TheoryData<int> Plays => [.. Seeds.Chosen(3, 60)];

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task Snapshot_and_deltas_together_are_the_read_model(int seed)
    {
        var session = new Session(seed, "main", "other-eur");
        var writing = Task.Run(async () =>
        {
            foreach (var batch in session.Batches(250))
            {
                await server.AppendAsync(batch);
                await Task.Delay(2);
            }

            await server.ProjectedAsync("book");
        });
        (string? Portfolio, string? Instrument)[] wanted = [(null, null), ("main", null), ("other-eur", "SAP.XETR"), (null, "SPY.ARCX")];
        var clients = wanted.Select(async w =>
        {
            await using var client = await StreamClient.HelloAsync(server.Address, key);
            await Eventually.TrueAsync(async () => await server.HeadAsync() > 60, "the portfolios are opened");
            var filter = (w.Portfolio is null ? "" : $",\"portfolio\":\"{w.Portfolio}\"") + (w.Instrument is null ? "" : $",\"instruments\":[\"{w.Instrument}\"]");
            await client.SendAsync($$"""{"type":"subscribe","id":"p","channel":"positions"{{filter}}}""");
            var have = new Dictionary<string, JsonObject>();
            for (var sequence = 0L; ;)
            {
                var frame = (await client.NextAsync())!;
                Assert.True((string?)frame["type"] is "snapshot" or "delta" or "heartbeat", frame.ToJsonString());
                if ((string?)frame["type"] != "heartbeat") Assert.Equal(++sequence, long.Parse((string)frame["seq"]!));
                foreach (var row in frame["rows"]?.AsArray() ?? []) have[$"{row!["portfolio"]} {row["instrument"]}"] = (JsonObject)row;
                if (writing.IsCompleted && long.Parse((string)frame["position"]!) == await BookAsync()) return have;
            }
        });
        var all = await Task.WhenAll(clients);
        await writing;

        var models = new ReadModels(server.Database.Reader);
        var (positions, equity, profit) = (await models.PositionsAsync(), await models.EquityAsync(), await models.ProfitByPortfolioAsync());
        Assert.NotEmpty(positions);
        for (var i = 0; i < wanted.Length; i++)
        {
            var w = wanted[i];
            var expected = positions.Where(p => (w.Portfolio is null || p.Portfolio == w.Portfolio) && (w.Instrument is null || p.Instrument == w.Instrument))
                .Select(p => (p.Portfolio, p.Instrument, p.Quantity, p.Cost, p.MarketValueBase, p.UnrealisedBase, p.Realised, p.LastSeq)).Order();
            var got = all[i].Values.Where(r => (string?)r["row"] == "position")
                .Select(r => ((string)r["portfolio"]!, (string)r["instrument"]!, Number(r, "quantity")!.Value, Number(r, "cost")!.Value, Number(r, "marketValueBase"), Number(r, "unrealisedBase"), Number(r, "realised")!.Value, long.Parse((string)r["lastSeq"]!))).Order();
            Assert.Equal(expected, got);
            Assert.Equal(
                equity.Join(profit, e => e.Portfolio, p => p.Portfolio, (e, p) => (e.Portfolio, e.Equity, e.Cash, p.Net)).Where(e => w.Portfolio is null || e.Portfolio == w.Portfolio).Order(),
                all[i].Values.Where(r => (string?)r["row"] == "portfolio").Select(r => ((string)r["portfolio"]!, Number(r, "equity"), Number(r, "cash"), Number(r, "net"))).Order());
        }
    }

    [Fact]
    public async Task Only_what_has_changed_is_told()
    {
        var session = new Session(11, "main");
        foreach (var batch in session.Batches(150)) await server.AppendAsync(batch);
        await server.ProjectedAsync("book");
        await using var client = await StreamClient.HelloAsync(server.Address, key);
        await client.SendAsync("""{"type":"subscribe","id":"p","channel":"positions","portfolio":"main"}""");
        var snapshot = await client.NextAsync("snapshot");
        Assert.True(snapshot["rows"]!.AsArray().Count > 2);
        // The price of one instrument moves, and with it the portfolio.
        session.Signal("main", "SPY.ARCX");
        await server.AppendAsync(session.Batch("main"));
        var delta = await client.NextAsync("delta");
        Assert.Subset(new HashSet<string> { "", "SPY.ARCX" }, delta["rows"]!.AsArray().Select(r => (string?)r!["instrument"] ?? "").ToHashSet());
        Assert.True(long.Parse((string)delta["position"]!) > long.Parse((string)snapshot["position"]!));
    }

    private static decimal? Number(JsonObject row, string name) => row[name] is { } text ? decimal.Parse((string)text!) : null;

    private async Task<long> BookAsync() => (await new Projections.Following.ProjectionHost(server.Database.App).StatusAsync()).Single(s => s.Name == "book").Position;
}
