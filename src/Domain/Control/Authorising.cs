using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Control;

/// <summary>A person who decides on another's command.</summary>
/// <param name="IssuedBy">Who issued the credential; null where an identity provider did.</param>
public sealed record SecondPerson(string Person, string Credential, string? IssuedBy, string Address, string Reason);

/// <summary>What the control plane puts on record, decided on the story of one command.</summary>
public static class Authorising
{
    /// <summary>How long a command waits for a second person unless said otherwise.</summary>
    public static readonly TimeSpan ApprovalLife = TimeSpan.FromHours(1);

    /// <summary>A command of a caller who may. One that came before is not put on record again; the same id with other content is refused.</summary>
    public static (Refusal? Refusal, DomainEvent[] Events) Command(CommandStory story, CommandAuthorised call) =>
        story.Authorised is not { } first ? (null, [call])
        : first.Operation == call.Operation && first.Reason == call.Reason && JsonElement.DeepEquals(first.Command, call.Command) ? (null, [])
        : (new("KEY_REUSED", $"this idempotency key was used at {first.At} for {first.Operation} with other content; take a new key for a new command"), []);

    /// <summary>The engine has said that it takes a second person: so ask for one.</summary>
    public static (Refusal? Refusal, DomainEvent[] Events) Ask(CommandStory story, Timestamp now, TimeSpan life) =>
        story is { NeedsSecond: true, Authorised: { } c, Answer: { } answer }
            ? (null, [new ApprovalRequested(CommandStory.ApprovalIdOf(c.Portfolio, c.CommandId), c.CommandId, c.Portfolio, c.Actor, c.Role, c.Credential, c.Address,
                c.Reason, c.Operation, c.Command, answer.Reason, now, now + life)])
            : (null, []);

    /// <summary>A second person agrees: the command goes to the engine again, with both names.</summary>
    public static (Refusal? Refusal, DomainEvent[] Events) Approve(CommandStory story, SecondPerson by, Timestamp now)
    {
        if (story is not { Approval: { } asked, Authorised: { } first }) return (Unknown, []);
        if (story.Granted is { } granted && DualControl.SamePerson(granted.Actor, by.Person)) return (null, []);
        if ((Settled(story, asked, now) ?? NotAnother(asked, by)) is { } refusal) return (refusal, []);
        return (null,
        [
            new ApprovalGranted(asked.ApprovalId, asked.Portfolio, by.Person, by.Credential, by.Address, by.Reason, now),
            first with { CommandId = first.CommandId + CommandStory.ApprovedSuffix, Approver = by.Person, At = now },
        ]);
    }

    /// <summary>Anybody entitled may decline, who asked included: that loosens nothing.</summary>
    public static (Refusal? Refusal, DomainEvent[] Events) Deny(CommandStory story, SecondPerson by, Timestamp now)
    {
        if (story.Approval is not { } asked) return (Unknown, []);
        if (story.Denied is { } denied && DualControl.SamePerson(denied.Actor, by.Person)) return (null, []);
        return Settled(story, asked, now) is { } refusal ? (refusal, [])
            : (null, [new ApprovalDenied(asked.ApprovalId, asked.Portfolio, by.Person, by.Credential, by.Address, by.Reason, now)]);
    }

    private static Refusal Unknown => new("UNKNOWN_APPROVAL", "no command waits for an approval with this id");

    private static Refusal? Settled(CommandStory story, ApprovalRequested asked, Timestamp now) =>
        story.Granted is { } granted ? new("APPROVAL_SETTLED", $"{granted.Actor} has approved it already")
        : story.Denied is { } denied ? new("APPROVAL_SETTLED", $"{denied.Actor} has denied it already; ask anew if it is still wanted")
        : now >= asked.ExpiresAt ? new("APPROVAL_EXPIRED", $"it waited until {asked.ExpiresAt}; ask anew if it is still wanted")
        : null;

    /// <summary>A person with two credentials is one person; and who could hand himself a second name must not approve under it.</summary>
    private static Refusal? NotAnother(ApprovalRequested asked, SecondPerson by) =>
        DualControl.SamePerson(asked.Actor, by.Person) ? new("SAME_PERSON", $"{asked.Actor} asked for it; another person must approve it")
        : by.IssuedBy is { } issuer && DualControl.SamePerson(asked.Actor, issuer)
            ? new("KEY_OF_REQUESTER", $"the key was issued by {asked.Actor}, who asked for it; approve with one that was not")
        : null;
}
