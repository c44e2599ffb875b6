using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.Projections.Tests;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>Nothing of the decision feed is lost or told twice, whatever breaks.</summary>
public sealed class DecisionStreamTests : IAsyncLifetime
{
    private StreamServer server = null!;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        server = await StreamServer.StartAsync(new StreamLimits { HeartbeatEvery = TimeSpan.FromSeconds(1) });
        key = await server.KeyAsync();
        server.Project();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    public static TheoryData<int> Plays => [.. Seeds.Chosen(3, 60)];

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task Who_resumes_after_breaks_of_the_line_of_the_server_and_of_the_database_has_every_event_once(int seed)
    {
        var random = new Random(seed);
        var session = new Session(seed, "main", "other-eur");
        var batches = session.Batches(400).ToList();
        foreach (var batch in batches.Take(30)) await server.AppendAsync(batch);
        var writing = Task.Run(async () =>
        {
            var dice = new Random(seed + 1);
            foreach (var batch in batches.Skip(30))
            {
                await server.AppendAsync(batch);
                if (dice.Next(3) == 0) await Task.Delay(dice.Next(15));
            }
        });
        var breaking = Task.Run(async () =>
        {
            await Task.Delay(200);
            await server.BreakReadersAsync();
            await Task.Delay(300);
            await server.StopApiAsync();
            await server.StartApiAsync();
        });
        var clients = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => FollowAsync(
            i % 2 == 0 ? null : "main", new Random((seed * 100) + i), async () => writing.IsCompleted && breaking.IsCompleted ? await server.HeadAsync() : long.MaxValue))));
        await Task.WhenAll(writing, breaking);

        var log = (await server.LogAsync()).Where(e => DecisionChannel.Types.Contains(e.Type)).ToList();
        foreach (var (portfolio, from, positions) in clients)
        {
            var expected = log.Where(e => e.SeqId > from && (portfolio is null || EventPortfolio.Of(e) == portfolio)).Select(e => e.SeqId);
            Assert.True(expected.SequenceEqual(positions), $"seed {seed}, portfolio {portfolio}: expected {expected.Count()}, got {positions.Count}");
        }
    }

    [Fact]
    public async Task The_snapshot_has_the_newest_decisions_and_the_deltas_begin_right_after_it()
    {
        var session = new Session(7, "main");
        foreach (var batch in session.Batches(200)) await server.AppendAsync(batch);
        await server.ProjectedAsync("decisions");
        await using var client = await StreamClient.HelloAsync(server.Address, key);
        await client.SendAsync("""{"type":"subscribe","id":"d","channel":"decisions","portfolio":"main"}""");
        var snapshot = await client.NextAsync("snapshot");
        var position = long.Parse((string)snapshot["position"]!);
        Assert.InRange(position, 1, await server.HeadAsync());
        var newest = await new Projections.Reading.ReadModels(server.Database.Reader).DecisionsAsync("main");
        Assert.Equal(newest.Items.Select(d => (d.DecisionId, d.Reason)), snapshot["decisions"]!.AsArray().Select(d => ((string)d!["decisionId"]!, (string)d["reason"]!)));
        Assert.Equal(newest.Items[0].Quantity, decimal.Parse((string)snapshot["decisions"]![0]!["quantity"]!));

        var halt = session.Event("risk-main", new Domain.Risk.KillSwitchEngaged("main", Domain.Risk.KillSwitchScope.Portfolio, null, Domain.Risk.KillSwitchMode.ReduceOnly, "ops", "a drill"));
        await server.AppendAsync(new EventStore.AppendBatch([halt], DateTimeOffset.UtcNow));
        while (true)
        {
            var delta = await client.NextAsync("delta");
            var last = delta["events"]!.AsArray()[^1]!;
            if ((string?)last["type"] != "kill_switch_engaged" || (string?)last["data"]!["reason"] != "a drill") continue;
            Assert.Equal(("main", "risk-main"), ((string?)last["portfolio"], (string?)last["stream"]));
            Assert.Equal((await server.HeadAsync()).ToString(), (string?)delta["position"]);
            break;
        }
    }

    [Fact]
    public async Task A_heartbeat_moves_the_position_over_what_is_not_told()
    {
        var session = new Session(3, "main");
        session.Open("main");
        await server.AppendAsync(session.Batch("main"));
        await using var client = await StreamClient.HelloAsync(server.Address, key);
        await client.SendAsync("""{"type":"subscribe","id":"d","channel":"decisions","resumeAfter":"0"}""");
        Assert.Equal("0", (string?)(await client.NextAsync("snapshot"))["position"]);
        session.Signal("main", "SPY.ARCX");
        await server.AppendAsync(session.Batch("main"));
        while (true)
        {
            var beat = (await client.NextAsync())!;
            Assert.Equal(("heartbeat", "d", "1"), ((string?)beat["type"], (string?)beat["id"], (string?)beat["seq"]));
            if ((string?)beat["position"] == (await server.HeadAsync()).ToString()) break;
        }
    }

    [Fact]
    public async Task A_server_that_ends_says_so()
    {
        await using var client = await StreamClient.HelloAsync(server.Address, key);
        await client.SendAsync("""{"type":"subscribe","id":"d","channel":"decisions"}""");
        await client.NextAsync("snapshot");
        await server.StopApiAsync();
        Assert.Equal(1001, (await client.ClosedAsync()).Status);
    }

    /// <summary>Follows, breaks off now and then, comes back, and resumes from the last position it has.</summary>
    private async Task<(string? Portfolio, long From, List<long> Positions)> FollowAsync(string? portfolio, Random random, Func<Task<long>> end)
    {
        var about = portfolio is null ? "" : $",\"portfolio\":\"{portfolio}\"";
        string? resume = null;
        long? from = null;
        var positions = new List<long>();
        var patience = Environment.TickCount64 + 60_000;
        while (true)
        {
            Assert.True(Environment.TickCount64 < patience, "no end after 60 s");
            try
            {
                await using var client = await StreamClient.HelloAsync(server.Address, key);
                await client.SendAsync($$"""{"type":"subscribe","id":"d","channel":"decisions"{{about}}{{(resume is null ? "" : $",\"resumeAfter\":\"{resume}\"")}}}""");
                var sequence = 0L;
                for (var left = random.Next(5, 60); left > 0; left--)
                {
                    if (await client.NextAsync() is not { } frame) break;
                    Assert.True((string?)frame["type"] is "snapshot" or "delta" or "heartbeat", frame.ToJsonString());
                    if ((string?)frame["type"] != "heartbeat") sequence++;
                    Assert.Equal(sequence, long.Parse((string)frame["seq"]!));
                    Assert.Equal((string?)frame["type"] == "snapshot", sequence == 1 && (string?)frame["type"] != "heartbeat");
                    resume = (string)frame["position"]!;
                    from ??= long.Parse(resume);
                    foreach (var e in frame["events"]?.AsArray() ?? []) positions.Add(long.Parse((string)e!["position"]!));
                    if (long.Parse(resume) >= await end()) return (portfolio, from.Value, positions);
                }
            }
            catch (Exception e) when (e is HttpRequestException or InvalidOperationException or System.Net.WebSockets.WebSocketException or IOException or ArgumentNullException)
            {
                // The server is away: come back.
                await Task.Delay(30);
            }
        }
    }
}
