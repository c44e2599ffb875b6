using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore.Verifying;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests;

/// <summary>A person from the first key to being forgotten, with all that the platform writes meanwhile.</summary>
public sealed class ForgettingTests(Plane plane) : IClassFixture<Plane>
{
    private const string Name = "alice.liddell", Pause = $"strategies/{Plane.Agent}/pause", Resume = $"strategies/{Plane.Agent}/resume";

    private Task<Ended> EstAsync(params string[] arguments) => EstProcess.RunAsync(plane.Environment(""), arguments);

    /// <summary>Tables, of all that the platform writes, that have a text in some row.</summary>
    private async Task<string[]> TablesWithAsync(string text)
    {
        var tables = await plane.World.AskAsync<string[]>(
            "select array_agg(format('%I.%I', schemaname, tablename)) from pg_tables where schemaname in ('events', 'audit', 'read', 'est', 'control', 'privacy')") ?? [];
        var found = new List<string>();
        foreach (var table in tables)
            if (await plane.World.AskAsync<bool>($"select exists (select from {table} t where t::text ilike '%' || $1 || '%')", text)) found.Add(table);
        Assert.Contains("events.mt_events", tables);
        return [.. found];
    }

    private async Task IntactAsync()
    {
        var verified = await new LogVerifier(plane.World.Database.Reader).RunAsync(new VerifyOptions([]), ct: TestContext.Current.CancellationToken);
        Assert.True(verified.Intact, string.Join("; ", verified.Faults));
        Assert.True(verified.Events > 0);
    }

    [Fact]
    public async Task What_was_done_by_name_before_there_were_references_is_still_that_persons()
    {
        var (key, olaf) = (await plane.KeyAsync("olaf", Role.Operator, Role.RiskOfficer), await plane.ReferenceAsync("olaf"));
        await plane.World.AskAsync<int>("update control.api_keys set person = 'olaf' where person = $1 returning 1", olaf);
        await plane.RestartApiAsync();
        Assert.Equal(olaf, await plane.World.AskAsync<string>("select person from control.api_keys where key_id = $1", ApiKey.Parse(key)!.Value.KeyId));
        Assert.Equal("olaf:after", (await plane.CommandAsync(key, Pause, id: "after"))["commandId"]);
        Assert.Equal("done", (await plane.CommandAsync(key, Resume))["outcome"]);

        var (now, command) = (Timestamp.From(TimeProvider.System.GetUtcNow()), System.Text.Json.JsonElement.Parse("{}"));
        var log = new EventLog(plane.World.Outside.Reader, plane.World.Outside.Appender, TimeProvider.System);
        await log.AppendAsync("control-main", "a test", [new ApprovalRequested(
            "from-before", "olaf:before", "main", "olaf", "riskOfficer", "k", "10.1.2.3", "go", "resumeTrading", command, "a halt", now, now + TimeSpan.FromHours(1))], TestContext.Current.CancellationToken);
        Assert.Equal("SAME_PERSON", (await plane.CommandAsync(key, "/v1/approvals/from-before/approve"))["code"]);
        Assert.Equal(("olaf", "10.1.2.3"), (await plane.GetAsync(plane.Auditor, "/v1/approvals")).Body.AsArray().Single(a => (string?)a!["approvalId"] == "from-before") is var shown ? ((string?)shown!["actor"], (string?)shown["address"]) : default);
    }

    [Fact]
    public async Task The_log_never_has_the_name_and_a_forgotten_person_is_nobody_in_it()
    {
        var key = await plane.KeyAsync("Alice.Liddell", Role.Operator, Role.RiskOfficer);
        var alice = await plane.ReferenceAsync(Name);
        var paused = await plane.CommandAsync(key, Pause, """{"reason":"a look"}""", "alice-1");
        Assert.Equal(("done", $"{Name}:alice-1"), (paused["outcome"], paused["commandId"]));
        Assert.Equal("FORBIDDEN", (await plane.GetAsync(key, "/v1/keys"))["code"]);
        Assert.Equal("UNKNOWN_COMMAND", (await plane.GetAsync(key, $"/v1/commands/main/{Name}%3Anone"))["code"]);
        Assert.Equal("UNAUTHENTICATED", (await plane.GetAsync("est_none", $"/v1/commands/main/{Name}%3Anone"))["code"]);
        Assert.Equal("done", (await plane.GetAsync(key, $"/v1/commands/main/{Name}%3Aalice-1"))["outcome"]);
        Assert.Equal("done", (await plane.CommandAsync(await plane.KeyAsync(Name, Role.Operator), Resume, id: "alice-2"))["outcome"]);
        Assert.Equal("done", (await plane.CommandAsync(plane.Token(Name, "operator"), "kill-switches/engage", """{"scope":"instrument","target":"SPY.ARCX","mode":"halt","reason":"a drill"}""", "alice-3"))["outcome"]);
        var asked = await plane.CommandAsync(key, "kill-switches/release", """{"scope":"instrument","target":"SPY.ARCX","reason":"over"}""", "alice-4");
        Assert.Equal("approvalNeeded", asked["outcome"]);
        Assert.Equal("SAME_PERSON", (await plane.CommandAsync(plane.Token(Name, "riskOfficer"), $"/v1/approvals/{asked["approvalId"]}/approve"))["code"]);
        Assert.Equal("done", (await plane.CommandAsync(plane.Rita, $"/v1/approvals/{asked["approvalId"]}/approve"))["outcome"]);

        var acts = await plane.World.AskAsync<long>("select count(*) from events.mt_events where data ->> 'actor' = $1", alice);
        Assert.True(acts >= 8, acts.ToString(CultureInfo.InvariantCulture));
        await Eventually.TrueAsync(async () => await plane.World.AskAsync<long>("select count(*) from read.audit_index where actor = $1", alice) == acts, "the index has all");
        Assert.Empty(await TablesWithAsync("alice.l"));
        Assert.Empty(await TablesWithAsync("127.0.0.1"));
        Assert.Contains("events.mt_events", await TablesWithAsync("a DRILL"));
        Assert.DoesNotContain(plane.World.Complaints.Lines, l => l.Contains("liddell", StringComparison.OrdinalIgnoreCase));
        await IntactAsync();

        // By name for people, on every way out.
        var mine = (await plane.GetAsync(plane.Auditor, "/v1/commands/main")).Body["items"]!.AsArray().Single(c => (string?)c!["commandId"] == $"{Name}:alice-1")!;
        Assert.Equal((Name, "127.0.0.1"), ((string?)mine["actor"], (string?)mine["address"]));
        foreach (var actor in (string[])[Name, alice, "Alice.Liddell"])
            Assert.Equal(acts, (await plane.GetAsync(plane.Auditor, $"/v1/audit/events?limit=500&actor={actor}")).Body["items"]!.AsArray().Count);
        var found = await EstAsync("audit", "find", "--actor", Name, "--type", "command_authorised", "--json");
        Assert.Contains($"\"actor\":\"{Name}\"", found.Out, StringComparison.Ordinal);
        var shown = await EstAsync("audit", "show", (string)JsonNode.Parse(found.Out)!["items"]![0]!["position"]!);
        Assert.True(shown.Out.Contains($"{alice} is {Name}", StringComparison.Ordinal) && shown.Out.Contains("sealed:", StringComparison.Ordinal), shown.Out);
        Assert.Contains(Name, (await EstAsync("keys", "list")).Out, StringComparison.Ordinal);
        Assert.Contains(alice, (await EstAsync("persons", "find", Name)).Out, StringComparison.Ordinal);
        Assert.Contains(Name, (await EstAsync("persons", "show", alice, "--json")).Out, StringComparison.Ordinal);
        Assert.Contains(Name, (await EstAsync("persons", "list")).Out, StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("est-forgetting-").FullName;
        try
        {
            var file = Path.Combine(folder, "report.json");
            Assert.Equal((0, false), (await EstAsync("report", "controls", "--format", "json", "--out", file)) is var bare ? (bare.Code, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Contains(Name, StringComparison.Ordinal)) : default);
            var hash = (string?)JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["rowsSha256"];
            Assert.Equal((0, true), (await EstAsync("report", "controls", "--format", "json", "--out", file, "--with-names")) is var named ? (named.Code, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Contains(Name, StringComparison.Ordinal)) : default);
            Assert.Equal(hash, (string?)JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["rowsSha256"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // Forgotten: the log as it was, and nobody in it.
        Assert.Equal(2, (await EstAsync("persons", "forget", alice, "--reason", $"{Name} has left")).Code);
        Assert.Equal(4, (await EstAsync("persons", "forget", "nobody.of.that.name", "--reason", "asked to be")).Code);
        var forgotten = await EstAsync("persons", "forget", Name, "--reason", "asked to be");
        Assert.True(forgotten.Code == 0 && forgotten.Out.Contains(alice, StringComparison.Ordinal) && forgotten.Out.Contains(ApiKey.Parse(key)!.Value.KeyId, StringComparison.Ordinal), forgotten.Error);
        Assert.Equal(0, (await EstAsync("persons", "forget", alice, "--reason", "asked to be")).Code);
        Assert.Equal(1, await plane.World.AskAsync<long>("select count(*) from events.mt_events where type = 'person_forgotten' and data ->> 'person' = $1", alice));
        Assert.Equal(HttpStatusCode.Unauthorized, (await plane.GetAsync(key, "/v1/portfolios")).Status);
        await plane.RestartApiAsync();
        await IntactAsync();
        var now = (await plane.GetAsync(plane.Auditor, "/v1/commands/main")).Body["items"]!.AsArray().Single(c => (string?)c!["commandId"] == $"{alice}:alice-1")!;
        Assert.Equal(alice, (string?)now["actor"]);
        Assert.StartsWith("sealed:", (string?)now["address"], StringComparison.Ordinal);
        Assert.Empty((await plane.GetAsync(plane.Auditor, $"/v1/audit/events?actor={Name}")).Body["items"]!.AsArray());
        Assert.Equal(acts, (await plane.GetAsync(plane.Auditor, $"/v1/audit/events?limit=500&actor={alice}")).Body["items"]!.AsArray().Count(e => (string?)e!["type"] != "person_forgotten"));
        Assert.Equal(4, (await EstAsync("persons", "find", Name)).Code);
        Assert.Contains("nobody", (await EstAsync("persons", "show", alice)).Out, StringComparison.Ordinal);
        Assert.Equal(0, await plane.World.AskAsync<long>("select count(*) from privacy.persons where reference = $1 and num_nonnulls(lookup, sealed_name, wrapped_key, key_id) > 0", alice));

        // And back as somebody new.
        plane.Persons.Refresh();
        var back = await plane.KeyAsync(Name, Role.Operator);
        Assert.NotEqual(alice, await plane.ReferenceAsync(Name));
        Assert.Equal($"{Name}:alice-1", (await plane.CommandAsync(back, Pause, """{"reason":"a look"}""", "alice-1"))["commandId"]);
        Assert.Equal("done", (await plane.CommandAsync(back, Resume))["outcome"]);
        Assert.Empty(await TablesWithAsync("alice.l"));
    }
}
