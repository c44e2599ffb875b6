using System.Net;
using System.Net.Http.Headers;
using EventSourcedTrading.Api.Grpc.V1;
using EventSourcedTrading.Domain.Control;
using Grpc.Core;

namespace EventSourcedTrading.Api.Tests;

/// <summary>Every role against every operation, over HTTP and over gRPC: who is not entitled gets 403 and is on record, who is gets past the door.</summary>
public sealed class MatrixTests(Plane plane) : IClassFixture<Plane>
{
    private const string Why = """{"reason":"a test of the matrix"}""";

    // Of things that do not exist, so that what is allowed changes nothing: 404 or 409 is past the door.
    private static readonly (Operation Operation, HttpMethod Method, string Path, string? Body)[] Calls =
    [
        (Operation.ReadState, HttpMethod.Get, "/v1/portfolios", null),
        (Operation.ReadState, HttpMethod.Get, "/v1/portfolios/main", null),
        (Operation.ReadState, HttpMethod.Get, "/v1/firm", null),
        (Operation.ReadState, HttpMethod.Get, "/v1/commands/main/nobody:1", null),
        (Operation.PauseStrategy, HttpMethod.Post, "/v1/portfolios/main/strategies/none@1.0.0/pause", Why),
        (Operation.ResumeStrategy, HttpMethod.Post, "/v1/portfolios/main/strategies/none@1.0.0/resume", Why),
        (Operation.CancelOrder, HttpMethod.Post, "/v1/portfolios/main/orders/none/cancel", Why),
        (Operation.HaltTrading, HttpMethod.Post, "/v1/portfolios/none/halt", Why),
        (Operation.ResumeTrading, HttpMethod.Post, "/v1/portfolios/none/resume", Why),
        (Operation.EngageKillSwitch, HttpMethod.Post, "/v1/portfolios/none/kill-switches/engage", """{"scope":"portfolio","mode":"halt","reason":"a test"}"""),
        (Operation.ReleaseKillSwitch, HttpMethod.Post, "/v1/portfolios/main/kill-switches/release", """{"scope":"portfolio","reason":"a test"}"""),
        (Operation.SetRiskLimits, HttpMethod.Put, "/v1/portfolios/none/limits", """{"limits":{"positionCaps":{},"bucketLimits":{}},"reason":"a test"}"""),
        (Operation.SetVotingPolicy, HttpMethod.Put, "/v1/portfolios/none/policy", """{"policy":{"method":"majority","weights":{},"threshold":"0.2","veto":[]},"reason":"a test"}"""),
        (Operation.ClearVotingPolicy, HttpMethod.Post, "/v1/portfolios/none/policy/clear", """{"instrument":"SPY.ARCX","reason":"a test"}"""),
        (Operation.OverrideDecision, HttpMethod.Post, "/v1/portfolios/main/decisions/none/override", """{"action":"buy","quantity":"1","reason":"a test"}"""),
        (Operation.CancelDecision, HttpMethod.Post, "/v1/portfolios/main/decisions/none/cancel", Why),
        (Operation.ReleaseThrottle, HttpMethod.Post, "/v1/portfolios/main/throttles/none@1.0.0/release", Why),
        (Operation.ResolveBreak, HttpMethod.Post, "/v1/portfolios/main/breaks/none/resolve", """{"how":"adopt","reason":"a test"}"""),
        (Operation.SetFirmLimits, HttpMethod.Put, "/v1/firm/limits", """{"maxGross":"-1","currency":"USD","reason":"a test"}"""),
        (Operation.EngageFirmKillSwitch, HttpMethod.Post, "/v1/firm/kill-switch/engage", """{"mode":"none","reason":"a test"}"""),
        (Operation.ReleaseFirmKillSwitch, HttpMethod.Post, "/v1/firm/kill-switch/release", Why),
        (Operation.ReadApprovals, HttpMethod.Get, "/v1/approvals", null),
        (Operation.Approve, HttpMethod.Post, "/v1/approvals/none/approve", Why),
        (Operation.Deny, HttpMethod.Post, "/v1/approvals/none/deny", Why),
        (Operation.ReadCommands, HttpMethod.Get, "/v1/commands/main", null),
        (Operation.ReadCommands, HttpMethod.Get, "/v1/turned-away", null),
        (Operation.ReadAudit, HttpMethod.Get, "/v1/audit/events", null),
        (Operation.ReadAudit, HttpMethod.Get, "/v1/audit/events/1", null),
        (Operation.ReadAudit, HttpMethod.Get, "/v1/audit/events/1/why", null),
        (Operation.ReadAudit, HttpMethod.Get, "/v1/audit/events/1/followed", null),
        (Operation.ReadKeys, HttpMethod.Get, "/v1/keys", null),
        (Operation.RevokeKey, HttpMethod.Post, "/v1/keys/none/revoke", Why),
    ];

    private static readonly Dictionary<string, Operation> ByMethod = ControlReflection.Descriptor.Services[0].Methods.ToDictionary(m => m.Name, m => m.Name switch
    {
        "ListApprovals" => Operation.ReadApprovals,
        "ListPortfolios" or "GetPortfolio" or "WatchPortfolio" or "GetFirm" => Operation.ReadState,
        "ListCommands" => Operation.ReadCommands,
        "ListKeys" => Operation.ReadKeys,
        var name => Operation.Named(char.ToLowerInvariant(name[0]) + name[1..]),
    });

    public static TheoryData<Role> Roles => new(Enum.GetValues<Role>());

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Over_HTTP_a_role_may_what_the_matrix_says_and_nothing_else(Role role)
    {
        var person = $"http-{role}".ToLowerInvariant();
        var key = await plane.KeyAsync(person, role);
        foreach (var (operation, method, path, body) in Calls)
        {
            var said = await plane.SendAsync(key, method, path, body, Guid.NewGuid().ToString("N"));
            var forbidden = (said.Status, said["code"]) == (HttpStatusCode.Forbidden, "FORBIDDEN");
            Assert.True(forbidden == !operation.Roles.Contains(role), $"{role} {method} {path}: {said.Status} {said.Body.ToJsonString()}");
            Assert.NotEqual(HttpStatusCode.Unauthorized, said.Status);
        }

        var reference = await plane.ReferenceAsync(person);
        Assert.Equal(Calls.Count(c => !c.Operation.Roles.Contains(role)), (await plane.TurnedAwayAsync(e => e.Actor == reference && e.Code == "FORBIDDEN" ? e : null)).Count);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Over_gRPC_a_role_may_what_the_matrix_says_and_nothing_else(Role role)
    {
        var key = await plane.KeyAsync($"grpc-{role}", role);
        foreach (var (method, operation) in ByMethod)
        {
            var status = await CallEmptyAsync(method, key);
            Assert.True((status == StatusCode.PermissionDenied) == !operation.Roles.Contains(role), $"{role} {method}: {status}");
            Assert.NotEqual(StatusCode.Unauthenticated, status);
        }
    }

    [Fact]
    public async Task Without_a_key_nothing_is_served_over_either()
    {
        foreach (var (_, method, path, body) in Calls.Take(6)) Assert.Equal(HttpStatusCode.Unauthorized, (await plane.SendAsync(null, method, path, body, "k")).Status);
        foreach (var method in ByMethod.Keys.Take(6)) Assert.Equal(StatusCode.Unauthenticated, await CallEmptyAsync(method, null));
    }

    [Fact]
    public void Every_operation_that_is_served_is_in_this_test() =>
        Assert.Equal(Operation.All.Select(o => o.Name).Order(), Calls.Select(c => c.Operation.Name).Distinct().Order());

    /// <summary>An empty message: nothing that is entitled can do harm with it.</summary>
    private async Task<StatusCode> CallEmptyAsync(string method, string? key)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(plane.Addresses[1], $"/est.control.v1.ControlPlane/{method}"))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("grpc-timeout", "5S");
        if (key is not null) request.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");
        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return (StatusCode)int.Parse(response.TrailingHeaders.GetValues("grpc-status").Single());
    }
}
