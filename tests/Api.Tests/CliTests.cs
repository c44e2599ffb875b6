using System.Diagnostics;
using System.Text.Json;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests;

/// <summary>The control plane driven by the command line and by curl, each a process of its own.</summary>
public sealed class CliTests(Plane plane) : IClassFixture<Plane>
{
    private Task<Ended> EstAsync(string key, params string[] arguments) => EstProcess.RunAsync(plane.Environment(key), arguments);

    [Fact]
    public async Task A_key_is_made_listed_used_and_revoked()
    {
        var made = await EstAsync("", "keys", "create", "--person", "Karl", "--role", "operator", "--role", "viewer", "--json");
        Assert.True(made.Code == 0, made.Error);
        using var json = JsonDocument.Parse(made.Out);
        var (id, key) = (json.RootElement.GetProperty("keyId").GetString()!, json.RootElement.GetProperty("key").GetString()!);
        Assert.Equal(0, (await EstAsync(key, "control", "state")).Code);
        var listed = await EstAsync("", "keys", "list");
        Assert.Contains(id, listed.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(key[^43..], listed.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await EstAsync("", "keys", "revoke", id, "--reason", "a test")).Code);
        Assert.Equal(2, (await EstAsync(key, "control", "state")).Code);
        Assert.Equal(1, await plane.World.AskAsync<long>("select count(*) from events.mt_events where type = 'key_issued' and data ->> 'person' = $1", await plane.ReferenceAsync("karl")));
        Assert.Equal((2, 2, 4), ((await EstAsync("", "keys", "create", "--person", "no body", "--role", "viewer")).Code, (await EstAsync("", "keys", "create", "--person", "a", "--role", "viewer", "--days", "0")).Code, (await EstAsync("", "keys", "revoke", "none", "--reason", "a")).Code));
    }

    [Fact]
    public async Task An_operator_pauses_and_resumes_and_is_told_what_he_may_not()
    {
        var paused = await EstAsync(plane.Olga, "control", "pause", Plane.Agent, "--reason", "a look", "--id", "cli-1");
        Assert.True(paused.Code == 0, paused.Error);
        Assert.StartsWith("done, at log position", paused.Out, StringComparison.Ordinal);
        Assert.Equal(paused.Out, (await EstAsync(plane.Olga, "control", "pause", Plane.Agent, "--reason", "a look", "--id", "cli-1")).Out);
        var wrong = await EstAsync(plane.Olga, "control", "pause", Plane.Agent, "--reason", "a look");
        Assert.Equal((1, true), (wrong.Code, wrong.Error.Contains("WRONG_STATE", StringComparison.Ordinal)));
        Assert.Equal(0, (await EstAsync(plane.Olga, "control", "resume", Plane.Agent, "--reason", "looked")).Code);
        var forbidden = await EstAsync(plane.Viewer, "control", "halt", "--reason", "a");
        Assert.Equal((1, true), (forbidden.Code, forbidden.Error.Contains("takes the role operator", StringComparison.Ordinal)));
        Assert.Equal(4, (await EstAsync(plane.Olga, "control", "cancel", "main-4711", "--reason", "a")).Code);
    }

    [Fact]
    public async Task Two_persons_release_what_one_has_stopped()
    {
        Assert.Equal(0, (await EstAsync(plane.Olga, "control", "kill-switch", "engage", "--reason", "stop")).Code);
        var asked = await EstAsync(plane.Rita, "control", "kill-switch", "release", "--reason", "go", "--json");
        Assert.Equal(5, asked.Code);
        using var json = JsonDocument.Parse(asked.Out);
        var approval = json.RootElement.GetProperty("approvalId").GetString()!;
        Assert.Contains(approval, (await EstAsync(plane.Sam, "control", "approvals", "list", "--json")).Out, StringComparison.Ordinal);
        Assert.Equal(1, (await EstAsync(plane.Rita, "control", "approvals", "approve", approval, "--reason", "myself")).Code);
        var done = await EstAsync(plane.Sam, "control", "approvals", "approve", approval, "--reason", "agreed");
        Assert.Equal((0, true), (done.Code, done.Out.Contains("approved by sam", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Limits_are_shown_and_set_from_a_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"positionCaps":{},"bucketLimits":{},"defaultPositionCap":"77"}""");
            var set = await EstAsync(plane.Rita, "control", "limits", "set", "--file", file, "--reason", "a test");
            Assert.True(set.Code == 0, set.Error);
            await Eventually.TrueAsync(async () => (await EstAsync(plane.Viewer, "control", "limits", "show", "--json")).Out.Contains("\"77\"", StringComparison.Ordinal), "the limit is shown");
            await File.WriteAllTextAsync(file, (await EstAsync(plane.Viewer, "control", "policy", "show")).Out);
            Assert.Equal(0, (await EstAsync(plane.Rita, "control", "policy", "set", "--file", file, "--reason", "what is shown can be set")).Code);
        }
        finally
        {
            File.Delete(file);
        }

        var history = await EstAsync(plane.Auditor, "control", "history");
        Assert.Equal((0, true), (history.Code, history.Out.Contains("setVotingPolicy", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_key_or_a_server_it_says_what_to_do()
    {
        var keyless = await EstAsync("", "control", "state");
        Assert.Equal((2, true), (keyless.Code, keyless.Error.Contains("est keys create", StringComparison.Ordinal)));
        var away = await EstProcess.RunAsync(new Dictionary<string, string?> { ["EST_API"] = "http://127.0.0.1:1", ["EST_API_KEY"] = plane.Olga }, "control", "halt", "--reason", "a");
        Assert.Equal((3, true, false), (away.Code, away.Error.Contains("EST_API", StringComparison.Ordinal), away.Error.Contains("   at ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Curl_engages_a_kill_switch()
    {
        var (code, text) = await CurlAsync("-H", $"Authorization: Bearer {plane.Olga}", "-H", "Idempotency-Key: \"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "-H", "Content-Type: application/json",
            "-d", """{"scope":"instrument","target":"SPY.ARCX","mode":"reduceOnly","reason":"by curl"}""", $"{plane.Addresses[0]}v1/portfolios/main/kill-switches/engage");
        Assert.Equal(("200", "done"), (code, JsonDocument.Parse(text).RootElement.GetProperty("outcome").GetString()));
        Assert.Equal("401", (await CurlAsync($"{plane.Addresses[0]}v1/portfolios")).Code);
    }

    private static async Task<(string Code, string Body)> CurlAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("curl", ["-sS", "-w", "\n%{http_code}", .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = (await process.StandardOutput.ReadToEndAsync()).Split('\n');
        await process.WaitForExitAsync();
        return (said[^1], string.Join('\n', said[..^1]));
    }
}
