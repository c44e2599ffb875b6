using System.Collections.Concurrent;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.Brokers.InteractiveBrokers;
using EventSourcedTrading.Brokers.Tests.Alpaca;
using EventSourcedTrading.Domain.Orders;
using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

/// <summary>A broker that says what the fake does not, as clients have seen it.</summary>
public sealed class IbkrOddAnswerTests
{
    private const string Order = """{"acct":"DU1234567","orderId":7,"order_ref":"fund-1","conid":756733,"totalSize":10.0,"filledQuantity":"0","side":"BUY","status":"Submitted","orderType":"Limit","price":"490.00"}""";

    private readonly ConcurrentDictionary<string, int> asked = [];

    [Fact]
    public async Task The_first_list_of_a_session_counts_for_nothing_even_if_it_does_not_say_so()
    {
        await using var stub = await StartAsync(("iserver/account/orders", ["""{"orders":[]}""", $$"""{"orders":[{{Order}}]}"""]));
        await using var adapter = Adapter(stub);
        Assert.Equal("7", (await adapter.FindAsync("fund-1", CancellationToken.None))!.BrokerOrderId);
    }

    [Fact]
    public async Task A_list_that_is_no_snapshot_is_believed_when_it_says_so_twice()
    {
        await using var stub = await StartAsync(("iserver/account/orders", [$$"""{"orders":[{{Order}}],"snapshot":false}"""]));
        await using var adapter = Adapter(stub);
        Assert.Single(await adapter.OpenOrdersAsync(CancellationToken.None));
        Assert.Equal(3, asked["iserver/account/orders"]);
    }

    [Theory]
    [InlineData("""{"error":"busy"}""")]
    [InlineData("{}")]
    [InlineData("""{"orders":null}""")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("""{"orders":[{"order_ref":"fund-1","status":"Submitted"}]}""")]
    public async Task What_is_no_list_never_proves_that_an_order_is_not_there(string body)
    {
        await using var stub = await StartAsync(("iserver/account/orders", [body]), ("iserver/account/DU1234567/orders", ["""[{"id":"q","message":["Sure?"],"messageIds":["o1"]}]"""]), ("iserver/reply/q", ["""{"error":"Order not confirmed"}"""]));
        await using var adapter = Adapter(stub);
        await Assert.ThrowsAsync<BrokerException>(() => adapter.FindAsync("fund-1", CancellationToken.None));
        Assert.Equal(ReplyKind.Unknown, (await SubmitAsync(adapter)).Kind);
    }

    [Fact]
    public async Task An_order_that_the_broker_has_in_spite_of_our_no_is_accepted()
    {
        await using var stub = await StartAsync(
            ("iserver/account/orders", [$$"""{"orders":[{{Order}}]}"""]), ("iserver/account/DU1234567/orders", ["""[{"id":"q","message":["Sure?"],"messageIds":["o1"]}]"""]), ("iserver/reply/q", ["""{"error":"Order not confirmed"}"""]));
        await using var adapter = Adapter(stub);
        Assert.Equal((ReplyKind.Accepted, "7"), await SubmitAsync(adapter) is var reply ? (reply.Kind, reply.BrokerOrderId) : default);
    }

    [Fact]
    public async Task A_reply_that_is_not_found_is_looked_up()
    {
        (string, string[])[] rest = [("iserver/account/DU1234567/orders", ["""[{"id":"q","message":["Sure?"],"messageIds":["o354"]}]"""]), ("iserver/reply/q", ["""{"error":"reply id not found"}"""]), ("iserver/account/trades", ["[]"])];
        foreach (var (listed, kind) in new[] { ("", ReplyKind.Refused), (Order, ReplyKind.Accepted) })
        {
            await using var stub = await StartAsync([("iserver/account/orders", [$$"""{"orders":[{{listed}}]}"""]), .. rest]);
            await using var adapter = Adapter(stub);
            Assert.Equal(kind, (await SubmitAsync(adapter)).Kind);
        }
    }

    [Fact]
    public async Task An_order_that_is_not_listed_any_more_is_known_by_its_trades_alone()
    {
        await using var stub = await StartAsync(
            ("iserver/account/orders", ["""{"orders":[]}"""]),
            ("iserver/account/trades", ["""[{"execution_id":"e1","order_ref":"fund-1","conidEx":"756733@ARCA","side":"B","size":"4","price":489,"trade_time":"20260302-15:00:00"},{"execution_id":"e2","order_ref":"fund-1","side":"B","size":1,"price":"494","trade_time_r":"1772463601000"}]"""]));
        await using var adapter = Adapter(stub);
        var found = await adapter.FindAsync("fund-1", CancellationToken.None);
        Assert.Equal((5m, 490m, OrderState.InDoubt), (found!.Filled, found.AveragePrice, found.State));
    }

    [Fact]
    public async Task A_session_that_opens_slowly_is_waited_for_and_one_that_does_not_is_told()
    {
        await using var slow = await StartAsync(("iserver/auth/ssodh/init", ["""{"authenticated":false,"connected":true}"""]), ("iserver/auth/status", ["""{"authenticated":false}""", """{"authenticated":"true"}"""]), ("iserver/account/orders", ["""{"orders":[]}"""]));
        await using var adapter = Adapter(slow);
        Assert.Empty(await adapter.OpenOrdersAsync(CancellationToken.None));
        await using var never = await StartAsync(("iserver/auth/ssodh/init", ["""{"authenticated":false,"competing":true}"""]), ("iserver/auth/status", ["""{"authenticated":false,"competing":true}"""]));
        await using var other = Adapter(never);
        Assert.Contains("competing", (await Assert.ThrowsAsync<BrokerException>(() => other.OpenOrdersAsync(CancellationToken.None))).Message);
    }

    [Theory]
    [InlineData("""{"diffie_hellman_response":"1f3a","live_session_token_signature":"00112233445566778899aabbccddeeff00112233"}""", "another token than we have")]
    [InlineData("""{"diffie_hellman_response":"1f3a"}""", "another token than we have")]
    [InlineData("""{"diffie_hellman_response":"1","live_session_token_signature":"00"}""", "above 1 and below the prime")]
    [InlineData("""{"live_session_token_signature":"00"}""", "no diffie_hellman_response")]
    [InlineData("401 who are you", "answered 401: who are you")]
    public async Task A_token_that_the_broker_does_not_confirm_signs_nothing(string answer, string words)
    {
        await using var stub = await StartAsync(("oauth/live_session_token", [answer]));
        using var consumer = OAuthConsumer.Create();
        using var keys = IbkrDesk.Keys(consumer);
        await using var adapter = new IbkrAdapter(IbkrDesk.Quick(new Uri(stub.Address, "v1/api/"), keys), TimeProvider.System);
        Assert.Contains(words, (await Assert.ThrowsAsync<BrokerException>(() => adapter.ConnectAsync(CancellationToken.None))).Message);
        Assert.Equal(["oauth/live_session_token"], asked.Keys);
    }

    [Fact]
    public async Task A_preview_is_asked_for_behind_a_price_and_told_as_it_is()
    {
        await using var stub = await StartAsync(("iserver/account/DU1234567/orders/whatif", ["""{"amount":null,"warn":"21/You are trying to submit an order without having market data","error":"no price"}"""]));
        await using var adapter = new IbkrAdapter(Options(stub) with { DryRun = true }, TimeProvider.System);
        var reply = await SubmitAsync(adapter);
        Assert.Equal((ReplyKind.NotSent, "dry run: nothing was sent; the broker's preview: warning 21/You are trying to submit an order without having market data, error no price"), (reply.Kind, reply.Text));
        Assert.Equal((1, 1, 0), (asked["iserver/marketdata/snapshot"], asked["iserver/account/DU1234567/orders/whatif"], asked.GetValueOrDefault("iserver/account/DU1234567/orders")));
    }

    [Fact]
    public async Task No_bridge_is_a_lost_session()
    {
        await using var stub = await StartAsync(("iserver/account/trades", ["400 {\"error\":\"Bad Request: no bridge\",\"statusCode\":400}", "[]"]));
        await using var adapter = Adapter(stub);
        Assert.Empty(await adapter.ExecutionsAsync(default, CancellationToken.None));
        Assert.Equal(2, asked["iserver/auth/ssodh/init"]);
    }

    private static IbkrAdapter Adapter(StubServer stub) => new(Options(stub), TimeProvider.System);

    private static IbkrOptions Options(StubServer stub) => IbkrDesk.Quick(new Uri(stub.Address, "v1/api/")) with
    {
        Conids = new Dictionary<string, long> { ["SPY.ARCX"] = 756733 },
        Confirmed = new HashSet<string> { "o354" },
        Patience = TimeSpan.FromSeconds(0.5),
    };

    private static Task<BrokerReply> SubmitAsync(IbkrAdapter adapter) =>
        adapter.SubmitAsync(new OrderTerms("fund-1", "fund", "d", "SPY.ARCX", Side.Buy, 10m, OrderType.Limit, 490m, null, TimeInForce.Day), new("SPY.ARCX", "USD"), CancellationToken.None);

    /// <summary>Answers each path with its texts one after the other, the last again and again; a text may begin with its status. Without one, a session opens.</summary>
    private Task<StubServer> StartAsync(params (string Path, string[] Answers)[] answers)
    {
        var said = new Dictionary<string, string[]>
        {
            ["iserver/auth/ssodh/init"] = ["""{"authenticated":true}"""], ["iserver/accounts"] = ["""{"accounts":["DU1234567"]}"""], ["portfolio/accounts"] = ["""[{"id":"DU1234567","currency":"USD"}]"""], ["tickle"] = ["{}"],
        };
        foreach (var (path, texts) in answers) said[path] = texts;
        asked.Clear();
        return StubServer.StartAsync(context =>
        {
            var path = context.Request.Path.Value!["/v1/api/".Length..];
            var count = asked.AddOrUpdate(path, 1, (_, n) => n + 1);
            if (!said.TryGetValue(path, out var texts)) texts = ["404 {\"error\":\"no such path\"}"];
            var text = texts[Math.Min(count, texts.Length) - 1];
            if (text.Length > 4 && text[3] == ' ' && int.TryParse(text[..3], out var status)) (context.Response.StatusCode, text) = (status, text[4..]);
            return context.Response.WriteAsync(text);
        });
    }
}
