using System.Diagnostics;
using System.Text.Json.Nodes;
using EventSourcedTrading.Integration;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests.GraphQL;

/// <summary>Clients from npm that know nothing of us look into a platform that trades, while its API is stopped and started.</summary>
public sealed class ClientTests(Plane plane) : IClassFixture<Plane>
{
    private const int Decisions = 24;

    [Fact]
    public async Task A_subscription_survives_restarts_without_losing_or_repeating_a_decision()
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        var market = new Market();
        await using var agent = new OutsideAgent(plane.World, Plane.Agent);
        Assert.NotNull((await agent.TradeAsync(market)).DecisionId);

        using var client = await NodeProgram.StartAsync("platform-clients.mjs");
        try
        {
            var address = new Uri(plane.Addresses[0], "/graphql").ToString();
            await client.StandardInput.WriteLineAsync(new JsonObject
            {
                ["http"] = address, ["ws"] = address.Replace("http:", "ws:", StringComparison.Ordinal), ["key"] = plane.Viewer,
                ["query"] = "{ portfolio(id: \"main\") { id orders(first: 1) { nodes { orderId decision { votes { agent } } executions { quantity } } } } }",
            }.ToJsonString());
            var asked = await NextAsync(client);
            Assert.Null((string?)asked["error"]);
            Assert.Equal("main", (string?)asked["data"]!["portfolio"]!["id"]);
            Assert.Contains("Schema is not configured to execute mutation operation", (string?)asked["mutation"], StringComparison.Ordinal);

            var (heard, closed, count) = (new List<long>(), new List<int>(), 1);
            var trading = TradeAsync(agent, market, () => Volatile.Read(ref count));
            // 1001: going away; what the client meets while nobody listens has another code.
            while (heard.Count < Decisions || closed.Count(code => code == 1001) < 2)
            {
                var told = await NextAsync(client);
                Assert.True(told["errors"] is null, told.ToJsonString());
                if (told["closed"] is { } code) closed.Add((int)code);
                else heard.Add(long.Parse((string)told["position"]!));
                Volatile.Write(ref count, heard.Count);
                if (told["decision"] is { } decision) Assert.NotNull(decision["decisionId"]);
            }

            await trading;
            Assert.Equal((await plane.World.LogAsync("decision_made")).Select(e => e.SeqId), heard);
        }
        finally
        {
            if (!client.HasExited) client.Kill();
        }
    }

    private async Task TradeAsync(OutsideAgent agent, Market market, Func<int> heard)
    {
        for (var made = 2; made <= Decisions; made++)
        {
            await agent.TradeAsync(market);
            if (made is not (8 or 16)) continue;
            // The client must be there, or the restart is none to it; what it misses meanwhile is what the next ones are.
            await Eventually.TrueAsync(() => heard() > made - 4, "the client follows");
            await plane.RestartApiAsync();
        }
    }

    private static async Task<JsonNode> NextAsync(Process client) =>
        JsonNode.Parse(await client.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) ?? throw new InvalidOperationException("the client has ended"))!;
}
