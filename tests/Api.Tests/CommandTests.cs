using System.Net;

namespace EventSourcedTrading.Api.Tests;

/// <summary>Commands from the caller to the engine and back.</summary>
public sealed class CommandTests(Plane plane) : IClassFixture<Plane>
{
    private const string Pause = $"strategies/{Plane.Agent}/pause", Resume = $"strategies/{Plane.Agent}/resume";

    private async Task<long> CountAsync(string type, string key) => await plane.World.AskAsync<long>(
        "select count(*) from events.mt_events where type = $1 and data ->> 'commandId' = $2", type, $"{await plane.ReferenceAsync("olga")}:{key}");

    [Fact]
    public async Task A_command_is_done_shown_and_on_record_with_who_where_why_and_by_which_right()
    {
        var done = await plane.CommandAsync(plane.Olga, Pause, """{"reason":"a look at it"}""", "pause-1");
        Assert.Equal((HttpStatusCode.OK, "done", "olga:pause-1", "pauseStrategy"), (done.Status, done["outcome"], done["commandId"], done["operation"]));
        await Eventually.TrueAsync(async () => (string?)(await plane.GetAsync(plane.Viewer, "/v1/portfolios/main")).Body["strategies"]![0]!["state"] == "paused", "the strategy is shown as paused");
        var entry = (await plane.GetAsync(plane.Auditor, "/v1/commands/main")).Body["items"]!.AsArray().Single(c => (string?)c!["commandId"] == "olga:pause-1")!;
        Assert.Equal(("olga", "operator", "127.0.0.1", "a look at it", "done"), ((string?)entry["actor"], (string?)entry["role"], (string?)entry["address"], (string?)entry["reason"], (string?)entry["outcome"]));
        Assert.Equal("done", (await plane.CommandAsync(plane.Olga, Resume))["outcome"]);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_result_whatever_was_restarted_and_other_content_is_refused()
    {
        var first = await plane.CommandAsync(plane.Olga, Pause, id: "once");
        Assert.Equal("done", first["outcome"]);
        Assert.Equal("done", (await plane.CommandAsync(plane.Olga, Resume, id: "back"))["outcome"]);
        await plane.StopEngineAsync();
        await plane.StartEngineAsync();
        await plane.RestartApiAsync();
        Assert.Equal(first.Body.ToJsonString(), (await plane.CommandAsync(plane.Olga, Pause, id: "once")).Body.ToJsonString());
        Assert.Equal(first.Body.ToJsonString(), (await plane.CommandAsync(plane.Olga, Pause, id: "\"once\"")).Body.ToJsonString());
        Assert.Equal((1L, 1L), (await CountAsync("command_authorised", "once"), await CountAsync("command_answered", "once")));
        var other = await plane.CommandAsync(plane.Olga, Resume, id: "once");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "KEY_REUSED"), (other.Status, other["code"]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await plane.CommandAsync(plane.Olga, Pause, """{"reason":"another"}""", "once")).Status);
    }

    [Fact]
    public async Task Twenty_repeats_at_once_are_one_command()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => plane.CommandAsync(plane.Olga, "kill-switches/engage", """{"scope":"instrument","target":"SPY.ARCX","mode":"halt","reason":"all at once"}""", "many")));
        Assert.Single(all.Select(s => s.Body.ToJsonString()).Distinct());
        Assert.Equal("done", all[0]["outcome"]);
        Assert.Equal(1, await CountAsync("command_authorised", "many"));
    }

    [Fact]
    public async Task What_the_engine_refuses_is_a_problem_with_its_code_and_a_repeat_is_refused_alike()
    {
        var refused = await plane.CommandAsync(plane.Olga, "strategies/none@1.0.0/pause", id: "no-1");
        Assert.Equal((HttpStatusCode.NotFound, "UNKNOWN_AGENT", "olga:no-1", "application/problem+json"), (refused.Status, refused["code"], refused["commandId"], refused.ContentType));
        Assert.Contains("none@1.0.0", refused["detail"], StringComparison.Ordinal);
        Assert.Equal(refused.Body.ToJsonString(), (await plane.CommandAsync(plane.Olga, "strategies/none@1.0.0/pause", id: "no-1")).Body.ToJsonString());
        Assert.Equal((HttpStatusCode.Conflict, "NOT_ENGAGED"), await plane.CommandAsync(plane.Rita, "kill-switches/release", """{"scope":"portfolio","reason":"a test"}""") is var said ? (said.Status, said["code"]) : default);
        Assert.Equal((HttpStatusCode.BadRequest, "TARGET_MISSING"), await plane.CommandAsync(plane.Olga, "kill-switches/engage", """{"scope":"agent","mode":"halt","reason":"a test"}""") is var bad ? (bad.Status, bad["code"]) : default);
    }

    [Fact]
    public async Task While_no_engine_runs_a_command_waits_and_is_not_lost()
    {
        await plane.StopEngineAsync();
        var queued = await plane.CommandAsync(plane.Olga, "halt", id: "stop-1");
        Assert.Equal((HttpStatusCode.Accepted, "queued", "/v1/commands/main/olga%3Astop-1"), (queued.Status, queued["outcome"], queued.Headers.Location?.ToString()));
        await plane.RestartApiAsync();
        await plane.StartEngineAsync();
        await Eventually.TrueAsync(async () => (await plane.GetAsync(plane.Olga, queued.Headers.Location!.ToString()))["outcome"] == "done", "the command is carried out");
        Assert.Equal("done", (await plane.CommandAsync(plane.Olga, "halt", id: "stop-1"))["outcome"]);
        Assert.Equal("UNKNOWN_COMMAND", (await plane.GetAsync(plane.Viewer, queued.Headers.Location!.ToString()))["code"]);
    }

    public static TheoryData<string, string, string, HttpStatusCode, string, string?> Malformed => new()
    {
        { "halt", "", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", null },
        { "halt", "null", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", null },
        { "halt", "[]", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", null },
        { "halt", "{}", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", null },
        { "halt", """{"reason":null}""", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", "reason" },
        { "halt", """{"reason":7}""", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", "reason" },
        { "halt", """{"reason":" "}""", "application/json", HttpStatusCode.BadRequest, "REASON_MISSING", "reason" },
        { "halt", """{"reason":"a\u0000b"}""", "application/json", HttpStatusCode.BadRequest, "BAD_REASON", "reason" },
        { "halt", """{"reason":"\ud800"}""", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", "reason" },
        { "halt", """{"reason":"a","more":1}""", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", "more" },
        { "halt", """{"reason":"a"}""", "text/plain", HttpStatusCode.UnsupportedMediaType, "NOT_JSON", null },
        { "kill-switches/engage", """{"scope":"galaxy","mode":"halt","reason":"a"}""", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", "scope" },
        { "kill-switches/engage", """{"scope":1,"mode":"halt","reason":"a"}""", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", "scope" },
        { "kill-switches/engage", """{"mode":"halt","reason":"a"}""", "application/json", HttpStatusCode.BadRequest, "INVALID_BODY", null },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_body_that_is_none_is_refused_with_the_field_that_is_wrong(string path, string body, string type, HttpStatusCode status, string code, string? field)
    {
        var person = await plane.KeyAsync($"mal{Guid.NewGuid():N}"[..12], Domain.Control.Role.Operator);
        var said = await plane.SendAsync(person, HttpMethod.Post, $"/v1/portfolios/main/{path}", body, "bad", type);
        Assert.True((said.Status, said["code"], said["field"]) == (status, code, field), said.Body.ToJsonString());
        Assert.Equal(0, await plane.World.AskAsync<long>("select count(*) from events.mt_events where type = 'command_authorised' and data ->> 'commandId' like '%:bad'"));
    }

    [Fact]
    public async Task Limits_that_are_none_are_refused_with_their_path()
    {
        var said = await plane.CommandAsync(plane.Rita, "limits", """{"limits":{"positionCaps":{"SPY.ARCX":"much"},"bucketLimits":{}},"reason":"a test"}""", method: HttpMethod.Put);
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_BODY"), (said.Status, said["code"]));
        Assert.StartsWith("limits.positionCaps", said["field"], StringComparison.Ordinal);
        Assert.Equal("INVALID", (await plane.CommandAsync(plane.Rita, "limits", """{"limits":{"maxDailyLoss":"-5","positionCaps":{},"bucketLimits":{}},"reason":"a test"}""", method: HttpMethod.Put))["code"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("two words")]
    [InlineData("a:b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task Without_a_good_idempotency_key_nothing_is_done(string? id)
    {
        var said = await plane.SendAsync(plane.Olga, HttpMethod.Post, "/v1/portfolios/main/halt", """{"reason":"a"}""", id);
        Assert.Equal((HttpStatusCode.BadRequest, "BAD_IDEMPOTENCY_KEY"), (said.Status, said["code"]));
    }

    [Fact]
    public async Task A_body_beyond_64_KiB_is_refused()
    {
        var said = await plane.CommandAsync(plane.Olga, "halt", $$"""{"reason":"{{new string('x', 70_000)}}"}""");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE"), (said.Status, said["code"]));
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_too()
    {
        Assert.Equal((HttpStatusCode.NotFound, "UNKNOWN_PATH", "application/problem+json"), await plane.GetAsync(plane.Olga, "/v1/nothing") is var none ? (none.Status, none["code"], none.ContentType) : default);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "WRONG_METHOD"), await plane.GetAsync(plane.Olga, "/v1/portfolios/main/halt") is var wrong ? (wrong.Status, wrong["code"]) : default);
        Assert.Equal((HttpStatusCode.NotFound, "UNKNOWN_PORTFOLIO"), await plane.CommandAsync(plane.Olga, "/v1/portfolios/other/halt") is var other ? (other.Status, other["code"]) : default);
        Assert.Equal((HttpStatusCode.NotFound, "UNKNOWN_PORTFOLIO"), await plane.CommandAsync(plane.Olga, "/v1/portfolios/Not%20one/halt") is var odd ? (odd.Status, odd["code"]) : default);
    }
}
