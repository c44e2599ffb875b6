using System.Diagnostics;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Validation;

namespace EventSourcedTrading.BrokerFakes.Tests.Validation;

/// <summary>The judge itself: it must find what is wrong, or its silence elsewhere says nothing.</summary>
public sealed class SpecificationTests
{
    [Theory]
    [InlineData("GET", "/v2/clock", 200, """{"timestamp":1}""", "#/timestamp: StringExpected")]
    [InlineData("GET", "/v2/clock", 200, """{"is_open":"yes"}""", "#/is_open: BooleanExpected")]
    [InlineData("GET", "/v2/clock", 200, """{"timestamp":"yesterday"}""", "#/timestamp: DateTimeExpected")]
    [InlineData("GET", "/v2/orders/{order_id}", 200, """{"symbol":"SPY","notional":null,"qty":"1","type":"market","side":"hold","time_in_force":"day"}""", "#/side: NotInEnumeration 'hold'")]
    [InlineData("GET", "/v2/orders/{order_id}", 200, """{"notional":null,"qty":"1","type":"market","side":"buy","time_in_force":"day"}""", "#/symbol: PropertyRequired")]
    [InlineData("GET", "/v2/orders/{order_id}", 200, """{"symbol":"SPY","notional":null,"qty":"1","type":"market","side":"buy","time_in_force":"day","status":"cancelled"}""", "#/status: NotInEnumeration 'cancelled'")]
    [InlineData("GET", "/v2/orders?limit=x", 200, "[]", "query limit: 'x' is no integer")]
    [InlineData("GET", "/v2/orders?status=some", 200, "[]", "query status: 'some' is not of its enum")]
    [InlineData("GET", "/v2/orders?page=1", 200, "[]", "query page: is not in the file")]
    [InlineData("GET", "/v2/clocks", 200, "{}", "is not in the file")]
    [InlineData("GET", "/v2/clock", 302, null, "302: is not in the file")]
    public async Task Alpacas_file_finds_what_is_wrong(string method, string path, int status, string? body, string found)
    {
        var line = Assert.Single((await AlpacaAsync()).Check(new Exchange(method, path, path.Split('?')[0], null, status, body is null ? null : JsonNode.Parse(body), null)));
        Assert.Contains(found, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"conid":756733,"orderType":"MKT","side":"BUY","tif":"DAY"}""", "quantity: PropertyRequired")]
    [InlineData("""{"conid":"756733","orderType":"MKT","side":"BUY","tif":"DAY","quantity":1}""", "conid: IntegerExpected")]
    [InlineData("""{"conid":756733,"orderType":"MKT","side":"buy","tif":"DAY","quantity":1}""", "side: NotInEnumeration 'buy'")]
    public async Task A_wrong_submission_to_Interactive_Brokers_is_found_bare_and_wrapped(string ticket, string found)
    {
        var specification = await IbkrAsync();
        foreach (var request in new[] { $"[{ticket}]", $$"""{"orders":[{{ticket}}]}""" })
        {
            var exchange = new Exchange("POST", "/", "/iserver/account/{accountId}/orders", JsonNode.Parse(request), 200, JsonNode.Parse("""[{"order_id":"1"}]"""), null);
            Assert.Contains(found, Assert.Single(specification.Check(exchange)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""[{"order_id":"1","order_status":"Filled","encrypt_message":"1"}]""", true)]
    [InlineData("""[{"id":"1","message":["?"],"messageIds":["o1"],"isSuppressed":false}]""", true)]
    [InlineData("""{"error":"no"}""", true)]
    [InlineData("""{"orderId":1,"prompt":true,"options":["a"]}""", true)]
    [InlineData("""[{"order_id":1}]""", false)]
    [InlineData("""[{"order_id":"1","messageIds":["o1"]}]""", false)]
    [InlineData("""{"problem":"no"}""", false)]
    public async Task An_answer_must_be_one_of_the_four_kinds(string answer, bool agrees)
    {
        var request = JsonNode.Parse("""[{"conid":756733,"orderType":"MKT","side":"BUY","tif":"DAY","quantity":1}]""");
        Assert.Equal(agrees, (await IbkrAsync()).Check(new Exchange("POST", "/", "/iserver/account/{accountId}/orders", request, 200, JsonNode.Parse(answer), null)).Count == 0);
    }

    private static async Task<Specification> AlpacaAsync() => await FindAsync("alpaca", "alpaca-trading-openapi.yaml");

    private static async Task<Specification> IbkrAsync() => await FindAsync("ibkr", "ibkr-webapi-openapi.json");

    private static async Task<Specification> FindAsync(string broker, string file)
    {
        if (await Specification.FindAsync(broker, file, null) is { } found) return found;
        Assert.Skip($"{file} is not at hand; EST_SPECS names its folder");
        throw new UnreachableException();
    }
}
