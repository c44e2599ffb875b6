using System.Text;
using System.Text.Json.Nodes;
using NATS.Client.Core;

namespace EventSourcedTrading.Integration;

/// <summary>What is wrong is answered with the reason, kept, and no more than that.</summary>
public sealed class BadIntentTests(Desk desk) : IClassFixture<Desk>
{
    /// <summary>Code, a part of the reason, and how a good intent is spoilt.</summary>
    public static TheoryData<string, string, Action<JsonObject>> Spoilt => new()
    {
        { "UNKNOWN_INSTRUMENT", "XXX.ARCX", i => i["instrument"] = "XXX.ARCX" },
        { "NEGATIVE_QUANTITY", "-10", i => i["quantity"] = -10 },
        { "MALFORMED", "NaN", i => i["quantity"] = "NaN" },
        { "MALFORMED", "quantity", i => i["quantity"] = new JsonArray() },
        { "MALFORMED", "quantity", i => i["quantity"] = "1e5" },
        { "MALFORMED", "quantity", i => i["quantity"] = JsonNode.Parse("1e400") },
        { "NOT_WHOLE_LOTS", "0.5", i => i["quantity"] = "0.5" },
        { "QUANTITY_TOO_LARGE", "quantity", i => i["quantity"] = "79228162514264337593543950335" },
        { "WRONG_PORTFOLIO", "other", i => i["portfolio"] = "other" },
        { "WRONG_AGENT", "eve@1.0.0", i => i["agent"] = "eve@1.0.0" },
        { "WRONG_AGENT", "no subject", i => i["agent"] = "no subject > *" },
        { "FROM_THE_FUTURE", "2099", i => i["asOf"] = "2099-01-01T00:00:00Z" },
        { "TOO_LATE", "1971", i => i["asOf"] = "1971-01-01T00:00:00Z" },
        { "MALFORMED", "asOf", i => i["asOf"] = "yesterday" },
        { "MALFORMED", "side", i => i["side"] = "short" },
        { "MALFORMED", "orderType", i => i["orderType"] = "MARKET" },
        { "MALFORMED", "timeInForce", i => i["timeInForce"] = 1 },
        { "CONFIDENCE_OUT_OF_RANGE", "1.5", i => i["confidence"] = 1.5 },
        { "MALFORMED", "confidence", i => i["confidence"] = "Infinity" },
        { "OFF_TICK", "99.995", i => { i["orderType"] = "limit"; i["limitPrice"] = "99.995"; } },
        { "LIMIT_PRICE_MISSING", "limitPrice", i => i["orderType"] = "limit" },
        { "MALFORMED", "rationale", i => i["rationale"] = new string('x', 2_001) },
        { "MALFORMED", "U+0000", i => i["rationale"] = "a\0b" },
        { "MALFORMED", "U+0000", i => i["features"] = new JsonObject { ["a\0b"] = 1 } },
        { "MALFORMED", "control", i => i["signalId"] = "a\nb" },
        { "MALFORMED", "intentId", i => i["intentId"] = "a\u0007b" },
        { "BAD_INTENT_ID", "intentId", i => i["intentId"] = "two words" },
        { "MALFORMED", "intentId", i => i["intentId"] = new string('x', 65) },
        { "MALFORMED", "features", i => i["features"] = new JsonObject(Enumerable.Range(0, 65).Select(n => KeyValuePair.Create<string, JsonNode?>($"f{n}", n))) },
        { "TOO_LARGE", "65536", i => i["padding"] = new string('x', 100_000) },
    };

    public static TheoryData<string, byte[]> Unreadable => new()
    {
        { "nothing at all", [] },
        { "no JSON", "buy SPY"u8.ToArray() },
        { "cut off", "{\"intentId\":\"x1\",\"portfolio\":\"ma"u8.ToArray() },
        { "a list", "[1,2,3]"u8.ToArray() },
        { "null", "null"u8.ToArray() },
        { "two objects", "{}{}"u8.ToArray() },
        { "a bare NaN", "{\"intentId\":\"x2\",\"quantity\":NaN}"u8.ToArray() },
        { "a comment", "{/* hi */}"u8.ToArray() },
        { "invalid UTF-8", [.. "{\"intentId\":\""u8, 0xC3, 0x28, 0xFF, .. "\"}"u8] },
        { "half a surrogate pair", "{\"intentId\":\"\\ud800\"}"u8.ToArray() },
        { "NUL bytes", [0, 0, 0, 0] },
        { "a NUL within a string", [.. "{\"intentId\":\"a"u8, 0, .. "\"}"u8] },
        { "an escaped NUL", "{\"intentId\":\"a\\u0000\"}"u8.ToArray() },
        { "deep nesting", Encoding.UTF8.GetBytes(new string('[', 10_000)) },
        { "deep nesting within", Encoding.UTF8.GetBytes("{\"features\":" + new string('[', 20_000) + "}") },
        { "random bytes", [.. Enumerable.Range(0, 512).Select(i => (byte)(i * 73 % 251))] },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public async Task A_spoilt_intent_is_refused_with_its_reason_and_kept_and_the_queue_goes_on(string code, string reason, Action<JsonObject> spoil)
    {
        await desk.GoesOnAsync(); // so that there is something older than the frontier
        var intent = desk.Ada.Intent(desk.Market.Minutes);
        spoil(intent);
        var kept = await desk.World.CountAsync("intent_refused");

        var told = await desk.Ada.SendAsync(intent);

        Assert.Equal(("refused", code), (told.Outcome, told.Code));
        Assert.Contains(reason, told.Reason, StringComparison.Ordinal);
        Assert.Equal(kept + 1, await desk.World.CountAsync("intent_refused"));
        Assert.Equal(1, await desk.World.AskAsync<long>(
            "select count(*) from events.mt_events where stream_id = 'refusals-main' and version = $1 and data->>'code' = $2 and data->>'reason' = $3", kept + 1, code, told.Reason));
        await desk.GoesOnAsync();
    }

    [Theory]
    [InlineData("intentId")]
    [InlineData("portfolio")]
    [InlineData("agent")]
    [InlineData("instrument")]
    [InlineData("side")]
    [InlineData("quantity")]
    [InlineData("orderType")]
    [InlineData("timeInForce")]
    [InlineData("confidence")]
    [InlineData("asOf")]
    public async Task A_missing_field_is_named(string field)
    {
        var intent = desk.Ada.Intent(1);
        intent.Remove(field);
        var told = await desk.Ada.SendAsync(intent);
        Assert.Equal(("refused", "FIELD_MISSING"), (told.Outcome, told.Code));
        Assert.StartsWith(field, told.Reason, StringComparison.Ordinal);
        await desk.GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_cannot_be_read_is_refused_and_kept_and_the_queue_goes_on(string what, byte[] body)
    {
        var kept = await desk.World.CountAsync("intent_refused");
        var told = await desk.Ada.SendAsync(body);
        Assert.True(told is { Outcome: "refused", Code: "MALFORMED" or "FIELD_MISSING" } && told.Reason.Length > 10, $"{what}: {told}");
        Assert.Equal(kept + 1, await desk.World.CountAsync("intent_refused"));
        Assert.Equal(body.Length, await desk.World.AskAsync<int>(
            "select (data->>'rawLength')::int from events.mt_events where stream_id = 'refusals-main' and version = $1", kept + 1));
        await desk.GoesOnAsync();
    }

    [Fact]
    public async Task Ten_megabytes_do_not_leave_the_client_and_the_connection_lives()
    {
        await using var open = await desk.Ada.OpenAsync();
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(async () => await open.PublishAsync(new byte[10 << 20]));
        await desk.GoesOnAsync();
    }

    [Fact]
    public async Task Another_agents_id_cannot_be_used_up_by_an_impostor()
    {
        var minute = desk.Market.Quote();
        await desk.World.FeedAsync(desk.Market);
        var good = desk.Ada.Intent(minute);
        await using var eve = new OutsideAgent(desk.World, "eve@1.0.0");
        var told = await eve.SendAsync((JsonObject)good.DeepClone());
        Assert.Equal("WRONG_AGENT", told.Code);
        await using var open = await desk.Ada.OpenAsync();
        await open.PublishAsync(Encoding.UTF8.GetBytes(good.ToJsonString()));
        await desk.Ada.PassAsync(minute);
        Assert.Equal("approved", (await open.AnswerAsync()).Outcome);
    }
}
