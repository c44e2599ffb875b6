using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Tests.Alpaca;

namespace EventSourcedTrading.BrokerFakes.Tests.Venues;

public sealed class ControlTests : AlpacaFixture
{
    [Fact]
    public async Task A_person_sets_prices_fills_and_the_hours_and_sees_what_became_of_it()
    {
        var id = (await PlaceAsync("symbol=MSFT qty=10"))["id"];
        Assert.Equal(204, await SetAsync("fill", """{"id":"ID","quantity":4,"price":400}""", id));
        Assert.Equal(204, await SetAsync("price", """{"symbol":"MSFT","price":401,"size":6}"""));
        var rests = (await PlaceAsync("type=limit limit_price=400"))["id"];
        Assert.Equal(204, await SetAsync("reject", """{"id":"ID","reason":"halted"}""", rests));
        Assert.Equal(204, await SetAsync("market", """{"open":false}"""));
        Assert.Equal(204, await SetAsync("faults", """{"rules":"serverError clock 1"}"""));
        Assert.Equal(503, (await Http.CallAsync("GET", "/v2/clock")).Code);
        var state = (await Http.CallAsync("GET", "/fake/state")).Body!;
        Assert.Equal(["filled", "rejected"], state["orders"].All("state"));
        Assert.Equal(["4", "6"], state["executions"].All("quantity"));
        Assert.Equal(("95994", "false", "MSFT"), ($"{state["cash"]}", $"{state["marketOpen"]}", $"{state["positions"]![0]!["symbol"]}"));
        Assert.Equal("serverError clock 1", $"{state["struck"]![0]}");
        Assert.Equal(204, (await Http.CallAsync("DELETE", "/fake/faults")).Code);
        Assert.Empty(Broker.Faults.Rules);
    }

    [Theory]
    [InlineData("price", "{}", "symbol is missing")]
    [InlineData("price", """{"symbol":"SPY","price":-1}""", "price must be a number above 0")]
    [InlineData("fill", """{"id":"none","quantity":1,"price":1}""", "order none is not there")]
    [InlineData("faults", """{"rules":"x"}""", "has the form")]
    [InlineData("price", "{", "JSON")]
    public async Task What_cannot_be_done_says_why(string path, string body, string reason)
    {
        using var said = await Http.PostAsync($"/fake/{path}", new StringContent(body));
        Assert.Equal(400, (int)said.StatusCode);
        Assert.Contains(reason, $"{JsonNode.Parse(await said.Content.ReadAsStringAsync())!["detail"]}", StringComparison.Ordinal);
    }

    private async Task<int> SetAsync(string path, string body, string id = "") => (await Http.CallAsync("POST", $"/fake/{path}", JsonNode.Parse(body.Replace("ID", id, StringComparison.Ordinal)))).Code;
}
