using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Api.State;
using EventSourcedTrading.Domain.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventSourcedTrading.Api.Http;

/// <summary>What only looks.</summary>
public static class StateEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe<IReadOnlyList<PortfolioSummary>>(routes.MapGet("/v1/portfolios", (Door door, StateReader state) =>
            door.ReadAsync(Operation.ReadState, "", state.PortfoliosAsync)), "listPortfolios", "Every portfolio.", Operation.ReadState);
        Describe<PortfolioStatus>(routes.MapGet("/v1/portfolios/{portfolio}", (Door door, StateReader state, string portfolio) =>
            door.ReadAsync(Operation.ReadState, portfolio, ct => state.PortfolioAsync(portfolio, ct))), "getPortfolio", Operation.ReadState.Summary, Operation.ReadState);
        Describe<FirmStatus>(routes.MapGet("/v1/firm", (Door door, StateReader state) =>
            door.ReadAsync(Operation.ReadState, FirmExecution.Name, state.FirmAsync)), "getFirm", "The firm's limit and kill switch.", Operation.ReadState);
        Describe<IReadOnlyList<ApprovalRequested>>(routes.MapGet("/v1/approvals", (Door door, StateReader state, TimeProvider time) =>
            door.ReadAsync(Operation.ReadApprovals, "", ct => state.ApprovalsAsync(Domain.Time.Timestamp.From(time.GetUtcNow()), ct))), "listApprovals", Operation.ReadApprovals.Summary, Operation.ReadApprovals);
        Describe<History<CommandEntry>>(routes.MapGet("/v1/commands/{portfolio}", (Door door, StateReader state, string portfolio, long? before, int? limit) =>
            door.ReadAsync(Operation.ReadCommands, portfolio, ct => state.CommandsAsync(portfolio, before, limit ?? 50, ct))), "listCommands", "Commands of a portfolio, or of 'firm', newest first.", Operation.ReadCommands);
        Describe<History<CommandTurnedAway>>(routes.MapGet("/v1/turned-away", (Door door, StateReader state, long? before, int? limit) =>
            door.ReadAsync(Operation.ReadCommands, "", ct => state.TurnedAwayAsync(before, limit ?? 50, ct))), "listTurnedAway", "Calls that came to nothing at the door, newest first.", Operation.ReadCommands);
        Describe<CommandResult>(routes.MapGet("/v1/commands/{portfolio}/{commandId}", OneAsync), "getCommand", "Where a command stands. Who sent it may always ask.", Operation.ReadState);
        Describe<IReadOnlyList<ApiKeyView>>(routes.MapGet("/v1/keys", (Door door, ApiKeys keys) =>
            door.ReadAsync(Operation.ReadKeys, "", keys.ListAsync)), "listKeys", Operation.ReadKeys.Summary, Operation.ReadKeys);
    }

    private static Task<IResult> OneAsync(Door door, ControlPlane plane, string portfolio, string commandId, CancellationToken ct) =>
        // On record without the person, whom the caller writes by name, or by whatever he likes.
        door.AdmitAsync(Operation.ReadState, portfolio, commandId[(commandId.IndexOf(':', StringComparison.Ordinal) + 1)..], async (caller, _) =>
            await plane.FindOwnAsync(caller, portfolio, commandId, ct) is { } result ? Exchange.Json(result)
                : throw new RefusedException("UNKNOWN_COMMAND", $"no command of yours in '{portfolio}' has this id", "commandId"));

    private static void Describe<T>(RouteHandlerBuilder endpoint, string name, string summary, Operation operation) =>
        endpoint.WithTags("State").WithName(name).WithSummary(summary).WithMetadata(operation).Produces<T>();
}
