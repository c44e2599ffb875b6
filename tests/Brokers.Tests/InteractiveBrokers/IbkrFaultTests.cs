using EventSourcedTrading.Brokers.InteractiveBrokers;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrFaultTests : IbkrDesk
{
    protected override double AnswerWithin => 2;

    [Theory]
    [InlineData("dropResponse submit 1", ReplyKind.Unknown, 1)]
    [InlineData("serverError submit 1", ReplyKind.Unknown, 0)]
    [InlineData("serverErrorAfter submit 1", ReplyKind.Unknown, 1)]
    [InlineData("tooManyRequests submit 1", ReplyKind.Refused, 0)]
    [InlineData("reject submit 1", ReplyKind.Refused, 0)]
    public async Task An_order_is_sent_once_whatever_comes_back(string fault, ReplyKind kind, int orders)
    {
        Broker.Faults.Add(fault);
        var reply = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal((kind, 1, orders), (reply.Kind, Calls("POST", "/iserver/account/{accountId}/orders"), Broker.Venue.Orders.Count));
        Assert.NotEqual("", reply.Text);
        if (kind == ReplyKind.Unknown) Assert.Equal(orders == 0, await Adapter.FindAsync("fund-1", Ct) is null);
    }

    [Theory]
    [InlineData("dropResponse")]
    [InlineData("serverErrorAfter")]
    [InlineData("halfOpen")]
    public async Task A_lost_answer_to_a_change_or_a_cancel_leaves_both_open(string fault)
    {
        var id = await AcceptedAsync(Limit());
        Broker.Faults.Add($"{fault} replace 1, {fault} cancel 1");
        Assert.Equal(ReplyKind.Unknown, (await Adapter.ReplaceAsync(Limit(price: 480m), Spy, id, Ct)).Kind);
        Assert.Equal(fault == "halfOpen" ? 490m : 480m, (await Adapter.FindAsync("fund-1", Ct))!.LimitPrice);
        Assert.Equal(ReplyKind.Unknown, (await Adapter.CancelAsync(Limit(), id, Ct)).Kind);
        Assert.Equal(fault == "halfOpen", !Domain.Orders.OrderTransitions.IsTerminal((await Adapter.FindAsync("fund-1", Ct))!.State));
    }

    [Fact]
    public async Task A_broker_that_is_gone_was_not_asked()
    {
        await Adapter.ConnectAsync(Ct);
        await using var adapter = new IbkrAdapter(Quick(new Uri("http://127.0.0.1:1/v1/api/")), TimeProvider.System);
        Assert.Equal(ReplyKind.Refused, (await adapter.SubmitAsync(Limit(), Spy, Ct)).Kind);
        await Assert.ThrowsAsync<BrokerException>(() => adapter.FindAsync("fund-1", Ct));
        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        Assert.Equal(ReplyKind.Refused, (await Adapter.SubmitAsync(Limit(), Spy, before.Token)).Kind);
        Assert.Empty(Broker.Venue.Orders);
    }

    [Fact]
    public async Task Questions_are_asked_again_and_fail_with_a_reason()
    {
        Broker.Faults.Add("serverError positions 1, dropResponse executions 1, serverError account 2");
        Assert.Empty(await Adapter.PositionsAsync(Ct));
        Assert.Empty(await Adapter.ExecutionsAsync(default, Ct));
        Broker.Faults.Add("serverError orders 100%");
        Assert.Contains("503", (await Assert.ThrowsAsync<BrokerException>(() => Adapter.OpenOrdersAsync(Ct))).Message);
    }
}
