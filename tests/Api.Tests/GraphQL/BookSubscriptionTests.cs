using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EventSourcedTrading.Api.Tests.GraphQL;

/// <summary>Positions and profit as a subscription: at once, and again when they have changed, for all who listen alike.</summary>
public sealed class BookSubscriptionTests(Plane plane) : IClassFixture<Plane>
{
    private const string Book = "positions { instrument quantity lastPosition } profit { fees fills } equity { cash }";

    [Fact]
    public async Task Who_listens_has_in_the_end_what_the_read_model_says()
    {
        var market = new Market();
        await using var agent = new OutsideAgent(plane.World, Plane.Agent);
        using var early = await SubscribeAsync("");
        var first = await HearAsync(early);
        Assert.Empty(first["positions"]!.AsArray());

        for (var i = 0; i < 3; i++) Assert.Equal("approved", (await agent.TradeAsync(market)).Outcome);
        var fills = (await plane.World.LogAsync("order_filled")).Count;
        Assert.Equal(3, fills);
        using var late = await SubscribeAsync("");
        using var behind = await SubscribeAsync($", after: \"{(string)first["position"]!}\"");
        var heard = await Task.WhenAll(new[] { early, late, behind }.Select(async socket =>
        {
            var last = long.Parse((string)first["position"]!) - 1;
            while (true)
            {
                var told = await HearAsync(socket);
                var at = long.Parse((string)told["position"]!);
                Assert.True(at > last, $"{at} came after {last}");
                last = at;
                if ((int)told["profit"]!["fills"]! == fills) return told;
            }
        }));

        var asked = await plane.SendAsync(plane.Viewer, HttpMethod.Post, "/graphql", new JsonObject { ["query"] = $"{{ portfolio(id: \"main\") {{ {Book} }} }}" }.ToJsonString());
        foreach (var told in heard)
            foreach (var part in (string[])["positions", "profit", "equity"]) Assert.Equal(asked.Body["data"]!["portfolio"]![part]!.ToJsonString(), told[part]!.ToJsonString());
    }

    private async Task<ClientWebSocket> SubscribeAsync(string after)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new UriBuilder(plane.Addresses[0]) { Scheme = "ws", Path = "/graphql" }.Uri, CancellationToken.None);
        await SayAsync(new JsonObject { ["type"] = "connection_init", ["payload"] = new JsonObject { ["authorization"] = $"Bearer {plane.Viewer}" } });
        await SayAsync(new JsonObject { ["id"] = "1", ["type"] = "subscribe", ["payload"] = new JsonObject { ["query"] = $"subscription {{ positions(portfolio: \"main\"{after}) {{ position {Book} }} }}" } });
        Assert.Equal("connection_ack", (string?)(await NextAsync(socket))["type"]);
        return socket;

        Task SayAsync(JsonObject message) => socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
    }

    private static async Task<JsonNode> HearAsync(ClientWebSocket socket)
    {
        var message = await NextAsync(socket);
        return message["payload"]?["data"]?["positions"] ?? throw new InvalidOperationException(message.ToJsonString());
    }

    private static async Task<JsonNode> NextAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16_384];
        var got = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, got.Count))!;
    }
}
