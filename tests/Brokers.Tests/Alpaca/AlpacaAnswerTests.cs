using System.Net;
using System.Net.Sockets;
using System.Text;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

/// <summary>Answers that the fake does not give, and real brokers do.</summary>
public sealed class AlpacaAnswerTests
{
    private static readonly Instrument Spy = new("SPY.ARCX", "USD");
    private static readonly OrderTerms Terms = new("fund-1", "fund", "d", "SPY.ARCX", Side.Buy, 10m, OrderType.Market, null, null, TimeInForce.Day);

    [Theory]
    [InlineData(200, """{"id":"abc","status":"accepted","qty":10.0,"more":{"deep":[1]},"legs":null}""", ReplyKind.Accepted)]
    [InlineData(200, """{"id":"abc"}""", ReplyKind.Accepted)]
    [InlineData(200, """{"id":"abc","status":"rejected"}""", ReplyKind.Refused)]
    [InlineData(200, """{"status":"accepted"}""", ReplyKind.Unknown)]
    [InlineData(200, "", ReplyKind.Unknown)]
    [InlineData(200, "null", ReplyKind.Unknown)]
    [InlineData(200, "<html>welcome</html>", ReplyKind.Unknown)]
    [InlineData(200, """{"id":"abc","status":""", ReplyKind.Unknown)]
    [InlineData(302, "", ReplyKind.Unknown)]
    [InlineData(400, "", ReplyKind.Refused)]
    [InlineData(401, """{"message":"request is not authorized"}""", ReplyKind.Refused)]
    [InlineData(403, """{"code":"40310000","message":"no"}""", ReplyKind.Refused)]
    [InlineData(404, "<html>", ReplyKind.Refused)]
    [InlineData(408, "", ReplyKind.Unknown)]
    [InlineData(422, """["no"]""", ReplyKind.Refused)]
    [InlineData(500, "", ReplyKind.Unknown)]
    [InlineData(502, "<html>bad gateway</html>", ReplyKind.Unknown)]
    [InlineData(504, "", ReplyKind.Unknown)]
    public async Task An_answer_to_an_order_means_no_more_than_it_says(int status, string body, ReplyKind kind)
    {
        await using var stub = await StubServer.SayingAsync(status, body);
        await using var adapter = new AlpacaAdapter(AlpacaDesk.Quick(stub.Address), TimeProvider.System);
        var reply = await adapter.SubmitAsync(Terms, Spy, CancellationToken.None);
        Assert.True(reply.Kind == kind, $"{reply}");
        Assert.Equal(1, stub.Calls);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_leaves_an_order_in_doubt()
    {
        await using var stub = await StubServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 1_000;
            await context.Response.WriteAsync("""{"id":"abc",""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var adapter = new AlpacaAdapter(AlpacaDesk.Quick(stub.Address), TimeProvider.System);
        Assert.Equal(ReplyKind.Unknown, (await adapter.SubmitAsync(Terms, Spy, CancellationToken.None)).Kind);
        Assert.Equal(1, stub.Calls);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task An_order_on_a_kept_connection_that_closes_is_not_sent_again_behind_our_back(string method)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = new List<string>();
        _ = Task.Run(async () =>
        {
            for (var connections = 0; connections < 3; connections++)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var buffer = new byte[8_192];
                for (int read; (read = await client.GetStream().ReadAsync(buffer)) > 0;)
                {
                    var request = Encoding.UTF8.GetString(buffer, 0, read);
                    lock (heard) heard.Add(request.Split(' ')[0]);
                    if (!request.StartsWith("GET")) break;
                    await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray());
                }
            }
        });
        await using var adapter = new AlpacaAdapter(AlpacaDesk.Quick(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/")), TimeProvider.System);
        await adapter.AccountAsync(CancellationToken.None);
        var reply = method == "POST" ? await adapter.SubmitAsync(Terms, Spy, CancellationToken.None) : await adapter.CancelAsync(Terms, "abc", CancellationToken.None);
        Assert.Equal(ReplyKind.Unknown, reply.Kind);
        lock (heard) Assert.Equal(["GET", method], heard);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        await using var stub = await StubServer.StartAsync(async context =>
        {
            for (var i = 0; i < 10; i++) await context.Response.Body.WriteAsync(new byte[1_048_576]);
        });
        await using var adapter = new AlpacaAdapter(AlpacaDesk.Quick(stub.Address), TimeProvider.System);
        Assert.Equal(ReplyKind.Unknown, (await adapter.SubmitAsync(Terms, Spy, CancellationToken.None)).Kind);
        await Assert.ThrowsAsync<BrokerException>(() => adapter.AccountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Numbers_and_times_are_read_as_they_come()
    {
        await using var stub = await StubServer.SayingAsync(200, """
            {"id":"abc","client_order_id":"fund-1","symbol":"SPY","side":"sell","type":"trailing_stop","status":"held","qty":271.0,"filled_qty":"1e1","filled_avg_price":"105.8988475",
             "limit_price":"","stop_price":null,"updated_at":"2022-04-19T13:45:05.027690731-04:00","cancel_requested_at":12,"unheard":{"of":[]}}
            """);
        await using var adapter = new AlpacaAdapter(AlpacaDesk.Quick(stub.Address), TimeProvider.System);
        Assert.Equal(
            new BrokerOrder("fund-1", "abc", "SPY.ARCX", Side.Sell, 271m, 10m, 105.8988475m, OrderType.Stop, null, null, OrderState.Submitted, "held", Timestamp.Parse("2022-04-19T17:45:05.027690Z")),
            await adapter.FindAsync("fund-1", CancellationToken.None));
    }

    [Theory]
    [InlineData(200, "nonsense", "cannot be read at $")]
    [InlineData(200, """{"cash":[]}""", "cannot be read at $.cash")]
    [InlineData(401, """{"message":"request is not authorized"}""", "Check the keys; those of paper and live accounts differ")]
    [InlineData(302, "", "answered 302")]
    public async Task A_question_with_an_answer_of_no_use_says_what_is_wrong(int status, string body, string said)
    {
        await using var stub = await StubServer.SayingAsync(status, body);
        await using var adapter = new AlpacaAdapter(AlpacaDesk.Quick(stub.Address), TimeProvider.System);
        Assert.Contains(said, (await Assert.ThrowsAsync<BrokerException>(() => adapter.ConnectAsync(CancellationToken.None))).Message);
        Assert.Equal(1, stub.Calls);
    }

    [Fact]
    public async Task An_account_that_may_not_trade_says_why()
    {
        await using var stub = await StubServer.SayingAsync(200, """
            {"id":"x","status":"ACCOUNT_UPDATED","currency":"USD","cash":"-23140.2","equity":103820.56,"trading_blocked":true,"account_blocked":true,"transfers_blocked":true,"trade_suspended_by_user":true,"pattern_day_trader":true,"shorting_enabled":false}
            """);
        await using var adapter = new AlpacaAdapter(AlpacaDesk.Quick(stub.Address), TimeProvider.System);
        var account = await adapter.ConnectAsync(CancellationToken.None);
        Assert.Equal((-23140.2m, 103820.56m, "x"), (account.Cash["USD"], account.Equity, account.AccountId));
        Assert.Equal(["status ACCOUNT_UPDATED", "account_blocked", "trading_blocked", "trade_suspended_by_user", "transfers_blocked", "pattern_day_trader", "shorting_enabled false"], account.Restrictions);
        Assert.False(adapter.Capabilities.Shorting);
    }
}
