using EventSourcedTrading.Testing;
using Grpc.Core;

namespace EventSourcedTrading.Api.Tests;

/// <summary>The control plane driven by <c>@grpc/grpc-js</c>, from the published .proto.</summary>
public sealed class GrpcTests(Plane plane) : IClassFixture<Plane>
{
    private async Task<GrpcJsAnswer> CallAsync(string? key, string method, object request, object? options = null)
    {
        Assert.SkipUnless(NodeProgram.IsInstalled, "node is not installed");
        return await plane.Grpc.CallAsync(method, request, options ?? new { metadata = key is null ? new Dictionary<string, string>() : new() { ["authorization"] = $"Bearer {key}" } });
    }

    private static object Command(string id, string reason = "a test") => new { portfolio = "main", idempotencyKey = id, reason };

    [Fact]
    public async Task A_command_is_done_and_a_repeat_gets_the_same()
    {
        var done = await CallAsync(plane.Olga, "PauseStrategy", new { portfolio = "main", idempotencyKey = "g-1", reason = "a look", agent = Plane.Agent });
        Assert.True(done.Code == 0, done.Details);
        Assert.Equal(("olga:g-1", "pauseStrategy"), (done.Messages[0].GetProperty("commandId").GetString(), done.Messages[0].GetProperty("operation").GetString()));
        var again = await CallAsync(plane.Olga, "PauseStrategy", new { portfolio = "main", idempotencyKey = "g-1", reason = "a look", agent = Plane.Agent });
        Assert.Equal(done.Messages[0].GetRawText(), again.Messages[0].GetRawText());
        // One command, whichever way it is repeated.
        Assert.Equal(done.Messages[0].GetProperty("position").GetString(), (await plane.CommandAsync(plane.Olga, $"strategies/{Plane.Agent}/pause", """{"reason":"a look"}""", "g-1"))["position"]);
        Assert.Equal((int)StatusCode.InvalidArgument, (await CallAsync(plane.Olga, "HaltTrading", Command("g-1"))).Code);
        Assert.Equal(0, (await CallAsync(plane.Olga, "ResumeStrategy", new { portfolio = "main", idempotencyKey = "g-2", reason = "a look", agent = Plane.Agent })).Code);
    }

    [Fact]
    public async Task Refusals_have_statuses_codes_and_texts()
    {
        var unknown = await CallAsync(plane.Olga, "PauseStrategy", new { portfolio = "main", idempotencyKey = "g-3", reason = "näää", agent = "none@1" });
        Assert.Equal(((int)StatusCode.NotFound, "UNKNOWN_AGENT", "olga:g-3"), (unknown.Code, unknown.Trailer("est-code"), unknown.Trailer("est-command-id")));
        Assert.Equal(((int)StatusCode.PermissionDenied, "FORBIDDEN"), await CallAsync(plane.Viewer, "HaltTrading", Command("g-4")) is var forbidden ? (forbidden.Code, forbidden.Trailer("est-code")) : default);
        Assert.Equal((int)StatusCode.Unauthenticated, (await CallAsync(null, "HaltTrading", Command("g-5"))).Code);
        Assert.Equal((int)StatusCode.InvalidArgument, (await CallAsync(plane.Olga, "HaltTrading", Command("g-6", reason: ""))).Code);
        Assert.Equal((int)StatusCode.InvalidArgument, (await CallAsync(plane.Olga, "EngageKillSwitch", new { portfolio = "main", idempotencyKey = "g-7", reason = "a" })).Code);
        Assert.Equal((int)StatusCode.NotFound, (await CallAsync(plane.Olga, "HaltTrading", new { portfolio = "other", idempotencyKey = "g-8", reason = "a" })).Code);
    }

    [Fact]
    public async Task A_second_person_approves_over_gRPC_too()
    {
        var engaged = await CallAsync(plane.Olga, "EngageKillSwitch", new { portfolio = "main", idempotencyKey = "g-10", reason = "a", scope = "KILL_SWITCH_SCOPE_AGENT", target = Plane.Agent, mode = "KILL_SWITCH_MODE_HALT" });
        Assert.True(engaged.Code == 0, engaged.Details);
        var release = new { portfolio = "main", idempotencyKey = "g-11", reason = "a", scope = "KILL_SWITCH_SCOPE_AGENT", target = Plane.Agent };
        var asked = await CallAsync(plane.Rita, "ReleaseKillSwitch", release);
        Assert.Equal(((int)StatusCode.FailedPrecondition, "SECOND_PERSON_NEEDED"), (asked.Code, asked.Trailer("est-code")));
        var approvalId = asked.Trailer("est-approval-id")!;
        Assert.Contains(approvalId, (await CallAsync(plane.Sam, "ListApprovals", new { })).Messages[0].GetRawText(), StringComparison.Ordinal);
        Assert.Equal(((int)StatusCode.PermissionDenied, "SAME_PERSON"), await CallAsync(await plane.KeyAsync("rita", Domain.Control.Role.RiskOfficer), "Approve", new { approvalId, reason = "a" }) is var self ? (self.Code, self.Trailer("est-code")) : default);
        var done = await CallAsync(plane.Sam, "Approve", new { approvalId, reason = "agreed" });
        Assert.True(done.Code == 0, done.Details);
        Assert.Equal("sam", done.Messages[0].GetProperty("approver").GetString());
        Assert.Equal(0, (await CallAsync(plane.Rita, "ReleaseKillSwitch", release)).Code);
    }

    [Fact]
    public async Task Limits_travel_as_a_struct_and_come_back_in_the_state()
    {
        object Text(string value) => new { stringValue = value };
        var limits = new { fields = new { positionCaps = new { structValue = new { fields = new Dictionary<string, object> { [Market.Spy] = Text("50") } } }, bucketLimits = new { structValue = new { fields = new { } } }, maxDailyLoss = Text("1000") } };
        var done = await CallAsync(plane.Rita, "SetRiskLimits", new { portfolio = "main", idempotencyKey = "g-20", reason = "a", limits });
        Assert.True(done.Code == 0, done.Details);
        await Eventually.TrueAsync(async () => (await CallAsync(plane.Viewer, "GetPortfolio", new { portfolio = "main" })).Messages[0].GetProperty("limits").GetRawText() is var text
            && text.Contains("\"1000\"", StringComparison.Ordinal) && text.Contains("\"50\"", StringComparison.Ordinal), "the limits are shown");
        var wrong = await CallAsync(plane.Rita, "SetRiskLimits", new { portfolio = "main", idempotencyKey = "g-21", reason = "a", limits = new { fields = new { nonsense = Text("1") } } });
        Assert.Equal(((int)StatusCode.InvalidArgument, "INVALID_BODY"), (wrong.Code, wrong.Trailer("est-code")));
    }

    [Fact]
    public async Task Who_watches_sees_the_state_at_once_and_again_when_it_changes()
    {
        var watching = CallAsync(plane.Viewer, "WatchPortfolio", new { portfolio = "main" }, new { metadata = new Dictionary<string, string> { ["authorization"] = $"Bearer {plane.Viewer}" }, cancelAfter = 2, deadlineMs = 30_000 });
        // Nobody says when the watcher has its first state: so there is a change, and another, until it has seen one.
        for (var n = 1; !watching.IsCompleted; n++)
        {
            var change = $$"""{"scope":"instrument","target":"SPY.ARCX","mode":"reduceOnly","reason":"watched {{n}}"}""";
            Assert.Equal("done", (await plane.CommandAsync(plane.Olga, "kill-switches/engage", change))["outcome"]);
            await Task.WhenAny(watching, Task.Delay(500));
        }

        var seen = await watching;
        Assert.Equal(((int)StatusCode.Cancelled, 2), (seen.Code, seen.Messages.Count));
        Assert.Contains("watched", seen.Messages[1].GetRawText(), StringComparison.Ordinal);
        Assert.NotEqual(seen.Messages[0].GetRawText(), seen.Messages[1].GetRawText());
    }

    [Fact]
    public async Task The_auditor_reads_who_commanded_what()
    {
        Assert.Equal(0, (await CallAsync(plane.Olga, "PauseStrategy", new { portfolio = "main", idempotencyKey = "g-30", reason = "for the record", agent = Plane.Agent })).Code);
        var history = await CallAsync(plane.Auditor, "ListCommands", new { portfolio = "main", limit = 200 });
        Assert.Contains(history.Messages[0].GetProperty("commands").EnumerateArray(), c => c.GetProperty("commandId").GetString() == "olga:g-30" && c.GetProperty("outcome").GetString() == "done" && c.GetProperty("reason").GetString() == "for the record");
        Assert.Equal(0, (await CallAsync(plane.Olga, "ResumeStrategy", new { portfolio = "main", idempotencyKey = "g-31", reason = "a", agent = Plane.Agent })).Code);
        Assert.Contains("olga", (await CallAsync(plane.Admin, "ListKeys", new { })).Messages[0].GetRawText(), StringComparison.Ordinal);
    }
}
