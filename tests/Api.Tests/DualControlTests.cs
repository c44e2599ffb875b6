using System.Net;
using EventSourcedTrading.Domain.Control;

namespace EventSourcedTrading.Api.Tests;

/// <summary>Two persons, end to end: caller, log, engine, second person, engine.</summary>
public sealed class DualControlTests(Plane plane) : IClassFixture<Plane>
{
    private const string Engage = """{"scope":"agent","target":"ada@1.0.0","mode":"halt","reason":"it behaves oddly"}""";
    private const string Release = """{"scope":"agent","target":"ada@1.0.0","reason":"it is mended"}""";
    private const string Agreed = """{"reason":"agreed"}""";

    private async Task<Said> AskForReleaseAsync(string id)
    {
        Assert.Equal("done", (await plane.CommandAsync(plane.Olga, "kill-switches/engage", Engage))["outcome"]);
        var said = await plane.CommandAsync(plane.Rita, "kill-switches/release", Release, id);
        Assert.Equal((HttpStatusCode.Accepted, "approvalNeeded"), (said.Status, said["outcome"]));
        return said;
    }

    private Task<Said> SettleAsync(string key, Said asked, string how = "approve") => plane.CommandAsync(key, $"/v1/approvals/{asked["approvalId"]}/{how}", Agreed);

    [Fact]
    public async Task One_person_engages_another_asks_for_release_and_a_third_agrees()
    {
        var asked = await AskForReleaseAsync("release-1");
        Assert.Contains(asked["approvalId"]!, (await plane.GetAsync(plane.Sam, "/v1/approvals")).Body.ToJsonString(), StringComparison.Ordinal);
        var done = await SettleAsync(plane.Sam, asked);
        Assert.Equal((HttpStatusCode.OK, "done", "sam"), (done.Status, done["outcome"], done["approver"]));
        Assert.Equal(done.Body.ToJsonString(), (await plane.CommandAsync(plane.Rita, "kill-switches/release", Release, "release-1")).Body.ToJsonString());
        Assert.Equal("done", (await SettleAsync(plane.Sam, asked))["outcome"]);
        Assert.DoesNotContain(asked["approvalId"]!, (await plane.GetAsync(plane.Sam, "/v1/approvals")).Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_with_two_keys_or_with_a_token_as_well_is_one_person()
    {
        var asked = await AskForReleaseAsync("release-2");
        string[] disguises =
        [
            plane.Rita, await plane.KeyAsync("rita", Role.RiskOfficer), await plane.KeyAsync("RITA", Role.RiskOfficer),
            plane.Token("rita", "riskOfficer"), plane.Token(" Rita ", "riskOfficer"),
        ];
        foreach (var disguise in disguises)
        {
            var said = await SettleAsync(disguise, asked);
            Assert.Equal((HttpStatusCode.Forbidden, "SAME_PERSON"), (said.Status, said["code"]));
        }

        var rita = await plane.ReferenceAsync("rita");
        Assert.Equal(disguises.Length, (await plane.TurnedAwayAsync(e => e is { Code: "SAME_PERSON" } && e.Actor == rita && e.CommandId == asked["approvalId"] ? e : null)).Count);
        Assert.Equal(0, await plane.World.AskAsync<long>("select count(*) from events.mt_events where type = 'approval_granted' and data ->> 'approvalId' = $1", asked["approvalId"]!));
        Assert.Equal("done", (await SettleAsync(plane.Token("tina", "riskOfficer"), asked))["outcome"]);
    }

    [Fact]
    public async Task A_name_that_the_requester_handed_out_himself_is_not_another_person()
    {
        var asked = await AskForReleaseAsync("release-3");
        var puppet = (await plane.Keys.IssueAsync("pupa", [Role.RiskOfficer], 1, await plane.ReferenceAsync("rita"), "a test", CancellationToken.None)).Reveal();
        Assert.Equal("KEY_OF_REQUESTER", (await SettleAsync(puppet, asked))["code"]);
        Assert.Equal("done", (await SettleAsync(plane.Sam, asked))["outcome"]);
    }

    [Fact]
    public async Task Two_who_approve_at_once_release_it_once()
    {
        var asked = await AskForReleaseAsync("release-4");
        var tina = await plane.KeyAsync("tina", Role.RiskOfficer);
        var both = await Task.WhenAll(SettleAsync(plane.Sam, asked), SettleAsync(tina, asked));
        Assert.Single(both, s => s["outcome"] == "done");
        Assert.Single(both, s => s["code"] == "APPROVAL_SETTLED");
        Assert.Equal(1, await plane.World.AskAsync<long>("select count(*) from events.mt_events where type = 'command_authorised' and data ->> 'commandId' = $1", $"{await plane.ReferenceAsync("rita")}:release-4+approved"));
    }

    [Fact]
    public async Task What_is_denied_changes_nothing_and_stays_denied()
    {
        var asked = await AskForReleaseAsync("release-5");
        Assert.Equal("denied", (await SettleAsync(plane.Sam, asked, "deny"))["outcome"]);
        Assert.Equal("APPROVAL_SETTLED", (await SettleAsync(plane.Sam, asked))["code"]);
        Assert.Equal((HttpStatusCode.Conflict, "APPROVAL_DENIED"), ((await plane.CommandAsync(plane.Rita, "kill-switches/release", Release, "release-5")) is var again ? (again.Status, again["code"]) : default));
        await plane.CommandAsync(plane.Rita, "kill-switches/release", Release, "release-6");
    }

    [Fact]
    public async Task Tightening_a_limit_takes_one_person_and_loosening_it_two()
    {
        Assert.True(await SetAsync(10m, "limits-1") is var first && first["outcome"] == "done", first.Body.ToJsonString());
        Assert.Equal("done", (await SetAsync(5m, "limits-2"))["outcome"]);
        var asked = await SetAsync(10m, "limits-3");
        Assert.Equal("approvalNeeded", asked["outcome"]);
        Assert.Contains("defaultPositionCap 5 → 10", asked["reason"], StringComparison.Ordinal);
        Assert.Equal("done", (await SettleAsync(plane.Sam, asked))["outcome"]);
        await Eventually.TrueAsync(async () => (string?)(await plane.GetAsync(plane.Viewer, "/v1/portfolios/main")).Body["limits"]!["defaultPositionCap"] == "10", "the new limit is shown");

        Task<Said> SetAsync(decimal cap, string id) => plane.CommandAsync(
            plane.Rita, "limits", $$"""{"limits":{"positionCaps":{},"bucketLimits":{},"defaultPositionCap":"{{cap}}"},"reason":"a test"}""", id, HttpMethod.Put);
    }

    [Fact]
    public async Task The_firm_is_stopped_by_one_person_and_started_by_two()
    {
        Assert.Equal("done", (await plane.CommandAsync(plane.Olga, "/v1/firm/kill-switch/engage", """{"mode":"halt","reason":"everything"}"""))["outcome"]);
        Assert.Equal("halt", (string?)(await plane.GetAsync(plane.Viewer, "/v1/firm")).Body["killSwitch"]!["mode"]);
        var asked = await plane.CommandAsync(plane.Rita, "/v1/firm/kill-switch/release", id: "firm-1");
        Assert.Equal("approvalNeeded", asked["outcome"]);
        Assert.Equal("SAME_PERSON", (await SettleAsync(plane.Rita, asked))["code"]);
        Assert.Equal("done", (await SettleAsync(plane.Sam, asked))["outcome"]);
        Assert.Null((await plane.GetAsync(plane.Viewer, "/v1/firm")).Body["killSwitch"]);
        Assert.Equal((1L, 1L), (await plane.World.CountAsync("firm_kill_switch_engaged"), await plane.World.CountAsync("firm_kill_switch_released")));
    }
}
