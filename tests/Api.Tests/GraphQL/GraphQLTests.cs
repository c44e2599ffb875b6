using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using EventSourcedTrading.Api.GraphQL;
using HotChocolate.Types;

namespace EventSourcedTrading.Api.Tests.GraphQL;

/// <summary>The platform's schema, asked over HTTP while the platform runs.</summary>
public sealed class GraphQLTests(Plane plane) : IClassFixture<Plane>
{
    [Fact]
    public async Task A_portfolio_tells_what_it_holds_and_what_it_has_at_risk()
    {
        var said = await AskAsync(plane.Viewer, """
            { portfolio(id: "main") {
                id baseCurrency state equity { equity cash } cash { currency balance } positions { instrument quantity }
                risk { position equity openOrders whole { gross worstNet } byInstrument { key net } headroom { rule dimension key used limit left unit } }
                strategies { agent state } killSwitches { mode } profitByDay(from: "2000-01-01", agent: "ada@1.0.0") { day agent net } orders(first: 3) { nodes { orderId } pageInfo { hasNextPage } totalCount } } }
            """);

        Assert.True(said["errors"] is null, said.ToJsonString() + string.Join("\n", plane.World.Complaints.Lines));
        var portfolio = said["data"]!["portfolio"]!;
        Assert.Equal("main", (string?)portfolio["id"]);
        Assert.Equal((string?)portfolio["equity"]!["equity"], (string?)portfolio["risk"]!["equity"]);
        Assert.Equal(Plane.Agent, (string?)portfolio["strategies"]![0]!["agent"]);
    }

    [Fact]
    public async Task A_field_that_takes_a_role_is_refused_and_the_refusal_is_on_record()
    {
        var said = await AskAsync(plane.Viewer, "{ portfolios { id } events(first: 1) { nodes { position } } }");

        Assert.Equal(("FORBIDDEN", "events"), ((string?)said["errors"]![0]!["extensions"]!["code"], (string?)said["errors"]![0]!["path"]![0]));
        var viewer = await plane.ReferenceAsync("vera");
        await Eventually.TrueAsync(async () => (await plane.TurnedAwayAsync(e => e.Actor == viewer && e.Operation == "readAudit" ? e.Code : null)).Contains("FORBIDDEN"), "the refusal is on record");
    }

    [Fact]
    public async Task An_auditor_finds_events_why_they_are_there_and_that_they_are_in_the_log()
    {
        var said = await AskAsync(plane.Auditor, """
            { events(first: 2, where: { type: "portfolio_opened" }) { nodes { position id type data actor } pageInfo { endCursor } } log { size signedSize indexedTo } readModels { name state lag } }
            """);
        Assert.True(said["errors"] is null, said.ToJsonString() + string.Join("\n", plane.World.Complaints.Lines));
        var opened = said["data"]!["events"]!["nodes"]![0]!;
        Assert.Equal("main", (string?)opened["data"]!["portfolio"]);

        var position = (string?)opened["position"];
        var more = await AskAsync(plane.Auditor, "query ($at: Position!, $size: Position) { why(position: $at) { ends nodes { depth event { type } } } consequences(position: $at) { nodes { event { position } } } inclusionProof(position: $at, size: $size) { leafHash path root } }",
            new JsonObject { ["at"] = position, ["size"] = (string?)said["data"]!["log"]!["size"] });
        Assert.True(more["errors"] is null, more.ToJsonString());
        Assert.Equal("portfolio_opened", (string?)more["data"]!["why"]!["nodes"]![0]!["event"]!["type"]);
    }

    /// <summary>Whatever the schema lets be asked for, an index has to serve.</summary>
    [Fact]
    public async Task Whatever_a_filter_offers_is_answered()
    {
        var asked = 0;
        foreach (var list in PlatformSchema.Create().QueryType!.Fields.Where(f => f.Name != "events" && f.Arguments.Contains("where")))
        {
            foreach (var field in FieldsOf(list.Arguments.Single(a => a.Name == "where")))
            {
                foreach (var operation in FieldsOf(field))
                {
                    var value = operation.Type.NamedType() switch { EnumType words => words.Values[0].Name, { Name: "DateTime" } => "\"2013-10-07T13:31:00Z\"", _ => "\"1\"" };
                    var said = await AskAsync(plane.Viewer, $"{{ {list.Name}(first: 1, where: {{ {field.Name}: {{ {operation.Name}: {value} }} }}) {{ totalCount }} }}");
                    Assert.True(said["errors"] is null, $"{list.Name} by {field.Name} {operation.Name}: {said.ToJsonString()}");
                    asked++;
                }
            }
        }

        Assert.True(asked > 60, $"{asked} questions are few: is there no list with a filter?");

        static Members<InputField> FieldsOf(InputField field) => ((InputObjectType)field.Type.NamedType()).Fields;
    }

    [Theory]
    [InlineData("{ orders(first: 501) { nodes { orderId } } }", "BAD_PAGE")]
    [InlineData("{ orders(first: 1, last: 1) { nodes { orderId } } }", "BAD_PAGE")]
    [InlineData("{ orders(after: \"nonsense\") { nodes { orderId } } }", "BAD_FILTER")]
    [InlineData("{ positions(asOf: { position: \"99999999\" }) { quantity } }", "NOT_READ_YET")]
    public async Task What_cannot_be_asked_is_told_with_a_code(string query, string code) =>
        Assert.Equal(code, (string?)(await AskAsync(plane.Viewer, query))["errors"]![0]!["extensions"]!["code"]);

    [Fact]
    public async Task Nobody_comes_in_without_a_key()
    {
        var said = await plane.SendAsync(null, HttpMethod.Post, "/graphql", """{"query":"{ portfolios { id } }"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, said.Status);
        Assert.Contains("Bearer", said.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await plane.SendAsync(plane.Admin, HttpMethod.Post, "/graphql", """{"query":"{ portfolios { id } }"}""")).Status);
    }

    [Fact]
    public async Task A_key_that_is_revoked_ends_what_came_in_with_it()
    {
        var key = await plane.KeyAsync("rover", Domain.Control.Role.Viewer);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new UriBuilder(plane.Addresses[0]) { Scheme = "ws", Path = "/graphql" }.Uri, CancellationToken.None);
        await SayAsync(socket, new JsonObject { ["type"] = "connection_init", ["payload"] = new JsonObject { ["authorization"] = $"Bearer {key}" } });
        Assert.Equal("""{"type":"connection_ack"}""", await HearAsync(socket));
        await SayAsync(socket, new JsonObject { ["id"] = "1", ["type"] = "subscribe", ["payload"] = new JsonObject { ["query"] = "subscription { decisions { position } }" } });

        await plane.Keys.RevokeAsync(key.Split('_')[1], "database", "a test", CancellationToken.None);

        Assert.StartsWith("4401 UNAUTHENTICATED", await HearAsync(socket), StringComparison.Ordinal);
    }

    private static Task SayAsync(ClientWebSocket socket, JsonObject message) => socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<string> HearAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4_096];
        var got = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        return got.MessageType == WebSocketMessageType.Close ? $"{(int)socket.CloseStatus!} {socket.CloseStatusDescription}" : Encoding.UTF8.GetString(buffer, 0, got.Count);
    }

    private async Task<JsonNode> AskAsync(string key, string query, JsonObject? variables = null) =>
        (await plane.SendAsync(key, HttpMethod.Post, "/graphql", new JsonObject { ["query"] = query, ["variables"] = variables }.ToJsonString())).Body;
}
