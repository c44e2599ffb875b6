using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using HotChocolate.AspNetCore;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

/// <summary>The protocol of npm <c>graphql-ws</c> (its PROTOCOL.md), message by message.</summary>
public sealed class SocketTests
{
    [Fact]
    public async Task A_query_a_change_and_a_subscription_share_a_connection()
    {
        await using var server = await SampleServer.StartAsync();
        using var peer = await Peer.JoinAsync(server);
        await peer.SubscribeAsync("1", "{ hello }");
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}""", await peer.HearAsync());
        Assert.Equal("""{"id":"1","type":"complete"}""", await peer.HearAsync());
        await peer.SubscribeAsync("1", "mutation { add(n: 4) }"); // the id is free again
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"add":4}}}""", await peer.HearAsync());
        Assert.Equal("""{"id":"1","type":"complete"}""", await peer.HearAsync());
        await peer.SubscribeAsync("s", "subscription { decisions(after: 58) { position } }");
        Assert.Equal("""{"id":"s","type":"next","payload":{"data":{"decisions":{"position":59}}}}""", await peer.HearAsync());
        Assert.Equal("""{"id":"s","type":"next","payload":{"data":{"decisions":{"position":60}}}}""", await peer.HearAsync());
        Assert.Equal("""{"id":"s","type":"complete"}""", await peer.HearAsync());
        await peer.SayAsync("""{"type":"ping","payload":{"n":1}}""");
        Assert.Equal("""{"type":"pong","payload":{"n":1}}""", await peer.HearAsync());
        await peer.SayAsync("""{"type":"pong"}""");
        await peer.SubscribeAsync("2", "{ nothing }");
        Assert.StartsWith("""{"id":"2","type":"error","payload":[{"message":"Cannot query field \"nothing\" on type \"Query\".""", await peer.HearAsync());
        await peer.CloseAsync();
    }

    [Fact]
    public async Task Who_completes_hears_no_more_and_may_use_the_id_again()
    {
        await using var server = await SampleServer.StartAsync();
        using var peer = await Peer.JoinAsync(server);
        await peer.SubscribeAsync("a", "subscription { silent }");
        await peer.SayAsync("""{"id":"a","type":"complete"}""");
        await peer.SayAsync("""{"id":"never there","type":"complete"}""");
        await peer.SubscribeAsync("a", "{ hello }");
        Assert.Equal("""{"id":"a","type":"next","payload":{"data":{"hello":"world"}}}""", await peer.HearAsync());
    }

    public static TheoryData<string, string[], string> Breaches() => new()
    {
        { "no JSON", ["hello"], "closed 4400 Invalid message received: it is not JSON" },
        { "no object", ["[]"], "closed 4400 Invalid message received: it must be an object" },
        { "no type", ["{}"], "closed 4400" },
        { "a message of the server", ["""{"type":"next","id":"1","payload":{}}"""], "closed 4400" },
        { "type no string", ["""{"type":1}"""], "closed 4400" },
        { "payload no object", ["""{"type":"connection_init","payload":7}"""], "closed 4400" },
        { "unknown type", ["""{"type":"start"}"""], "closed 4400 Invalid message received: \"type\" must be" },
        { "subscribe before init", ["""{"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}"""], "closed 4401 Unauthorized" },
        { "init twice", ["""{"type":"connection_init"}""", """{"type":"connection_init"}"""], "closed 4429 Too many initialisation requests" },
        { "no id", ["""{"type":"connection_init"}""", """{"type":"subscribe","payload":{"query":"{ hello }"}}"""], "closed 4400" },
        { "empty id", ["""{"type":"connection_init"}""", """{"id":"","type":"subscribe","payload":{"query":"{ hello }"}}"""], "closed 4400" },
        { "no query", ["""{"type":"connection_init"}""", """{"id":"1","type":"subscribe","payload":{"variables":{}}}"""], "closed 4400 Invalid message received: \"query\" is missing" },
        { "no payload", ["""{"type":"connection_init"}""", """{"id":"1","type":"subscribe"}"""], "closed 4400" },
        { "id in use", ["""{"type":"connection_init"}""", """{"id":"x","type":"subscribe","payload":{"query":"subscription { silent }"}}""", """{"id":"x","type":"subscribe","payload":{"query":"{ hello }"}}"""], "closed 4409 Subscriber for x already exists" },
        { "too long", ["""{"type":"connection_init","payload":{"x":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}}"""], "closed 1009" },
    };

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task Breaches_of_the_protocol_have_their_codes(string name, string[] says, string end)
    {
        await using var server = await SampleServer.StartAsync(options: new() { Sockets = new() { MaxMessageBytes = 120 } });
        using var peer = await Peer.ConnectAsync(server);
        foreach (var message in says) await peer.SayAsync(message);
        Assert.StartsWith(end, await peer.HearEndAsync());
        Assert.NotEmpty(name);
    }

    [Fact]
    public async Task A_flood_of_values_is_not_read()
    {
        await using var server = await SampleServer.StartAsync();
        using var peer = await Peer.ConnectAsync(server);
        await peer.SayAsync($$$"""{"type":"connection_init","payload":{"a":[{{{string.Join(',', Enumerable.Repeat('1', 10_000))}}}]}}""");
        Assert.StartsWith("closed 4400 Invalid message received: it has more than 10000 JSON tokens", await peer.HearEndAsync());
    }

    [Fact]
    public async Task Binary_messages_are_no_messages()
    {
        await using var server = await SampleServer.StartAsync();
        using var peer = await Peer.ConnectAsync(server);
        await peer.SayAsync([1, 2, 3], WebSocketMessageType.Binary);
        Assert.StartsWith("closed 4400", await peer.HearEndAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("graphql-ws")]
    public async Task Other_protocols_are_refused(string? protocol)
    {
        await using var server = await SampleServer.StartAsync();
        try
        {
            using var peer = await Peer.ConnectAsync(server, protocol);
            Assert.Equal("closed 4406 Subprotocol not acceptable", await peer.HearEndAsync());
        }
        catch (WebSocketException) when (protocol is not null)
        {
            // This client does not go on without the protocol that it asked for.
        }
    }

    [Fact]
    public async Task Who_does_not_begin_in_time_is_closed()
    {
        await using var server = await SampleServer.StartAsync(options: new() { Sockets = new() { InitTimeout = TimeSpan.FromMilliseconds(50) } });
        using var peer = await Peer.ConnectAsync(server);
        Assert.Equal("closed 4408 Connection initialisation timeout", await peer.HearEndAsync());
    }

    [Fact]
    public async Task The_payload_of_init_says_who_it_is()
    {
        var reports = new ConcurrentQueue<RequestReport>();
        await using var server = await SampleServer.StartAsync(options: new()
        {
            OnRequest = reports.Enqueue,
            Admit = (_, payload) => new(payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("token", out var token) && token.GetString() == "t"
                ? new Admission(new Dictionary<string, object?> { ["caller"] = "anna" }) : Admission.Refused(403, "Forbidden")),
        });
        using var stranger = await Peer.ConnectAsync(server);
        await stranger.SayAsync("""{"type":"connection_init","payload":{"token":"x"}}""");
        Assert.Equal("closed 4403 Forbidden", await stranger.HearEndAsync());
        using var anna = await Peer.ConnectAsync(server);
        await anna.SayAsync("""{"type":"connection_init","payload":{"token":"t"}}""");
        await anna.HearAsync();
        await anna.SubscribeAsync("1", "query Who { caller }");
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"caller":"anna"}}}""", await anna.HearAsync());
        await anna.HearAsync();
        for (var wait = 0; reports.IsEmpty && wait < 1_000; wait++) await Task.Delay(10);
        Assert.Equal(("websocket", "Who", 1), Assert.Single(reports.Select(r => (r.Transport, r.OperationName, r.Responses))));
    }

    [Fact]
    public async Task Connections_and_operations_are_limited()
    {
        await using var server = await SampleServer.StartAsync(options: new() { Sockets = new() { MaxConnections = 1, MaxOperations = 2 } });
        using var peer = await Peer.JoinAsync(server);
        await Assert.ThrowsAsync<WebSocketException>(() => Peer.ConnectAsync(server));
        foreach (var id in new[] { "a", "b", "c" }) await peer.SubscribeAsync(id, "subscription { silent }");
        Assert.Equal("""{"id":"c","type":"error","payload":[{"message":"There are 2 operations on this connection already."}]}""", await peer.HearAsync());
        await peer.CloseAsync();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var next = await Peer.ConnectAsync(server); // the place is free again
                break;
            }
            catch (WebSocketException) when (attempt < 1_000)
            {
                await Task.Delay(20);
            }
        }
    }

    [Fact]
    public async Task Pages_of_other_sites_may_not_connect()
    {
        await using var server = await SampleServer.StartAsync(options: new() { AllowedOrigins = ["https://ops.example.com"] });
        await Assert.ThrowsAsync<WebSocketException>(() => Peer.ConnectAsync(server, origin: "https://evil.example.com"));
        using var allowed = await Peer.ConnectAsync(server, origin: "https://ops.example.com");
        using var own = await Peer.ConnectAsync(server, origin: $"http://127.0.0.1:{server.Port}");
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_up_its_source_and_nobody_else()
    {
        var asked = 0;
        var schema = SlowReaders.Schema(n => Volatile.Write(ref asked, n));
        await using var server = await SampleServer.StartAsync(schema);
        using var idle = await Peer.JoinAsync(server);
        await idle.SubscribeAsync("1", "subscription { big }");
        var before = -1;
        for (var wait = 0; wait < 500 && before != Volatile.Read(ref asked); wait++)
        {
            before = Volatile.Read(ref asked);
            await Task.Delay(100);
        }

        Assert.Equal(before, Volatile.Read(ref asked));
        Assert.InRange(before, 1, SlowReaders.Messages / 2);
        using var other = await Peer.JoinAsync(server);
        await other.SubscribeAsync("1", "{ hello }");
        Assert.Contains("world", await other.HearAsync());
        for (var i = 1; i <= SlowReaders.Messages; i++) Assert.StartsWith($$$"""{"id":"1","type":"next","payload":{"data":{"big":"{{{i}}} """, await idle.HearAsync());
        Assert.Equal("""{"id":"1","type":"complete"}""", await idle.HearAsync());
    }

    [Fact]
    public async Task A_client_that_is_gone_ends_its_sources()
    {
        var ended = new TaskCompletionSource();
        await using var server = await SampleServer.StartAsync(SlowReaders.Schema(_ => { }, ended));
        var peer = await Peer.JoinAsync(server);
        await peer.SubscribeAsync("1", "subscription { endless }");
        Assert.Contains("next", await peer.HearAsync());
        peer.Abort();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_server_that_stops_says_that_it_goes_away()
    {
        var server = await SampleServer.StartAsync();
        using var peer = await Peer.JoinAsync(server);
        await peer.SubscribeAsync("1", "subscription { silent }");
        var stopping = server.StopAsync();
        Assert.Equal("closed 1001 Going away", await peer.HearEndAsync());
        await peer.CloseAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        await server.DisposeAsync();
    }
}
