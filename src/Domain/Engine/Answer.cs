using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>What became of an intent or a command; sent to its sender after the commit.</summary>
/// <param name="Id">Of the message that is answered.</param>
/// <param name="Sender">The agent or person that sent it.</param>
/// <param name="OfCommand">True if a command is answered, not an intent.</param>
public readonly record struct Answer(string Id, string Sender, Result Result, bool OfCommand = false)
{
    public string Outcome => Result.Outcome;
    public string? Code => Result.Code;
    public string Reason => Result.Reason;
    public string? DecisionId => Result.DecisionId;
    public string? OrderId => Result.OrderId;
}

/// <summary>The answer without its address: all intents of a round have the same.</summary>
/// <param name="Outcome">Intents: refused, hold, approved or blocked. Commands: done or refused.</param>
/// <param name="Code">Stable reason code of a refusal, upper case.</param>
public sealed record Result(string Outcome, string? Code, string Reason, string? DecisionId = null, string? OrderId = null)
{
    /// <summary>What became of the intents whose round was decided.</summary>
    /// <param name="outcome">What risk said of the order; null if there was none.</param>
    public static Result Of(DecisionMade decision, DomainEvent? outcome)
    {
        var (word, reason) = outcome switch
        {
            OrderApproved => ("approved", decision.Reason.ToString()),
            OrderBlocked blocked => ("blocked", blocked.Reason),
            _ => ("hold", decision.Reason.ToString()),
        };
        return new Result(word, null, reason, decision.DecisionId, decision.OrderId);
    }

    public static Result Of(Refusal refusal) => new("refused", refusal.Code, refusal.Reason);
}
