using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Api.Control;

/// <summary>Where a command stands.</summary>
public enum CommandOutcome
{
    /// <summary>Carried out; <see cref="CommandResult.Position"/> says where in the log.</summary>
    Done,

    /// <summary>Nothing was changed; <see cref="CommandResult.Code"/> and reason say why.</summary>
    Refused,

    /// <summary>On record, and no engine has answered yet. It will be carried out.</summary>
    Queued,

    /// <summary>A second person must approve it until <see cref="CommandResult.ExpiresAt"/>.</summary>
    ApprovalNeeded,
    Denied,
    Expired,
}

/// <param name="CommandId">The person, a colon, and the idempotency key. References become names when it goes out.</param>
/// <param name="Portfolio">Or <c>firm</c>.</param>
/// <param name="Code">Stable, upper case, of a refusal.</param>
/// <param name="Position">Place of the answer in the log.</param>
/// <param name="Approver">The second person, where one has agreed.</param>
public sealed record CommandResult(
    string CommandId, string Portfolio, string Operation, CommandOutcome Outcome, string? Code, string? Reason, long? Position,
    string? Approver, string? ApprovalId, Timestamp? ExpiresAt)
{
    public static CommandResult Of(CommandStory story, Timestamp now)
    {
        var asked = story.Authorised!;
        var waits = story is { Approval: not null, Granted: null };
        var (outcome, reason) = story switch
        {
            { Denied: { } denied } => (CommandOutcome.Denied, $"{denied.Actor}: {denied.Reason}"),
            { Approval: { } approval, Granted: null } when now >= approval.ExpiresAt => (CommandOutcome.Expired, "nobody approved it in time; ask anew if it is still wanted"),
            { Approval: { } approval, Granted: null } => (CommandOutcome.ApprovalNeeded, approval.Why),
            { Answer: null } => (CommandOutcome.Queued, "no engine has answered yet; the command is on record and will be carried out"),
            { Answer: { Outcome: "done" } } => (CommandOutcome.Done, null),
            _ => (CommandOutcome.Refused, story.Answer.Reason),
        };
        return new CommandResult(
            asked.CommandId, asked.Portfolio, asked.Operation, outcome, waits || outcome == CommandOutcome.Denied ? null : story.Answer?.Code, reason,
            story.Position > 0 ? story.Position : null, story.Granted?.Actor, story.Approval?.ApprovalId, waits ? story.Approval!.ExpiresAt : null);
    }
}
