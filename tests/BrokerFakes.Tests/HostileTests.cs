using System.Text;
using System.Text.Json.Nodes;

namespace EventSourcedTrading.BrokerFakes.Tests;

public sealed class HostileTests
{
    private const int Seed = 97;

    private static readonly string[] Values =
        ["null", "true", "[]", "{}", "[[1]]", "\"\"", "\"SPY\"", "\"buy\"", "\"BUY\"", "\"limit\"", "\"LMT\"", "\"day\"", "\"DAY\"", "\"bracket\"", "756733", "1", "-1", "0", "1e400", "\"1e400\"", "\"9999999999999999999999999999\"", "1e-30", "{\"limit_price\":[]}", "\"\\u0000\""];

    private static readonly string[] Names =
        ["symbol", "qty", "notional", "side", "type", "time_in_force", "limit_price", "stop_price", "trail_price", "order_class", "take_profit", "stop_loss", "client_order_id", "conid", "orderType", "quantity", "price", "tif", "cOID", "parentId", "orders", "messageIds", "confirmed"];

    [Fact]
    public async Task No_body_breaks_Alpaca()
    {
        await using var broker = await FakeBroker.AlpacaAsync(new FakeSettings { CallsPerMinute = 1_000_000 });
        broker.Venue.SetPrice("SPY", 500m);
        using var http = new HttpClient { BaseAddress = broker.Api };
        http.DefaultRequestHeaders.Add("APCA-API-KEY-ID", "AKTEST");
        http.DefaultRequestHeaders.Add("APCA-API-SECRET-KEY", "secret");
        await AllAnsweredAsync(http, [("POST", "v2/orders"), ("PATCH", "v2/orders/none"), ("GET", "v2/orders?limit=x&after=y"), ("DELETE", "v2/positions/SPY?qty=z"), ("GET", "v2/account/activities?page_size=-1")]);
    }

    [Fact]
    public async Task No_body_breaks_Interactive_Brokers()
    {
        await using var broker = await FakeBroker.IbkrAsync(new FakeSettings { CallsPerMinute = 1_000_000 });
        using var http = new HttpClient { BaseAddress = broker.Api };
        await http.CallAsync("POST", "iserver/auth/ssodh/init", new JsonObject());
        await http.CallAsync("GET", "iserver/accounts");
        await AllAnsweredAsync(http, [("POST", "iserver/account/DU1234567/orders"), ("POST", "iserver/account/DU1234567/orders/whatif"), ("POST", "iserver/reply/x"), ("POST", "iserver/questions/suppress"), ("POST", "iserver/account")]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"action\":\"authenticate\",\"data\":[]}")]
    [InlineData("{\"action\":\"authenticate\",\"data\":7}")]
    [InlineData("{\"action\":[],\"action\":1}")]
    public async Task No_message_breaks_the_stream(string text)
    {
        await using var broker = await FakeBroker.AlpacaAsync();
        await using var stream = await SocketClient.OpenAsync(broker.Address, "/stream");
        await stream.SendAsync(text);
        await stream.SendAsync("{\"action\":\"dance\"}");
        Assert.NotNull(await stream.NextAsync());
    }

    private static async Task AllAnsweredAsync(HttpClient http, (string Method, string Path)[] calls)
    {
        var random = new Random(Seed);
        for (var i = 0; i < 1_000; i++)
        {
            var (method, path) = calls[random.Next(calls.Length)];
            var fields = string.Join(',', Enumerable.Range(0, random.Next(12)).Select(_ => $"\"{Names[random.Next(Names.Length)]}\":{Values[random.Next(Values.Length)]}"));
            var body = random.Next(8) switch { 0 => Values[random.Next(Values.Length)], 1 => $"[{{{fields}}}]", 2 => $"{{\"orders\":[{{{fields}}}]}}", 3 => $"{{{fields}", _ => $"{{{fields}}}" };
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode < 500 && (text.Length == 0 || JsonNode.Parse(text) is not null), $"seed {Seed}, call {i}: {method} {path} {body} was answered {(int)response.StatusCode} {text}");
        }
    }
}
