using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Control;

/// <summary>What the log says of one command: asked for, answered, and if it took a second person, what that one said.</summary>
public sealed class CommandStory
{
    /// <summary>What is put behind the id of a command when it goes to the engine again, with both persons' names.</summary>
    public const string ApprovedSuffix = "+approved";

    public CommandAuthorised? Authorised { get; private set; }
    public CommandAnswered? Answer { get; private set; }
    public ApprovalRequested? Approval { get; private set; }
    public ApprovalGranted? Granted { get; private set; }
    public ApprovalDenied? Denied { get; private set; }

    /// <summary>The place of the last answer in the log; 0 while there is none.</summary>
    public long Position { get; private set; }

    /// <summary>True while somebody may still say something.</summary>
    public bool Waits => Authorised is not null && (Answer is null || NeedsSecond);

    /// <summary>The engine wants a second person, and the request for one is not on record yet.</summary>
    public bool NeedsSecond => Approval is null && Answer?.Code == DualControl.Code;

    /// <summary>The id of the approval that a command may come to need: known before, so that it needs no index of its own.</summary>
    public static string ApprovalIdOf(string portfolio, string commandId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{portfolio}/{commandId}")).AsSpan(0, 10));

    /// <param name="position">The event's place in the log.</param>
    public void Apply(DomainEvent @event, long position)
    {
        switch (@event)
        {
            case CommandAuthorised e: Authorised ??= e; break;
            case ApprovalRequested e: Approval = e; break;
            case ApprovalGranted e: (Granted, Answer) = (e, null); break;
            case ApprovalDenied e: Denied = e; break;
            // The first answer says that a second person is needed; once that one has agreed, only the second answer counts.
            case CommandAnswered e when Granted is null || e.CommandId.EndsWith(ApprovedSuffix, StringComparison.Ordinal): (Answer, Position) = (e, position); break;
        }
    }
}
