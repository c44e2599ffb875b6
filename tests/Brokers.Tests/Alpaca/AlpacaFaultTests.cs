using System.Net;
using System.Net.Sockets;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

public sealed class AlpacaFaultTests : AlpacaDesk
{
    protected override double AnswerWithin => 2;

    [Theory]
    [InlineData("dropResponse submit 1", ReplyKind.Unknown, 1)]
    [InlineData("serverError submit 1", ReplyKind.Unknown, 0)]
    [InlineData("serverErrorAfter submit 1", ReplyKind.Unknown, 1)]
    [InlineData("reject submit 1", ReplyKind.Refused, 0)]
    public async Task An_order_is_sent_once_whatever_comes_back(string fault, ReplyKind kind, int orders)
    {
        Broker.Faults.Add(fault);
        var reply = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal((kind, 1, orders), (reply.Kind, Calls("POST"), Broker.Venue.Orders.Count));
        Assert.NotEqual("", reply.Text);
        Assert.Equal(orders == 0, await Adapter.FindAsync("fund-1", Ct) is null);
    }

    [Fact]
    public async Task Silence_leaves_an_order_in_doubt()
    {
        Broker.Faults.Add("halfOpen submit 1, halfOpen cancel 1, halfOpen replace 1");
        var reply = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal((ReplyKind.Unknown, "no answer within 2 s"), (reply.Kind, reply.Text));
        Assert.Null(await Adapter.FindAsync("fund-1", Ct));
        var id = await AcceptedAsync(Limit());
        Assert.Equal(ReplyKind.Unknown, (await Adapter.ReplaceAsync(Limit(price: 480m), Spy, id, Ct)).Kind);
        Assert.Equal(ReplyKind.Unknown, (await Adapter.CancelAsync(Limit(), id, Ct)).Kind);
        Assert.Equal(ReplyKind.Accepted, (await Adapter.CancelAsync(Limit(), id, Ct)).Kind);
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_know_either()
    {
        Broker.Faults.Add("halfOpen submit 1");
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        Assert.Equal(new(ReplyKind.Unknown, null, "given up by the caller"), await Adapter.SubmitAsync(Limit(), Spy, soon.Token));
        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        Assert.Equal(new(ReplyKind.Refused, null, "given up by the caller"), await Adapter.SubmitAsync(Limit(), Spy, before.Token));
    }

    [Fact]
    public async Task An_order_whose_answer_was_lost_is_accepted_when_it_is_sent_again()
    {
        Broker.Faults.Add("dropResponse submit 1");
        Assert.Equal(ReplyKind.Unknown, (await Adapter.SubmitAsync(Limit(), Spy, Ct)).Kind);
        var again = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal(new(ReplyKind.Accepted, Assert.Single(Broker.Venue.Orders).Id, "accepted before, new"), again);
        var other = await Adapter.SubmitAsync(Limit(quantity: 11m), Spy, Ct);
        Assert.Equal((ReplyKind.Refused, "orderId 'fund-1' is taken by another order, buy 10 SPY"), (other.Kind, other.Text));
        Broker.Faults.Add("serverError order 100%");
        Assert.Equal(ReplyKind.Unknown, (await Adapter.SubmitAsync(Limit(), Spy, Ct)).Kind);
    }

    [Fact]
    public async Task Who_cannot_be_reached_was_not_asked()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var nobody = new Uri($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}/");
        taken.Stop();
        await using var lonely = new AlpacaAdapter(Quick(nobody), TimeProvider.System);
        Assert.Equal(ReplyKind.Refused, (await lonely.SubmitAsync(Terms(), Spy, Ct)).Kind);
        Assert.Equal(ReplyKind.Refused, (await lonely.CancelAsync(Terms(), "id", Ct)).Kind);
        Assert.Equal(ReplyKind.Refused, (await lonely.ReplaceAsync(Terms(), Spy, null, Ct)).Kind);
        await Assert.ThrowsAsync<BrokerException>(() => lonely.ConnectAsync(Ct));
    }

    [Theory]
    [InlineData("dropResponse")]
    [InlineData("serverError")]
    [InlineData("serverErrorAfter")]
    public async Task Questions_are_asked_again(string fault)
    {
        await AcceptedAsync(Terms());
        foreach (var point in (string[])["account", "order", "orders", "positions", "executions"]) Broker.Faults.Add($"{fault} {point} 1, {fault} {point} 2");
        Assert.Equal(95_000m, (await Adapter.AccountAsync(Ct)).Cash["USD"]);
        Assert.NotNull(await Adapter.FindAsync("fund-1", Ct));
        Assert.Empty(await Adapter.OpenOrdersAsync(Ct));
        Assert.Single(await Adapter.PositionsAsync(Ct));
        Assert.Single(await Adapter.ExecutionsAsync(default, Ct));
        Assert.Equal(10, Broker.Faults.Struck.Count);
    }

    [Fact]
    public async Task A_question_that_is_never_answered_says_so()
    {
        Broker.Faults.Add("serverError account 100%, halfOpen positions 100%");
        Assert.Equal("alpaca: GET v2/account: answered 503: {\"code\":50310000,\"message\":\"service unavailable\"}. It is safe to ask again", (await Assert.ThrowsAsync<BrokerException>(() => Adapter.AccountAsync(Ct))).Message);
        Assert.Equal(4, Calls("GET"));
        var silent = await Assert.ThrowsAsync<BrokerException>(() => Adapter.PositionsAsync(Ct));
        Assert.Equal("alpaca: GET v2/positions: no answer within 2 s. It is safe to ask again", silent.Message);
    }

    [Fact]
    public async Task When_most_calls_fail_the_broker_is_left_alone_for_a_while()
    {
        var time = new ManualTime();
        await using var careful = new AlpacaAdapter(Options with { Limits = Options.Limits with { BreakAfter = 4, Retries = 1, BreakFor = TimeSpan.FromMinutes(1) } }, time);
        Broker.Faults.Add("serverError submit 100%");
        for (var i = 0; i < 4; i++) Assert.Equal(ReplyKind.Unknown, (await careful.SubmitAsync(Limit(), Spy, Ct)).Kind);
        var spared = await careful.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal((ReplyKind.Refused, 4), (spared.Kind, Calls("POST")));
        Assert.StartsWith("not asked: too many calls have failed", spared.Text);
        // Questions have a breaker of their own, or nobody could ask what became of the orders.
        Assert.Null(await careful.FindAsync("fund-1", Ct));
        Broker.Faults.Clear();
        time.Pass(TimeSpan.FromSeconds(61));
        Assert.Equal(ReplyKind.Accepted, (await careful.SubmitAsync(Limit(), Spy, Ct)).Kind);
    }
}
