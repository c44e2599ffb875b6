using EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;

namespace EventSourcedTrading.BrokerFakes.Tests.Faults;

public sealed class IbkrFaultTests : IbkrFixture
{
    [Fact]
    public async Task An_answer_that_is_lost_leaves_an_order_under_its_client_id()
    {
        Broker.Faults.Add("dropResponse submit 1");
        await Assert.ThrowsAsync<HttpRequestException>(() => SubmitAsync(Ticket("cOID=lost")));
        Assert.Equal(["lost"], (await LiveAsync()).All("order_ref"));
        Assert.Contains("already registered", (await SubmitAsync(Ticket("cOID=lost")))["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reject submit 1", 200)]
    [InlineData("tooManyRequests submit 1", 429)]
    [InlineData("serverError submit 1", 503)]
    public async Task A_failure_before_the_order_leaves_none(string fault, int status)
    {
        Broker.Faults.Add(fault);
        var said = await SubmitAsync(Ticket());
        Assert.Equal(status, said.Code);
        Assert.NotEmpty(said["error"]);
        Assert.Empty(Broker.Venue.Orders);
    }

    [Fact]
    public async Task An_order_that_the_venue_rejects_is_inactive()
    {
        Broker.Faults.Add("reject venue 1");
        await using var stream = await FollowOrdersAsync();
        var id = await PlaceAsync();
        Assert.Equal("Inactive", await StatusAsync(id));
        Assert.Equal(["PendingSubmit", "Inactive"], (await stream.NextAsync(2)).Select(m => $"{m["args"]![0]!["status"]}"));
    }

    [Fact]
    public async Task A_report_of_an_unknown_order_has_an_id_of_the_same_size_and_is_nobodys()
    {
        Broker.Faults.Add("unknownOrderReport fill 1");
        await using var stream = await FollowOrdersAsync();
        var id = await PlaceAsync("cOID=mine1");
        var told = (await stream.NextAsync(4)).Select(m => m["args"]![0]!).ToList();
        Assert.Equal(["mine1", "mine1", "mine1", "stranger-mine1"], told.Select(o => $"{o["order_ref"]}"));
        Assert.NotEqual(int.Parse(id), told[3]["orderId"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_cancel_is_refused_by_the_answer_or_comes_too_late()
    {
        Broker.Faults.Add("reject cancel 1, fillAfterCancel cancel 1");
        var id = await PlaceAsync("orderType=LMT price=490");
        Assert.Contains("fault", (await Http.CallAsync("DELETE", $"iserver/account/{Account}/order/{id}"))["error"], StringComparison.Ordinal);
        Assert.Equal("Submitted", await StatusAsync(id));
        Assert.Equal("Request was submitted", (await Http.CallAsync("DELETE", $"iserver/account/{Account}/order/{id}"))["msg"]);
        Assert.Equal("Filled", await StatusAsync(id));
        Assert.Single(Broker.Venue.Executions);
    }

    /// <summary>Behind the greeting, and behind the orders that there were before.</summary>
    private async Task<SocketClient> FollowOrdersAsync()
    {
        var stream = await SocketClient.OpenAsync(Broker.Address, "/v1/api/ws");
        await stream.NextAsync(3);
        await stream.SendAsync("sor+{}");
        await stream.NextAsync();
        return stream;
    }
}
