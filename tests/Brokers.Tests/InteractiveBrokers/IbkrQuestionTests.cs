using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.Brokers.InteractiveBrokers;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrQuestionTests() : IbkrDesk(null, new IbkrSettings(Questions: [Question.NoMarketData, Question.PriceCap]))
{
    protected override double AnswerWithin => 2;

    protected override IbkrOptions Changed(IbkrOptions options) => options with { Confirmed = new HashSet<string> { "o354", "o163" } };

    [Fact]
    public async Task Questions_on_the_list_are_confirmed_one_after_the_other()
    {
        var id = await AcceptedAsync(Limit());
        Assert.Equal(2, Calls("POST", "/iserver/reply/{replyId}"));
        Assert.Equal(ReplyKind.Accepted, (await Adapter.ReplaceAsync(Limit(price: 480m), Spy, id, Ct)).Kind);
        Assert.Equal((4, 480m), (Calls("POST", "/iserver/reply/{replyId}"), Broker.Venue.Find(id)!.Ticket.LimitPrice));
    }

    [Theory]
    [InlineData("o354", "o163", "price percentage limit")]
    [InlineData("o163", "o354", "without market data")]
    [InlineData("p12", "o354", "without market data")]
    public async Task Any_other_is_declined_and_the_order_is_looked_for_before_it_is_called_refused(string confirmed, string asked, string words)
    {
        await using var careful = new IbkrAdapter(Options with { Confirmed = new HashSet<string> { confirmed } }, TimeProvider.System);
        var reply = await careful.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal((ReplyKind.Refused, null), (reply.Kind, reply.BrokerOrderId));
        Assert.Contains($"({asked})", reply.Text);
        Assert.Contains(words, reply.Text);
        Assert.Empty(Broker.Venue.Orders);
        Assert.Contains(Broker.Traffic.Exchanges, e => e.Pattern == "/iserver/reply/{replyId}" && e.Request!.ToJsonString() == """{"confirmed":false}""");
        Assert.True(Calls("GET", "/iserver/account/orders") >= 2);
    }

    [Fact]
    public async Task A_declined_change_leaves_the_order_as_it_was()
    {
        var id = await AcceptedAsync(Limit());
        await using var careful = new IbkrAdapter(Options with { Confirmed = new HashSet<string>() }, TimeProvider.System);
        Assert.Equal((ReplyKind.Refused, id), await careful.ReplaceAsync(Limit(price: 480m), Spy, id, Ct) is { } reply ? (reply.Kind, reply.BrokerOrderId) : default);
        Assert.Equal(490m, Broker.Venue.Find(id)!.Ticket.LimitPrice);
    }

    [Fact]
    public async Task Whether_it_was_refused_is_not_known_if_it_cannot_be_looked_up()
    {
        await using var careful = new IbkrAdapter(Options with { Confirmed = new HashSet<string>() }, TimeProvider.System);
        Broker.Faults.Add("serverError orders 100%");
        var reply = await careful.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal(ReplyKind.Unknown, reply.Kind);
        Assert.Contains("could not be looked up", reply.Text);
    }

    [Theory]
    [InlineData("dropResponse reply 1", 0)]
    [InlineData("dropResponse reply 2", 1)]
    [InlineData("serverErrorAfter reply 2", 1)]
    [InlineData("halfOpen reply 2", 0)]
    [InlineData("dropResponse submit 1", 0)]
    public async Task A_lost_answer_to_a_reply_leaves_it_in_doubt_and_the_same_order_again_is_never_a_second(string fault, int orders)
    {
        Broker.Faults.Add(fault);
        var reply = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal((ReplyKind.Unknown, orders), (reply.Kind, Broker.Venue.Orders.Count));
        Assert.Equal(orders == 1, await Adapter.FindAsync("fund-1", Ct) is not null);
        Assert.Equal(ReplyKind.Accepted, (await Adapter.SubmitAsync(Limit(), Spy, Ct)).Kind);
        Assert.Single(Broker.Venue.Orders);
    }

    [Theory]
    [InlineData("prompt submit 1", "Price Management Algo")]
    [InlineData("prompt reply 1", "Price Management Algo")]
    [InlineData("reject reply 2", "fault: reply rejected")]
    public async Task A_rejection_in_between_is_one(string fault, string words)
    {
        Broker.Faults.Add(fault);
        var reply = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal(ReplyKind.Refused, reply.Kind);
        Assert.Contains(words, reply.Text);
        Assert.Empty(Broker.Venue.Orders);
    }

    [Fact]
    public async Task A_caller_who_gives_up_amid_the_questions_does_not_know()
    {
        await Adapter.ConnectAsync(Ct);
        Broker.Faults.Add("halfOpen reply 2");
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        Assert.Equal(new(ReplyKind.Unknown, null, "given up by the caller"), await Adapter.SubmitAsync(Limit(), Spy, soon.Token));
        Assert.Null(await Adapter.FindAsync("fund-1", Ct));
    }

    [Fact]
    public async Task Who_would_wait_too_long_for_the_orders_before_is_told_so_unsent()
    {
        var hasty = Options with { Limits = Options.Limits with { Timeout = TimeSpan.FromSeconds(0.3), LongestWait = TimeSpan.Zero } };
        await using var adapter = new IbkrAdapter(hasty, TimeProvider.System);
        await adapter.ConnectAsync(Ct);
        // Its contract is known from then on.
        Assert.Equal(ReplyKind.Accepted, (await adapter.SubmitAsync(Limit("fund-0"), Spy, Ct)).Kind);
        Broker.Faults.Add("halfOpen submit 100%");
        var replies = await Task.WhenAll(Enumerable.Range(1, 5).Select(number => adapter.SubmitAsync(Limit($"fund-{number}"), Spy, Ct)));
        Assert.Equal(["no answer within 0.3 s", "not asked: other orders were not acknowledged within 0.6 s"], replies.Select(r => r.Text).Distinct().Order());
        Assert.All(replies, r => Assert.Equal(r.Text.StartsWith("not asked", StringComparison.Ordinal) ? ReplyKind.Refused : ReplyKind.Unknown, r.Kind));
        Assert.Single(Broker.Venue.Orders);
    }

    [Fact]
    public async Task One_order_at_a_time_until_it_is_acknowledged()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(number => AcceptedAsync(Limit($"fund-{number}"))));
        var calls = Broker.Traffic.Exchanges.Where(e => e.Pattern.EndsWith("/orders", StringComparison.Ordinal) || e.Pattern == "/iserver/reply/{replyId}").Select(e => e.Pattern.Length).ToList();
        Assert.Equal(Enumerable.Repeat<int[]>([calls[0], calls[1], calls[1]], 8).SelectMany(c => c), calls);
    }
}

public sealed class IbkrEndlessQuestionTests() : IbkrDesk(null, new IbkrSettings(Questions: [.. Enumerable.Repeat(Question.NoMarketData, 12)]))
{
    [Fact]
    public async Task An_order_that_raises_too_many_is_not_confirmed()
    {
        await using var willing = new IbkrAdapter(Options with { Confirmed = new HashSet<string> { "o354" } }, TimeProvider.System);
        var reply = await willing.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal(ReplyKind.Refused, reply.Kind);
        Assert.Contains("more than 10 questions", reply.Text);
        Assert.Empty(Broker.Venue.Orders);
    }
}
