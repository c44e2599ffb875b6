using EventSourcedTrading.Brokers.Alpaca;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

public sealed class AlpacaDryRunTests : AlpacaDesk
{
    [Fact]
    public async Task Nothing_is_sent_and_the_exact_request_is_told()
    {
        await using var dry = new AlpacaAdapter(Options with { DryRun = true }, TimeProvider.System);
        var submitted = await dry.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal((ReplyKind.NotSent, null), (submitted.Kind, submitted.BrokerOrderId));
        Assert.Equal(
            $$"""
            POST /v2/orders HTTP/1.1
            Host: {{Broker.Address.Authority}}
            APCA-API-KEY-ID: ***
            APCA-API-SECRET-KEY: ***
            Accept: application/json
            Content-Type: application/json
            Content-Length: 124

            {"symbol":"SPY","qty":"10","side":"buy","type":"limit","time_in_force":"day","limit_price":"490","client_order_id":"fund-1"}
            """.ReplaceLineEndings("\n"), submitted.Request);
        Assert.StartsWith("PATCH /v2/orders/abc HTTP/1.1\n", (await dry.ReplaceAsync(Limit(), Spy, "abc", Ct)).Request);
        Assert.StartsWith("DELETE /v2/orders/ID-OF-fund-1 HTTP/1.1\n", (await dry.CancelAsync(Limit(), null, Ct)).Request);
        Assert.Equal(0, Broker.Traffic.Count);
        Assert.Empty(Broker.Venue.Orders);
        Assert.Equal(100_000m, (await dry.ConnectAsync(Ct)).Equity);
    }

    [Fact]
    public async Task What_is_told_is_what_a_real_run_sends()
    {
        await using var dry = new AlpacaAdapter(Options with { DryRun = true }, TimeProvider.System);
        var told = (await dry.SubmitAsync(Limit(), Spy, Ct)).Request!;
        await AcceptedAsync(Limit());
        var sent = Assert.Single(Broker.Traffic.Exchanges);
        Assert.Equal($"{sent.Method} {sent.Path} HTTP/1.1", told.Split('\n')[0]);
        Assert.Equal(sent.Request!.ToJsonString(), told.Split('\n')[^1]);
    }
}
