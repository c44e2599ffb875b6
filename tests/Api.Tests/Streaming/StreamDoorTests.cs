using System.Net;
using System.Net.WebSockets;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.Domain.Control;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>Who gets in, and what a client may do until it is out again.</summary>
public sealed class StreamDoorTests : IAsyncLifetime
{
    internal static readonly StreamLimits Tight = new()
    {
        Clients = 4, ClientsPerKey = 2, Subscriptions = 3, FrameBytes = 1_024, Burst = 12, FramesPerSecond = 1, Faults = 6, HelloWithin = TimeSpan.FromSeconds(4),
        KeysEvery = TimeSpan.FromMilliseconds(200), Instruments = 2,
    };

    private StreamServer server = null!;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        server = await StreamServer.StartAsync(Tight);
        key = await server.KeyAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_key_is_taken_in_the_header_or_in_the_first_message()
    {
        await using var byHeader = await StreamClient.OpenAsync(server.Address, header: key);
        Assert.Equal("welcome", (string?)(await byHeader.NextAsync())!["type"]);
        Assert.Equal("est.stream.v1", byHeader.Protocol);
        await byHeader.SendAsync($$"""{"type":"hello","key":"{{key}}"}""");
        Assert.Equal("ALREADY_ADMITTED", (string?)(await byHeader.NextAsync("error"))["code"]);
        await using var byHello = await StreamClient.HelloAsync(server.Address, key);
        await byHello.SendAsync("""{"type":"ping","nonce":"n1"}""");
        Assert.Equal("n1", (string?)(await byHello.NextAsync("pong"))["nonce"]);
    }

    [Fact]
    public async Task A_wrong_key_in_the_header_or_a_key_in_the_address_opens_nothing()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<HttpRequestException>(() => StreamClient.OpenAsync(server.Address, header: key[..^2] + "AA"))).StatusCode);
        await using var client = await StreamClient.OpenAsync(server.Address, path: $"/stream?key={key}&access_token={key}&authorization=Bearer%20{key}");
        Assert.Equal(4401, (await client.ClosedAsync()).Status);
    }

    [Fact]
    public async Task A_role_that_may_not_read_gets_nothing()
    {
        var admin = await server.KeyAsync("adam", Role.Admin);
        await using var client = await StreamClient.OpenAsync(server.Address);
        await client.SendAsync($$"""{"type":"hello","key":"{{admin}}"}""");
        var error = await client.NextAsync("error");
        Assert.Equal("FORBIDDEN", (string?)error["code"]);
        Assert.Contains("viewer", (string?)error["rule"], StringComparison.Ordinal);
        Assert.Equal((4403, "FORBIDDEN"), await client.ClosedAsync());
    }

    [Fact]
    public async Task Without_the_sub_protocol_or_an_upgrade_it_is_said_what_is_missing()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await Assert.ThrowsAsync<HttpRequestException>(() => StreamClient.OpenAsync(server.Address, protocol: null))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Assert.ThrowsAsync<HttpRequestException>(() => StreamClient.OpenAsync(server.Address, protocol: "graphql-transport-ws"))).StatusCode);
        using var http = new HttpClient();
        using var plain = await http.GetAsync(new Uri(server.Address, "/stream"));
        Assert.Equal(HttpStatusCode.UpgradeRequired, plain.StatusCode);
    }

    [Fact]
    public async Task A_key_that_is_revoked_ends_what_it_has_opened()
    {
        await using var mine = await StreamClient.HelloAsync(server.Address, key);
        await using var other = await StreamClient.HelloAsync(server.Address, await server.KeyAsync("victor"));
        await server.RevokeAsync(key);
        Assert.Equal(4401, (await mine.ClosedAsync()).Status);
        await other.SendAsync("""{"type":"ping"}""");
        await other.NextAsync("pong");
    }

    [Fact]
    public async Task There_is_a_limit_to_the_clients_of_a_key_and_of_the_server_and_who_leaves_makes_room()
    {
        await using var first = await StreamClient.HelloAsync(server.Address, key);
        await using var second = await StreamClient.HelloAsync(server.Address, key);
        await using var third = await StreamClient.OpenAsync(server.Address);
        await third.SendAsync($$"""{"type":"hello","key":"{{key}}"}""");
        Assert.Equal((4429, "RATE_LIMITED"), await third.ClosedAsync());
        var other = await server.KeyAsync("victor");
        await Eventually.TrueAsync(async () => await TryAsync(other), "the place of the third is free again");

        // Who is sent away has a place until he is gone: so it is asked for until it is there.
        StreamClient? more = null, last = null;
        await Eventually.TrueAsync(async () => (more ??= await TryOpenAsync(other)) is not null, "there is a third place");
        await Eventually.TrueAsync(async () => (last ??= await TryOpenAsync(other)) is not null, "there is a fourth place");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Assert.ThrowsAsync<HttpRequestException>(() => StreamClient.OpenAsync(server.Address))).StatusCode);
        first.Abort();
        await Eventually.TrueAsync(async () => await TryAsync(key), "the place of the first is free again");
        await more!.DisposeAsync();
        await last!.DisposeAsync();
    }

    [Fact]
    public async Task Messages_that_are_too_large_too_many_or_no_text_end_it()
    {
        await using var large = await StreamClient.HelloAsync(server.Address, key);
        await large.SendAsync($$"""{"type":"ping","nonce":"{{new string('x', Tight.FrameBytes)}}"}""");
        Assert.Equal(1009, (await large.ClosedAsync()).Status);

        await using var binary = await StreamClient.HelloAsync(server.Address, key);
        await binary.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal(1003, (await binary.ClosedAsync()).Status);

        await using var quick = await StreamClient.HelloAsync(server.Address, await server.KeyAsync("victor"));
        for (var i = 0; i < Tight.Burst + 5; i++) await quick.SendAsync("""{"type":"ping"}""");
        Assert.Equal(4429, (await quick.ClosedAsync()).Status);
    }

    [Fact]
    public async Task Too_many_subscriptions_are_refused_and_too_many_faults_end_it()
    {
        await using var client = await StreamClient.HelloAsync(server.Address, key);
        for (var i = 0; i < Tight.Subscriptions; i++)
        {
            await client.SendAsync($$"""{"type":"subscribe","id":"s{{i}}","channel":"decisions"}""");
            await client.NextAsync("snapshot");
        }

        await client.SendAsync("""{"type":"subscribe","id":"s0","channel":"decisions"}""");
        Assert.Equal("ID_IN_USE", (string?)(await client.NextAsync("error"))["code"]);
        await client.SendAsync("""{"type":"subscribe","id":"more","channel":"decisions"}""");
        Assert.Equal("TOO_MANY_SUBSCRIPTIONS", (string?)(await client.NextAsync("error"))["code"]);
        await client.SendAsync("""{"type":"unsubscribe","id":"s1"}""");
        await client.NextAsync("unsubscribed");
        await client.SendAsync("""{"type":"subscribe","id":"more","channel":"decisions"}""");
        Assert.Equal("more", (string?)(await client.NextAsync("snapshot"))["id"]);
        for (var i = 2; i < Tight.Faults; i++) await client.SendAsync("rubbish");
        Assert.Equal(4400, (await client.ClosedAsync()).Status);
    }

    private async Task<bool> TryAsync(string with)
    {
        await using var client = await TryOpenAsync(with);
        return client is not null;
    }

    private async Task<StreamClient?> TryOpenAsync(string with)
    {
        try
        {
            return await StreamClient.HelloAsync(server.Address, with);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            return null;
        }
    }
}
