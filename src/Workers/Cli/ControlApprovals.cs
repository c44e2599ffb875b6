using System.CommandLine;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est control approvals</c>: what waits for a second person.</summary>
internal static class ControlApprovals
{
    public static Command Create()
    {
        var approval = new Argument<string>("approval") { Description = "id, as `est control approvals list` shows it" };
        return new Command("approvals", "commands that take two persons and wait for the second")
        {
            ControlState.Look("list", "what waits, oldest first", [], _ => "/v1/approvals", body =>
                ControlState.Print(body, "approval", "approvalId", "portfolio", "operation", "actor", "reason", "why", "expiresAt")),
            ControlCommand.Act("approve", "agree to it; the person must be another than who asked", [approval], p => Settle(p.GetValue(approval), "approve")),
            ControlCommand.Act("deny", "decline it", [approval], p => Settle(p.GetValue(approval), "deny")),
        };
    }

    private static ControlCommand.Request Settle(string? approval, string how) => new(HttpMethod.Post, $"/v1/approvals/{ControlCommand.Path(approval)}/{how}", []);
}
