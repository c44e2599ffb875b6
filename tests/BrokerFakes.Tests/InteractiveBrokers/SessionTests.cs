using System.Text.Json.Nodes;

namespace EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;

public sealed class SessionTests : IbkrFixture
{
    [Fact]
    public async Task Silence_ends_a_session_and_tickle_keeps_it()
    {
        Time.Pass(TimeSpan.FromMinutes(5));
        var tickle = await Http.CallAsync("POST", "tickle");
        Assert.True(tickle.Body!["iserver"]!["authStatus"]!["authenticated"]!.GetValue<bool>());
        Time.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(200, (await Http.CallAsync("GET", "iserver/accounts")).Code);
        Time.Pass(TimeSpan.FromMinutes(7));
        Assert.Equal(401, (await Http.CallAsync("GET", "iserver/accounts")).Code);
        Assert.False((await Http.CallAsync("POST", "iserver/auth/status")).Body!["authenticated"]!.GetValue<bool>());
        await Http.CallAsync("POST", "iserver/auth/ssodh/init", new JsonObject { ["publish"] = true, ["compete"] = true });
        Assert.Equal("Bad Request: Please query /accounts first", (await SubmitAsync(Ticket()))["error"]);
    }

    [Fact]
    public async Task Logout_ends_it_at_once()
    {
        Assert.Equal(200, (await Http.CallAsync("POST", "logout")).Code);
        Assert.Equal(401, (await Http.CallAsync("GET", "iserver/account/trades")).Code);
    }

    [Fact]
    public async Task An_account_can_be_chosen_if_it_is_ours()
    {
        Assert.True((await Http.CallAsync("POST", "iserver/account", Json.Of($"acctId={Account}"))).Body!["set"]!.GetValue<bool>());
        Assert.Equal(400, (await Http.CallAsync("POST", "iserver/account", Json.Of("acctId=U1"))).Code);
    }
}
