using System.Text.Json;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventSourcedTrading.Api.Http;

/// <summary>What changes something. Each takes an Idempotency-Key; a repeat gets the first result.</summary>
public static class CommandEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var portfolio = routes.MapGroup("/v1/portfolios/{portfolio}").WithTags("Commands");
        Describe<WhyBody>(portfolio.MapPost("/strategies/{agent}/pause", (Door door, string portfolio, string agent) =>
            door.CommandAsync<WhyBody>(portfolio, Operation.PauseStrategy, _ => new PauseStrategy(agent))), Operation.PauseStrategy);
        Describe<WhyBody>(portfolio.MapPost("/strategies/{agent}/resume", (Door door, string portfolio, string agent) =>
            door.CommandAsync<WhyBody>(portfolio, Operation.ResumeStrategy, _ => new ResumeStrategy(agent))), Operation.ResumeStrategy);
        Describe<WhyBody>(portfolio.MapPost("/orders/{order}/cancel", (Door door, string portfolio, string order) =>
            door.CommandAsync<WhyBody>(portfolio, Operation.CancelOrder, _ => new CancelOrder(order))), Operation.CancelOrder);
        Describe<WhyBody>(portfolio.MapPost("/halt", (Door door, string portfolio) =>
            door.CommandAsync<WhyBody>(portfolio, Operation.HaltTrading, _ => new HaltTrading())), Operation.HaltTrading);
        Describe<WhyBody>(portfolio.MapPost("/resume", (Door door, string portfolio) =>
            door.CommandAsync<WhyBody>(portfolio, Operation.ResumeTrading, _ => new ResumeTrading())), Operation.ResumeTrading);
        Describe<EngageBody>(portfolio.MapPost("/kill-switches/engage", (Door door, string portfolio) =>
            door.CommandAsync<EngageBody>(portfolio, Operation.EngageKillSwitch, b => new EngageKillSwitch(b.Scope, b.Target, b.Mode))), Operation.EngageKillSwitch);
        Describe<ReleaseBody>(portfolio.MapPost("/kill-switches/release", (Door door, string portfolio) =>
            door.CommandAsync<ReleaseBody>(portfolio, Operation.ReleaseKillSwitch, b => new ReleaseKillSwitch(b.Scope, b.Target))), Operation.ReleaseKillSwitch);
        Describe<LimitsBody>(portfolio.MapPut("/limits", (Door door, string portfolio) =>
            door.CommandAsync<LimitsBody>(portfolio, Operation.SetRiskLimits, b => new SetRiskLimits(b.Limits))), Operation.SetRiskLimits);
        Describe<PolicyBody>(portfolio.MapPut("/policy", (Door door, string portfolio) =>
            door.CommandAsync<PolicyBody>(portfolio, Operation.SetVotingPolicy, b => new SetVotingPolicy(b.Policy, b.Instrument))), Operation.SetVotingPolicy);
        Describe<InstrumentBody>(portfolio.MapPost("/policy/clear", (Door door, string portfolio) =>
            door.CommandAsync<InstrumentBody>(portfolio, Operation.ClearVotingPolicy, b => new ClearVotingPolicy(b.Instrument))), Operation.ClearVotingPolicy);
        Describe<OverrideBody>(portfolio.MapPost("/decisions/{decision}/override", (Door door, string portfolio, string decision) =>
            door.CommandAsync<OverrideBody>(portfolio, Operation.OverrideDecision, b => new OverrideDecision(decision, b.Action, b.Quantity))), Operation.OverrideDecision);
        Describe<WhyBody>(portfolio.MapPost("/decisions/{decision}/cancel", (Door door, string portfolio, string decision) =>
            door.CommandAsync<WhyBody>(portfolio, Operation.CancelDecision, _ => new CancelDecision(decision))), Operation.CancelDecision);
        Describe<WhyBody>(portfolio.MapPost("/throttles/{agent}/release", (Door door, string portfolio, string agent) =>
            door.CommandAsync<WhyBody>(portfolio, Operation.ReleaseThrottle, _ => new ReleaseThrottle(agent))), Operation.ReleaseThrottle);
        Describe<ResolveBreakBody>(portfolio.MapPost("/breaks/{breakId}/resolve", (Door door, string portfolio, string breakId) =>
            door.CommandAsync<ResolveBreakBody>(portfolio, Operation.ResolveBreak, b => new ResolveBreak(breakId, b.How))), Operation.ResolveBreak);

        var firm = routes.MapGroup("/v1/firm").WithTags("Firm");
        Describe<FirmLimitsBody>(firm.MapPut("/limits", (Door door) =>
            door.FirmAsync<FirmLimitsBody>(Operation.SetFirmLimits, b => new SetFirmLimits(b.MaxGross, b.Currency, b.Chunk))), Operation.SetFirmLimits);
        Describe<FirmEngageBody>(firm.MapPost("/kill-switch/engage", (Door door) =>
            door.FirmAsync<FirmEngageBody>(Operation.EngageFirmKillSwitch, b => new EngageFirmKillSwitch(b.Mode))), Operation.EngageFirmKillSwitch);
        Describe<WhyBody>(firm.MapPost("/kill-switch/release", (Door door) =>
            door.FirmAsync<WhyBody>(Operation.ReleaseFirmKillSwitch, _ => new ReleaseFirmKillSwitch())), Operation.ReleaseFirmKillSwitch);

        var approvals = routes.MapGroup("/v1/approvals/{approvalId}").WithTags("Approvals");
        Describe<WhyBody>(approvals.MapPost("/approve", (Door door, string approvalId) => door.SettleAsync(Operation.Approve, approvalId)), Operation.Approve);
        Describe<WhyBody>(approvals.MapPost("/deny", (Door door, string approvalId) => door.SettleAsync(Operation.Deny, approvalId)), Operation.Deny);

        routes.MapPost("/v1/keys/{keyId}/revoke", (Door door, string keyId) => door.RevokeAsync(keyId)).WithTags("Keys")
            .WithName(Operation.RevokeKey.Name).WithSummary(Operation.RevokeKey.Summary).WithMetadata(Operation.RevokeKey).Accepts<WhyBody>("application/json").Produces<ApiKeyView>();
    }

    private static void Describe<TBody>(RouteHandlerBuilder endpoint, Operation operation) where TBody : notnull => endpoint
        .WithName(operation.Name).WithSummary(operation.Summary).WithMetadata(operation).Accepts<TBody>("application/json")
        .Produces<CommandResult>().Produces<CommandResult>(StatusCodes.Status202Accepted);
}

/// <summary>One request of a caller: who he is, whether he may, and what he asks.</summary>
public sealed class Door(IHttpContextAccessor accessor, Doorkeeper doorkeeper, ControlPlane plane, ApiKeys keys)
{
    private HttpContext Http => accessor.HttpContext!;

    public Task<IResult> CommandAsync<TBody>(string portfolio, Operation operation, Func<TBody, Command> make) where TBody : class, IBody =>
        SendAsync<TBody>(portfolio, operation, body => InputJson.ToElement(make(body)));

    public Task<IResult> FirmAsync<TBody>(Operation operation, Func<TBody, FirmCommand> make) where TBody : class, IBody =>
        SendAsync<TBody>(FirmExecution.Name, operation, body => FirmExecution.Write(make(body)));

    public Task<IResult> SettleAsync(Operation operation, string approvalId) => AdmitAsync(operation, "", approvalId, async (caller, _) =>
    {
        var reason = (await Exchange.ReadAsync<WhyBody>(Http.Request)).Reason;
        return operation == Operation.Approve ? Exchange.Answer(await plane.ApproveAsync(caller, approvalId, reason, Http.RequestAborted))
            : Exchange.Json(await plane.DenyAsync(caller, approvalId, reason, Http.RequestAborted));
    });

    public Task<IResult> RevokeAsync(string keyId) => AdmitAsync(Operation.RevokeKey, "", keyId, async (caller, _) =>
        Exchange.Json(await keys.RevokeAsync(keyId, caller.Person, (await Exchange.ReadAsync<WhyBody>(Http.Request)).Reason, Http.RequestAborted)));

    public Task<IResult> ReadAsync<T>(Operation operation, string portfolio, Func<CancellationToken, Task<T>> read) =>
        AdmitAsync(operation, portfolio, null, async (_, _) => Exchange.Json(await read(Http.RequestAborted)));

    public Task<IResult> AdmitAsync(Operation operation, string portfolio, string? key, Func<Caller, Role, Task<IResult>> serve) =>
        doorkeeper.AdmitAsync(Http, operation, portfolio, key, serve);

    private Task<IResult> SendAsync<TBody>(string portfolio, Operation operation, Func<TBody, JsonElement> command) where TBody : class, IBody
    {
        var key = Exchange.Key(Http.Request);
        return AdmitAsync(operation, portfolio, key, async (caller, role) =>
        {
            var body = await Exchange.ReadAsync<TBody>(Http.Request);
            return Exchange.Answer(await plane.CommandAsync(caller, role, new CommandCall(operation, portfolio, key, body.Reason, command(body)), Http.RequestAborted));
        });
    }
}
