using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Streaming;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>A server with room for a client a test.</summary>
public sealed class RoomyServer : IAsyncLifetime
{
    public StreamServer Server { get; private set; } = null!;
    public string Key { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Server = await StreamServer.StartAsync(StreamDoorTests.Tight with { Clients = 100, ClientsPerKey = 100 });
        Key = await Server.KeyAsync();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>What is wrong with a message is said, to the one who sent it.</summary>
public sealed class StreamFaultTests(RoomyServer roomy) : IClassFixture<RoomyServer>
{
    private readonly StreamServer server = roomy.Server;
    private readonly string key = roomy.Key;

    public static TheoryData<string, int, string> Strangers => new()
    {
        { """{"type":"hello","key":"est_short"}""", 4401, "UNAUTHENTICATED" },
        { $$"""{"type":"hello","key":"{{ApiKey.Create().Reveal()}}"}""", 4401, "UNAUTHENTICATED" },
        { """{"type":"hello"}""", 4401, "UNAUTHENTICATED" },
        { """{"type":"hello","key":"\u0000\r\nX-Evil: 1 é"}""", 4401, "UNAUTHENTICATED" },
        { """{"type":"subscribe","id":"d","channel":"decisions"}""", 4401, "UNAUTHENTICATED: say hello with a key first" },
        { "", 4401, "UNAUTHENTICATED: no hello within 4 s" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Who_does_not_say_who_he_is_is_sent_away(string first, int status, string reason)
    {
        await using var client = await StreamClient.OpenAsync(server.Address);
        if (first.Length > 0) await client.SendAsync(first);
        Assert.Equal((status, reason), await client.ClosedAsync());
    }

    public static TheoryData<string, string, string?> Garbage => new()
    {
        { "", "BAD_FRAME", null }, { "null", "BAD_FRAME", null }, { "[1]", "BAD_FRAME", null }, { "{\"type\":", "BAD_FRAME", "type" }, { "\u0000", "BAD_FRAME", null },
        { new string('[', 900), "BAD_FRAME", null }, { """{"type":"ping","type":"ping"}""", "BAD_FRAME", "type" }, { """{"type":"ping","tpye":1}""", "BAD_FRAME", "tpye" },
        { """{"type":7}""", "BAD_FRAME", "type" }, { """{"type":"ping","nonce":"\ud800"}""", "BAD_FRAME", "nonce" }, { "{}", "BAD_TYPE", "type" }, { """{"type":"dance"}""", "BAD_TYPE", "type" },
        { """{"type":"unsubscribe","id":"x"}""", "UNKNOWN_ID", "id" }, { """{"type":"unsubscribe"}""", "BAD_ID", "id" },
        { """{"type":"subscribe","channel":"decisions"}""", "BAD_ID", "id" }, { """{"type":"subscribe","id":"a\"b","channel":"decisions"}""", "BAD_ID", "id" },
        { """{"type":"subscribe","id":"a"}""", "BAD_CHANNEL", "channel" }, { """{"type":"subscribe","id":"a","channel":"orders"}""", "BAD_CHANNEL", "channel" },
        { """{"type":"subscribe","id":"a","channel":"decisions","portfolio":"Main"}""", "BAD_PORTFOLIO", "portfolio" },
        { """{"type":"subscribe","id":"a","channel":"decisions","portfolio":"nobody"}""", "UNKNOWN_PORTFOLIO", "portfolio" },
        { """{"type":"subscribe","id":"a","channel":"market","portfolio":"p"}""", "UNKNOWN_PORTFOLIO", "portfolio" },
        { """{"type":"subscribe","id":"a","channel":"decisions","resumeAfter":"-1"}""", "BAD_POSITION", "resumeAfter" },
        { """{"type":"subscribe","id":"a","channel":"decisions","resumeAfter":"999999"}""", "BAD_POSITION", "resumeAfter" },
        { """{"type":"subscribe","id":"a","channel":"decisions","resumeAfter":12}""", "BAD_FRAME", "resumeAfter" },
        { """{"type":"subscribe","id":"a","channel":"decisions","instruments":["SPY.ARCX"]}""", "BAD_INSTRUMENTS", "instruments" },
        { """{"type":"subscribe","id":"a","channel":"market","instruments":[]}""", "BAD_INSTRUMENTS", "instruments" },
        { """{"type":"subscribe","id":"a","channel":"market","instruments":["A.XXXX","B.XXXX","C.XXXX"]}""", "BAD_INSTRUMENTS", "instruments" },
        { """{"type":"subscribe","id":"a","channel":"market","instruments":["*"]}""", "BAD_INSTRUMENTS", "instruments" },
        { """{"type":"subscribe","id":"a","channel":"market","instruments":["A.XXXX",null]}""", "BAD_INSTRUMENTS", "instruments" },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task What_is_wrong_with_a_message_is_said_and_harms_nothing(string message, string code, string? field)
    {
        await using var client = await StreamClient.HelloAsync(server.Address, key);
        await client.SendAsync(message);
        var error = await client.NextAsync("error");
        Assert.Equal((code, field), ((string?)error["code"], (string?)error["field"]));
        Assert.False(string.IsNullOrEmpty((string?)error["rule"]));
        await client.SendAsync("""{"type":"ping"}""");
        await client.NextAsync("pong");
        Assert.Empty(server.Complaints.Lines);
    }
}
