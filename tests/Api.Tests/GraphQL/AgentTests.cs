using System.Text.Json.Nodes;

namespace EventSourcedTrading.Api.Tests.GraphQL;

/// <summary>What did this agent do, and what came of it? Asked from the decision on and back from the fill.</summary>
public sealed class AgentTests(Plane plane) : IClassFixture<Plane>
{
    [Fact]
    public async Task From_a_vote_to_its_fills_and_back()
    {
        var market = new Market();
        await using var agent = new OutsideAgent(plane.World, Plane.Agent);
        var (first, second) = (await agent.TradeAsync(market), await agent.TradeAsync(market));
        Assert.Equal(("approved", "approved"), (first.Outcome, second.Outcome));

        await Eventually.TrueAsync(async () => (await AskAsync("{ readModels { lag } }"))["data"]!["readModels"]!.AsArray().All(m => (string)m!["lag"]! == "0"), "the read models have followed");
        var said = await AskAsync($$"""
            { portfolio(id: "main") {
                decisions(where: { agent: { eq: "{{Plane.Agent}}" }, action: { eq: BUY } }, order: { position: ASC }) { totalCount nodes { decisionId votes { agent } orders { orderId executions { executionId } } } }
                fills(where: { agent: { eq: "{{Plane.Agent}}" } }, order: { position: ASC }) { totalCount nodes { executionId shares { agent } order { orderId decision { decisionId } } } } }
              decisions(where: { agent: { eq: "nobody@1.0.0" } }) { totalCount } fills(where: { agent: { eq: "nobody@1.0.0" } }) { totalCount }
              gone: portfolio(id: "gone") { id } again: portfolio(id: "main") { id } }
            """);
        Assert.True(said["errors"] is null, said.ToJsonString());
        var (data, portfolio) = (said["data"]!, said["data"]!["portfolio"]!);
        Assert.Equal((null, "main"), ((string?)data["gone"]?["id"], (string?)data["again"]!["id"]));
        Assert.Equal((0, 0), ((int)data["decisions"]!["totalCount"]!, (int)data["fills"]!["totalCount"]!));

        var (decisions, fills) = (portfolio["decisions"]!["nodes"]!.AsArray(), portfolio["fills"]!["nodes"]!.AsArray());
        Assert.Equal([first.DecisionId, second.DecisionId], decisions.Select(d => (string?)d!["decisionId"]));
        Assert.Equal([first.OrderId, second.OrderId], decisions.Select(d => (string?)Assert.Single(d!["orders"]!.AsArray())!["orderId"]));
        Assert.NotEmpty(fills);
        Assert.Equal(
            decisions.SelectMany(d => d!["orders"]![0]!["executions"]!.AsArray(), (d, e) => ((string?)e!["executionId"], (string?)d!["orders"]![0]!["orderId"], (string?)d["decisionId"])),
            fills.Select(f => ((string?)f!["executionId"], (string?)f["order"]!["orderId"], (string?)f["order"]!["decision"]!["decisionId"])));
    }

    private async Task<JsonNode> AskAsync(string query) =>
        (await plane.SendAsync(plane.Viewer, HttpMethod.Post, "/graphql", new JsonObject { ["query"] = query }.ToJsonString())).Body;
}
