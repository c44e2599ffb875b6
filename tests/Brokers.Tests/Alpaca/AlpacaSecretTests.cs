using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Brokers.Credentials;
using Microsoft.AspNetCore.Http;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

/// <summary>Whatever goes wrong, and even if the broker repeats the keys, no text that comes out has them.</summary>
public sealed class AlpacaSecretTests : AlpacaDesk
{
    [Fact]
    public async Task A_broker_that_repeats_the_keys_is_not_repeated()
    {
        var repeated = 0;
        await using var stub = await StubServer.StartAsync(async context =>
        {
            if (context.WebSockets.IsWebSocketRequest)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[4_096];
                var length = (await socket.ReceiveAsync(buffer, Ct)).Count;
                var said = JsonSerializer.Serialize(new { stream = "error", data = new { error = "what is " + Encoding.UTF8.GetString(buffer, 0, length) } });
                await socket.SendAsync(Encoding.UTF8.GetBytes(said), WebSocketMessageType.Text, true, Ct);
                return;
            }

            repeated++;
            context.Response.StatusCode = context.Request.Path.Value!.Contains("positions") ? 404 : context.Request.Method == "GET" ? 401 : context.Request.Method == "PATCH" ? 500 : 422;
            var keys = $"{context.Request.Headers["APCA-API-KEY-ID"]} {context.Request.Headers["APCA-API-SECRET-KEY"]}";
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { message = $"not {keys} nor {Uri.EscapeDataString(keys)} nor {Convert.ToBase64String(Encoding.UTF8.GetBytes(SecretKey))}", reject_reason = keys }));
        });
        await using var adapter = new AlpacaAdapter(Quick(stub.Address), TimeProvider.System);
        await using var dry = new AlpacaAdapter(Quick(stub.Address) with { DryRun = true }, TimeProvider.System);
        await using var heard = new Ear(adapter);
        string[] texts =
        [
            $"{await adapter.SubmitAsync(Terms(), Spy, Ct)}", $"{await adapter.CancelAsync(Terms(), "x", Ct)}", $"{await adapter.ReplaceAsync(Terms(), Spy, "x", Ct)}",
            $"{await dry.SubmitAsync(Terms(), Spy, Ct)}", $"{await dry.CancelAsync(Terms(), null, Ct)}", $"{await dry.ReplaceAsync(Terms(), Spy, null, Ct)}",
            await FailedAsync(() => adapter.ConnectAsync(Ct)), await FailedAsync(() => adapter.FindAsync("fund-1", Ct)), await FailedAsync(() => adapter.OpenOrdersAsync(Ct)),
            await FailedAsync(() => adapter.PositionsAsync(Ct)), await FailedAsync(() => adapter.ExecutionsAsync(default, Ct)), $"{await heard.NextAsync()}", $"{Options}",
            JsonSerializer.Serialize(Options with { Address = AlpacaOptions.Paper }),
        ];
        Assert.True(repeated >= 8);
        foreach (var text in texts) Clean(text);
        Assert.Contains(texts, t => t.Contains("not *** *** nor ***"));
    }

    [Fact]
    public async Task Wrong_keys_are_refused_everywhere_and_not_told()
    {
        await using var stranger = new AlpacaAdapter(Options with { SecretKey = new Secret(SecretKey + "x") }, TimeProvider.System);
        var reply = await stranger.SubmitAsync(Terms(), Spy, Ct);
        Assert.Equal((ReplyKind.Refused, "401: request is not authorized"), (reply.Kind, reply.Text));
        Clean(await FailedAsync(() => stranger.ConnectAsync(Ct)));
        await using var heard = new Ear(stranger);
        Assert.Equal("could not log in: unauthorized; check the keys", Assert.IsType<ConnectionLost>(await heard.NextAsync()).Reason);
        Assert.Empty(Broker.Venue.Orders);
    }

    [Theory]
    [InlineData("http://api.alpaca.markets")]
    [InlineData("https://api.alpaca.markets.example.org")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1.example.org")]
    [InlineData("http://user@127.0.0.1:8080")]
    [InlineData("LIVE")]
    [InlineData("")]
    public void Keys_go_to_Alpaca_or_to_this_machine(string host) => Assert.Contains("must be paper, live or http://127.0.0.1:PORT", Assert.Throws<FormatException>(() => AlpacaOptions.Host(host)).Message);

    [Fact]
    public void Options_that_cannot_be_kept_are_refused_by_name()
    {
        Assert.Contains("host 'https://example.org/' must be paper", Refused(Options with { Address = new Uri("https://example.org/") }));
        Assert.Contains("keyId is missing", Refused(Options with { KeyId = default }));
        Assert.Contains("secretKey is missing", Refused(Options with { SecretKey = new Secret("") }));
        Assert.Contains("silence 0 s must be from 0.1", Refused(Options with { Silence = TimeSpan.Zero }));

        static string Refused(AlpacaOptions options) => Assert.Throws<ArgumentException>(() => new AlpacaAdapter(options, TimeProvider.System)).Message;
    }

    [Fact]
    public void Hosts_are_named() => Assert.Equal(
        ["https://paper-api.alpaca.markets/", "https://api.alpaca.markets/", "http://127.0.0.1:81/"], ((string[])["paper", "live", "http://127.0.0.1:81"]).Select(h => AlpacaOptions.Host(h).AbsoluteUri));

    private static async Task<string> FailedAsync(Func<Task> question) => (await Assert.ThrowsAsync<BrokerException>(question)).ToString();

    private static void Clean(string text)
    {
        foreach (var form in new[] { KeyId, SecretKey, Uri.EscapeDataString(SecretKey), JsonEncodedText.Encode(SecretKey).ToString(), Convert.ToBase64String(Encoding.UTF8.GetBytes(SecretKey)) })
            Assert.DoesNotContain(form, text);
    }
}
