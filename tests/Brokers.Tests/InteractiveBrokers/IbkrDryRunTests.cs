using EventSourcedTrading.Brokers.InteractiveBrokers;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrDryRunTests : IbkrDesk
{
    protected override IbkrOptions Changed(IbkrOptions options) => options with { DryRun = true };

    [Fact]
    public async Task An_order_is_previewed_by_the_broker_and_rendered()
    {
        var reply = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal(ReplyKind.NotSent, reply.Kind);
        Assert.StartsWith("dry run: nothing was sent; the broker's preview: amount 4,900 USD (10 Shares), commission 0 USD, total 4,900 USD, initial after 2,450", reply.Text);
        Assert.StartsWith("POST /v1/api/iserver/account/DU1234567/orders HTTP/1.1\n", reply.Request);
        Assert.EndsWith("""{"orders":[{"acctId":"DU1234567","conid":756733,"cOID":"fund-1","orderType":"LMT","side":"BUY","tif":"DAY","quantity":10,"price":490,"outsideRTH":false}]}""", reply.Request);
        Assert.Equal((1, 0), (Calls("POST", "/iserver/account/{accountId}/orders/whatif"), Calls("POST", "/iserver/account/{accountId}/orders")));
        Assert.Empty(Broker.Venue.Orders);
    }

    [Fact]
    public async Task A_change_and_a_cancel_are_rendered()
    {
        var change = await Adapter.ReplaceAsync(Limit(price: 480m), Spy, "123", Ct);
        Assert.StartsWith("POST /v1/api/iserver/account/DU1234567/order/123 HTTP/1.1\n", change.Request);
        Assert.StartsWith("DELETE /v1/api/iserver/account/DU1234567/order/ID-OF-fund-1 HTTP/1.1\n", (await Adapter.CancelAsync(Limit(), null, Ct)).Request);
    }

    [Fact]
    public async Task A_preview_that_fails_is_told_and_changes_nothing()
    {
        Broker.Faults.Add("serverError preview 100%");
        var reply = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal(ReplyKind.NotSent, reply.Kind);
        Assert.Contains("no preview: ibkr: POST", reply.Text);
        Assert.NotNull(reply.Request);
    }
}
