using System.Runtime.CompilerServices;
using System.Text.Json;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Api.Grpc.V1;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.Api.State;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Privacy;
using Grpc.Core;

namespace EventSourcedTrading.Api.Grpc;

/// <summary>The control plane over gRPC: proto/est/control/v1/control.proto.</summary>
public sealed class ControlPlaneService(Doorkeeper doorkeeper, ControlPlane plane, StateReader state, PersonDirectory persons, ApiKeys keys, TimeProvider time)
{
    private const int MaxWatchers = 100;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private int watchers;

    public void Map(GrpcServiceEndpoints on)
    {
        on.Unary<StrategyCommand, CommandDone>("PauseStrategy", (r, c) => CommandAsync(c, Operation.PauseStrategy, r.Portfolio, r.IdempotencyKey, r.Reason, () => new PauseStrategy(r.Agent)));
        on.Unary<StrategyCommand, CommandDone>("ResumeStrategy", (r, c) => CommandAsync(c, Operation.ResumeStrategy, r.Portfolio, r.IdempotencyKey, r.Reason, () => new ResumeStrategy(r.Agent)));
        on.Unary<OrderCommand, CommandDone>("CancelOrder", (r, c) => CommandAsync(c, Operation.CancelOrder, r.Portfolio, r.IdempotencyKey, r.Reason, () => new CancelOrder(r.OrderId)));
        on.Unary<PortfolioCommand, CommandDone>("HaltTrading", (r, c) => CommandAsync(c, Operation.HaltTrading, r.Portfolio, r.IdempotencyKey, r.Reason, () => new HaltTrading()));
        on.Unary<PortfolioCommand, CommandDone>("ResumeTrading", (r, c) => CommandAsync(c, Operation.ResumeTrading, r.Portfolio, r.IdempotencyKey, r.Reason, () => new ResumeTrading()));
        on.Unary<EngageKillSwitchRequest, CommandDone>("EngageKillSwitch", (r, c) => CommandAsync(c, Operation.EngageKillSwitch, r.Portfolio, r.IdempotencyKey, r.Reason,
            () => new EngageKillSwitch(Wire.Scope(r.Scope), Wire.Optional(r.Target), Wire.Mode(r.Mode))));
        on.Unary<ReleaseKillSwitchRequest, CommandDone>("ReleaseKillSwitch", (r, c) => CommandAsync(c, Operation.ReleaseKillSwitch, r.Portfolio, r.IdempotencyKey, r.Reason,
            () => new ReleaseKillSwitch(Wire.Scope(r.Scope), Wire.Optional(r.Target))));
        on.Unary<SetRiskLimitsRequest, CommandDone>("SetRiskLimits", (r, c) => CommandAsync(c, Operation.SetRiskLimits, r.Portfolio, r.IdempotencyKey, r.Reason,
            () => new SetRiskLimits(Wire.Read<RiskLimits>(r.Limits, "limits"))));
        on.Unary<SetVotingPolicyRequest, CommandDone>("SetVotingPolicy", (r, c) => CommandAsync(c, Operation.SetVotingPolicy, r.Portfolio, r.IdempotencyKey, r.Reason,
            () => new SetVotingPolicy(Wire.Read<VotingPolicy>(r.Policy, "policy"), Wire.Optional(r.Instrument))));
        on.Unary<InstrumentCommand, CommandDone>("ClearVotingPolicy", (r, c) => CommandAsync(c, Operation.ClearVotingPolicy, r.Portfolio, r.IdempotencyKey, r.Reason, () => new ClearVotingPolicy(r.Instrument)));
        on.Unary<OverrideDecisionRequest, CommandDone>("OverrideDecision", (r, c) => CommandAsync(c, Operation.OverrideDecision, r.Portfolio, r.IdempotencyKey, r.Reason,
            () => new OverrideDecision(r.DecisionId, Wire.Action(r.Action), Wire.Amount(r.Quantity, "quantity") ?? 0m)));
        on.Unary<DecisionCommand, CommandDone>("CancelDecision", (r, c) => CommandAsync(c, Operation.CancelDecision, r.Portfolio, r.IdempotencyKey, r.Reason, () => new CancelDecision(r.DecisionId)));
        on.Unary<StrategyCommand, CommandDone>("ReleaseThrottle", (r, c) => CommandAsync(c, Operation.ReleaseThrottle, r.Portfolio, r.IdempotencyKey, r.Reason, () => new ReleaseThrottle(r.Agent)));
        on.Unary<ResolveBreakRequest, CommandDone>("ResolveBreak", (r, c) => CommandAsync(c, Operation.ResolveBreak, r.Portfolio, r.IdempotencyKey, r.Reason, () => new ResolveBreak(r.BreakId, Wire.How(r.How))));

        on.Unary<SetFirmLimitsRequest, CommandDone>("SetFirmLimits", (r, c) => FirmAsync(c, Operation.SetFirmLimits, r.IdempotencyKey, r.Reason,
            () => new SetFirmLimits(Wire.Amount(r.MaxGross, "max_gross"), r.Currency, Wire.Amount(r.Chunk, "chunk"))));
        on.Unary<EngageFirmKillSwitchRequest, CommandDone>("EngageFirmKillSwitch", (r, c) => FirmAsync(c, Operation.EngageFirmKillSwitch, r.IdempotencyKey, r.Reason,
            () => new EngageFirmKillSwitch(Wire.Mode(r.Mode))));
        on.Unary<V1.FirmCommand, CommandDone>("ReleaseFirmKillSwitch", (r, c) => FirmAsync(c, Operation.ReleaseFirmKillSwitch, r.IdempotencyKey, r.Reason, () => new ReleaseFirmKillSwitch()));

        on.Unary<ListApprovalsRequest, Approvals>("ListApprovals", (_, c) => AdmitAsync(c, Operation.ReadApprovals, "", null, async (_, _) =>
            new Approvals { Approvals_ = { (await state.ApprovalsAsync(Timestamp.From(time.GetUtcNow()), c.CancellationToken)).Select(Wire.Approval) } }));
        on.Unary<SettleRequest, CommandDone>("Approve", (r, c) => AdmitAsync(c, Operation.Approve, "", r.ApprovalId, async (caller, _) =>
            Wire.Done(await plane.ApproveAsync(caller, r.ApprovalId, r.Reason, c.CancellationToken))));
        on.Unary<SettleRequest, Denied>("Deny", (r, c) => AdmitAsync(c, Operation.Deny, "", r.ApprovalId, async (caller, _) =>
            new Denied { ApprovalId = (await plane.DenyAsync(caller, r.ApprovalId, r.Reason, c.CancellationToken)).ApprovalId }));

        on.Unary<ListPortfoliosRequest, Portfolios>("ListPortfolios", (_, c) => AdmitAsync(c, Operation.ReadState, "", null, async (_, _) =>
            new Portfolios { Portfolios_ = { (await state.PortfoliosAsync(c.CancellationToken)).Select(Wire.Summary) } }));
        on.Unary<PortfolioRequest, Portfolio>("GetPortfolio", (r, c) => AdmitAsync(c, Operation.ReadState, r.Portfolio, null, async (_, _) =>
            Wire.Portfolio(await state.PortfolioAsync(r.Portfolio, c.CancellationToken))));
        on.ServerStreaming<PortfolioRequest, Portfolio>("WatchPortfolio", (r, c) => WatchAsync(r, c, c.CancellationToken));
        on.Unary<GetFirmRequest, V1.Firm>("GetFirm", (_, c) => AdmitAsync(c, Operation.ReadState, FirmExecution.Name, null, async (_, _) => Wire.Firm(await state.FirmAsync(c.CancellationToken))));
        on.Unary<ListCommandsRequest, Commands>("ListCommands", (r, c) => AdmitAsync(c, Operation.ReadCommands, r.Portfolio, null, async (_, _) =>
            Wire.Commands(await state.CommandsAsync(r.Portfolio, r.Before == 0 ? null : r.Before, r.Limit == 0 ? 50 : r.Limit, c.CancellationToken))));

        on.Unary<ListKeysRequest, Keys>("ListKeys", (_, c) => AdmitAsync(c, Operation.ReadKeys, "", null, async (_, _) =>
            new Keys { Keys_ = { (await keys.ListAsync(c.CancellationToken)).Select(Wire.Key) } }));
        on.Unary<RevokeKeyRequest, Key>("RevokeKey", (r, c) => AdmitAsync(c, Operation.RevokeKey, "", r.KeyId, async (caller, _) =>
            Wire.Key(await keys.RevokeAsync(r.KeyId, caller.Person, r.Reason, c.CancellationToken))));
    }

    private Task<CommandDone> CommandAsync(ServerCallContext context, Operation operation, string portfolio, string key, string reason, Func<Command> command) =>
        SendAsync(context, operation, portfolio, key, reason, () => InputJson.ToElement(command()));

    private Task<CommandDone> FirmAsync(ServerCallContext context, Operation operation, string key, string reason, Func<Domain.Firm.FirmCommand> command) =>
        SendAsync(context, operation, FirmExecution.Name, key, reason, () => FirmExecution.Write(command()));

    private Task<CommandDone> SendAsync(ServerCallContext context, Operation operation, string portfolio, string key, string reason, Func<JsonElement> command) =>
        AdmitAsync(context, operation, portfolio, key, async (caller, role) =>
            Wire.Done(await plane.CommandAsync(caller, role, new CommandCall(operation, portfolio, key, reason, command()), context.CancellationToken)));

    /// <summary>What is refused becomes gRPC's status for it. References become names.</summary>
    private async Task<T> AdmitAsync<T>(ServerCallContext context, Operation operation, string portfolio, string? key, Func<Caller, Role, Task<T>> serve)
    {
        try
        {
            return await NamedMessage.OfAsync(await doorkeeper.AdmitAsync(context.HttpContext, operation, portfolio, key, serve), persons, context.CancellationToken);
        }
        catch (RefusedException refused)
        {
            List<(string, string)> trailers = [("est-code", refused.Code)];
            if (refused.Field is { } field) trailers.Add(("est-field", field));
            if (refused.Result is { } result) trailers.Add(("est-command-id", await persons.NamedAsync(result.CommandId, context.CancellationToken)));
            if (refused.Result?.ApprovalId is { } approval) trailers.Add(("est-approval-id", approval));
            throw new RpcException(new Status(refused.Status.Grpc, await persons.NamedAsync(refused.Message, context.CancellationToken)), [.. trailers]);
        }
    }

    private async IAsyncEnumerable<Portfolio> WatchAsync(PortfolioRequest request, ServerCallContext context, [EnumeratorCancellation] CancellationToken ct)
    {
        if (Interlocked.Increment(ref watchers) > MaxWatchers)
        {
            Interlocked.Decrement(ref watchers);
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{MaxWatchers} watchers are served already; ask GetPortfolio instead"), ("est-code", "RATE_LIMITED"));
        }

        try
        {
            Portfolio? last = null;
            while (true)
            {
                // Asked anew each time: a key that is revoked meanwhile sees no more.
                var now = await AdmitAsync(context, Operation.ReadState, request.Portfolio, null, async (_, _) => Wire.Portfolio(await state.PortfolioAsync(request.Portfolio, ct)));
                var moved = now.Position;
                // How far the log has come is no change of the portfolio.
                now.Position = last?.Position ?? 0;
                if (!now.Equals(last))
                {
                    now.Position = moved;
                    yield return last = now;
                }

                await Task.Delay(LookEvery, ct);
            }
        }
        finally
        {
            Interlocked.Decrement(ref watchers);
        }
    }
}
