using System.Net;
using System.Text.Json.Nodes;
using EventSourcedTrading.Testing;
using Grpc.Core;

namespace EventSourcedTrading.Api.Tests;

/// <summary>PostgreSQL cannot hold U+0000: whoever asks for it is told what to mend, at every door, and nothing fails inside.</summary>
public sealed class NulTests(Plane plane) : IClassFixture<Plane>
{
    [Theory]
    [InlineData("""{ order(id: "\u0000") { orderId } }""", null, "Argument \"id\" has a text with U+0000")]
    [InlineData("""{ a: decision(id: "main\u{0}") { decisionId } }""", null, "Argument \"id\" has a text with U+0000")]
    [InlineData("""{ positions(portfolio: "\u0000") { quantity } }""", null, "Argument \"portfolio\" has a text with U+0000")]
    [InlineData("""{ orders(where: {portfolio: {in: ["main", "\u0000"]}}) { nodes { orderId } } }""", null, "Argument \"where\" has a text with U+0000")]
    [InlineData("""query ($id: String! = "\u0000") { order(id: $id) { orderId } }""", null, "Variable \"$id\" has a text with U+0000")]
    [InlineData("""query ($id: String!) { order(id: $id) { orderId } }""", """{"id":"\u0000"}""", "Variable \"$id\" got invalid value \"\\u0000\"; No text here can hold U+0000")]
    [InlineData("""query ($w: OrderFilterInput) { orders(where: $w) { nodes { orderId } } }""", """{"w":{"decisionId":{"in":["d","x\u0000y"]}}}""", "at \"w.decisionId.in[1]\"; No text here can hold U+0000")]
    public async Task Over_GraphQL(string query, string? variables, string told)
    {
        var said = await plane.SendAsync(plane.Viewer, HttpMethod.Post, "/graphql", new JsonObject { ["query"] = query, ["variables"] = variables is null ? null : JsonNode.Parse(variables) }.ToJsonString());

        Assert.Contains(told, (string)Assert.Single(said.Body["errors"]!.AsArray())!["message"]!, StringComparison.Ordinal);
        Assert.Null(said.Body["data"]);
    }

    [Theory]
    [InlineData("/v1/audit/events?order=%00", "order")]
    [InlineData("/v1/audit/events?actor=%00", "actor")]
    [InlineData("/v1/audit/events?text=a%00b", "text")]
    [InlineData("/v1/audit/events?after=%00", "after")]
    public async Task Over_HTTP_in_what_is_asked(string path, string field)
    {
        var said = await plane.GetAsync(plane.Auditor, path);

        Assert.Equal((HttpStatusCode.BadRequest, "BAD_FILTER", field), (said.Status, said["code"], said["field"]));
    }

    [Theory]
    [InlineData("halt", """{"reason":"\u0000"}""", "BAD_REASON")]
    [InlineData("kill-switches/engage", """{"scope":"agent","target":"a\u0000","mode":"halt","reason":"a test"}""", "BAD_TEXT")]
    [InlineData("kill-switches/engage", """{"scope":"instrument","target":"\u0000","mode":"halt","reason":"a test"}""", "BAD_TEXT")]
    [InlineData("policy/clear", """{"instrument":"\u0000","reason":"a test"}""", "BAD_TEXT")]
    public async Task Over_HTTP_in_a_command(string path, string body, string code)
    {
        var said = await plane.CommandAsync(plane.Rita, path, body);

        Assert.True(said["code"] == code, said.Body.ToJsonString() + string.Join("\n", plane.World.Complaints.Lines));
    }

    [Fact]
    public async Task Over_gRPC()
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        foreach (var (key, method, request) in new (string Key, string Method, object Request)[]
        {
            (plane.Viewer, "GetPortfolio", new { portfolio = "\0" }),
            (plane.Auditor, "ListCommands", new { portfolio = "\0" }),
            (plane.Olga, "HaltTrading", new { portfolio = "\0", idempotencyKey = "n-1", reason = "a test" }),
            (plane.Olga, "HaltTrading", new { portfolio = "main", idempotencyKey = "\0", reason = "a test" }),
            (plane.Olga, "CancelOrder", new { portfolio = "main", idempotencyKey = "n-2", reason = "a test", orderId = "\0" }),
            (plane.Olga, "PauseStrategy", new { portfolio = "main", idempotencyKey = "n-3", reason = "a test", agent = "\0" }),
            (plane.Rita, "Approve", new { approvalId = "\0", reason = "a test" }),
            (plane.Admin, "RevokeKey", new { keyId = "\0", reason = "a test" }),
        })
        {
            var answer = await plane.Grpc.CallAsync(method, request, new { metadata = new Dictionary<string, string> { ["authorization"] = $"Bearer {key}" } });
            Assert.True((int)StatusCode.InvalidArgument == answer.Code && answer.Trailer("est-code") is "BAD_TEXT", $"{method}: {answer.Code} {answer.Details}\n{string.Join("\n", plane.World.Complaints.Lines)}");
        }
    }
}
