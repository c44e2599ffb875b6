using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests;

/// <summary>The audit query over HTTP and by <c>est audit</c>, on the log of a running platform.</summary>
public sealed class AuditTests(Plane plane) : IClassFixture<Plane>
{
    private const string Events = "/v1/audit/events";

    private Task<Ended> EstAsync(params string[] arguments) => EstProcess.RunAsync(plane.Environment(""), ["audit", .. arguments]);

    /// <summary>A kill switch engaged with a reason of its own; returns once the index has it.</summary>
    private async Task<JsonNode> EngagedAsync(string reason)
    {
        Assert.Equal("done", (await plane.CommandAsync(plane.Olga, "kill-switches/engage", $$"""{"scope":"agent","target":"{{Plane.Agent}}","mode":"halt","reason":"{{reason}}"}"""))["outcome"]);
        JsonArray found = [];
        await Eventually.TrueAsync(async () => (found = (await FindAsync($"type=kill_switch_engaged&text={Uri.EscapeDataString(reason)}")).Body["items"]!.AsArray()).Count > 0, "the index has it");
        return found[0]!;
    }

    private Task<Said> FindAsync(string question) => plane.GetAsync(plane.Auditor, $"{Events}?{question}");

    [Fact]
    public async Task What_a_person_did_is_found_by_any_of_its_sides_and_shown_whole()
    {
        var row = await EngagedAsync("first of all sides");
        var position = (string)row["position"]!;
        foreach (var side in new[] { "actor=olga", $"agent={Plane.Agent}", "portfolio=main", "stream=risk-main", "type=kill_switch_engaged", "text=SIDES", $"from={position}", $"asOf={position}", $"to={row["recordedAt"]}" })
            Assert.Contains((await FindAsync(side + "&limit=500")).Body["items"]!.AsArray(), e => (string?)e!["position"] == position);
        Assert.Equal("olga", (string?)row["actor"]);
        var whole = await plane.GetAsync(plane.Auditor, $"{Events}/{position}");
        Assert.Equal((HttpStatusCode.OK, "first of all sides", "halt"), (whole.Status, (string?)whole.Body["data"]!["reason"], (string?)whole.Body["data"]!["mode"]));
        await using var source = StoreConnection.Open(plane.World.Options.Postgres, StoreRole.Reader);
        await foreach (var e in new EventReader(source).ReadAllAsync(long.Parse(position), pageSize: 1, ct: TestContext.Current.CancellationToken))
        {
            Assert.Equal((e.Id.ToString(), e.StreamId, e.Version.ToString()), (whole["id"], whole["stream"], whole["version"]));
            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(e.Data.Span), JsonElement.Parse(whole.Body["data"]!.ToJsonString())));
            break;
        }
    }

    [Fact]
    public async Task Pages_lead_through_all_of_the_log_in_either_direction()
    {
        await EngagedAsync("something to page through");
        var newest = await PagesAsync("limit=7&to=40");
        Assert.Equal(Enumerable.Range(1, 40).Reverse().Select(n => (long)n).Where(newest.Contains), newest);
        Assert.Equal(newest.Order(), await PagesAsync("limit=3&to=40&oldestFirst=true"));
        Assert.Equal(await plane.World.AskAsync<long>("select count(*) from events.mt_events where seq_id <= 40"), newest.Count);

        async Task<List<long>> PagesAsync(string question)
        {
            var found = new List<long>();
            for (string? after = null; ;)
            {
                var page = await FindAsync(question + (after is null ? "" : $"&after={after}"));
                found.AddRange(page.Body["items"]!.AsArray().Select(e => long.Parse((string)e!["position"]!)));
                if ((after = page["next"]) is null) return found;
            }
        }
    }

    [Fact]
    public async Task A_command_leads_from_its_effect_up_to_who_was_let_in_and_down_again()
    {
        var engaged = (string)(await EngagedAsync("up and down"))["position"]!;
        var why = await plane.GetAsync(plane.Auditor, $"{Events}/{engaged}/why");
        var chain = why.Body["nodes"]!.AsArray();
        Assert.Equal(("kill_switch_engaged", "command_authorised"), ((string?)chain[0]!["event"]!["type"], (string?)chain[^1]!["event"]!["type"]));
        Assert.StartsWith("it came from outside: call:olga:", why["ends"], StringComparison.Ordinal);
        var authorised = (string)chain[^1]!["event"]!["position"]!;
        var followed = (await plane.GetAsync(plane.Auditor, $"{Events}/{authorised}/followed")).Body["nodes"]!.AsArray();
        Assert.Contains(followed, n => (string?)n!["event"]!["position"] == engaged);
        Assert.Contains(followed, n => (string?)n!["event"]!["type"] == "command_answered");
        Assert.Equal(authorised, (string?)followed[0]!["event"]!["position"]);
    }

    public static TheoryData<string, HttpStatusCode, string, string?> Hostile => new()
    {
        { "?limit=0", HttpStatusCode.BadRequest, "BAD_FILTER", "limit" },
        { "?limit=501", HttpStatusCode.BadRequest, "BAD_FILTER", "limit" },
        { "?limit=x", HttpStatusCode.BadRequest, "BAD_FILTER", "limit" },
        { "?actr=olga", HttpStatusCode.BadRequest, "BAD_FILTER", "actr" },
        { "?actor=olga&actor=rita", HttpStatusCode.BadRequest, "BAD_FILTER", "actor" },
        { "?type=order_fill", HttpStatusCode.BadRequest, "BAD_FILTER", "type" },
        { "?text=%21%21", HttpStatusCode.BadRequest, "BAD_FILTER", "text" },
        { "?agent=a%00b", HttpStatusCode.BadRequest, "BAD_FILTER", "agent" },
        { "?from=yesterday", HttpStatusCode.BadRequest, "BAD_FILTER", "from" },
        { "?to=5&asOf=5", HttpStatusCode.BadRequest, "BAD_FILTER", "asOf" },
        { "/0", HttpStatusCode.BadRequest, "BAD_POSITION", "position" },
        { "/-1/why", HttpStatusCode.BadRequest, "BAD_POSITION", "position" },
        { "/x/followed", HttpStatusCode.BadRequest, "BAD_POSITION", "position" },
        { "/99999999999999999999", HttpStatusCode.BadRequest, "BAD_POSITION", "position" },
        { "/9223372036854775807", HttpStatusCode.NotFound, "UNKNOWN_EVENT", "position" },
        { "/9000000000/why", HttpStatusCode.NotFound, "UNKNOWN_EVENT", "position" },
        { "/9000000000/followed", HttpStatusCode.NotFound, "UNKNOWN_EVENT", "position" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_has_no_sense_is_a_problem_that_names_the_field(string rest, HttpStatusCode status, string code, string? field)
    {
        var key = await plane.KeyAsync($"h{Guid.NewGuid():N}"[..12], Domain.Control.Role.Auditor);
        var said = await plane.GetAsync(key, Events + rest);
        Assert.True((said.Status, said["code"], said["field"], said.ContentType) == (status, code, field, "application/problem+json"), said.Body.ToJsonString());
    }

    [Fact]
    public async Task Hostile_values_find_nothing() =>
        Assert.Empty((await FindAsync($"actor={Uri.EscapeDataString("' or 1=1; --")}&text={Uri.EscapeDataString("a' & (b | !c):*")}")).Body["items"]!.AsArray());

    [Fact]
    public async Task The_command_line_finds_shows_and_explains_the_same()
    {
        var position = (string)(await EngagedAsync("seen from a terminal"))["position"]!;
        var found = await EstAsync("find", "--actor", "olga", "--text", "terminal", "--type", "kill_switch_engaged");
        Assert.True(found.Code == 0, found.Error);
        Assert.Contains(position, found.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", found.Out, StringComparison.Ordinal);
        var json = await EstAsync("find", "--text", "terminal", "--type", "kill_switch_engaged", "--limit", "1", "--json");
        Assert.Equal(position, (string?)JsonNode.Parse(json.Out)!["items"]![0]!["position"]);
        Assert.Equal((0, true), ((await EstAsync("show", position)) is var shown ? (shown.Code, shown.Out.Contains("seen from a terminal", StringComparison.Ordinal)) : default));
        var why = await EstAsync("why", position);
        Assert.Equal((0, true), (why.Code, why.Out.Contains("command_authorised", StringComparison.Ordinal)));
        var authorised = (string)JsonNode.Parse((await EstAsync("why", position, "--json")).Out)!["nodes"]!.AsArray()[^1]!["event"]!["position"]!;
        Assert.Contains(position, (await EstAsync("followed", authorised)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_says_what_is_wrong_and_ends_with_the_code_for_it()
    {
        Assert.Equal((4, true), await EstAsync("why", "main-4711") is var order ? (order.Code, order.Error.Contains("main-4711", StringComparison.Ordinal)) : default);
        Assert.Equal(4, (await EstAsync("show", "9000000000")).Code);
        Assert.Equal(4, (await EstAsync("followed", "9000000000")).Code);
        Assert.Equal((2, true), await EstAsync("find", "--type", "order_fill") is var type ? (type.Code, type.Error.Contains("order_filled", StringComparison.Ordinal)) : default);
        Assert.Equal(2, (await EstAsync("find", "--limit", "0")).Code);
        Assert.Equal(2, (await EstAsync("find", "--nonsense")).Code);
        Assert.Equal((0, true), await EstAsync("find", "--help") is var help ? (help.Code, help.Out.Contains("est audit find --agent", StringComparison.Ordinal)) : default);
    }
}
