using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// A person's word against the vote. While the round is open it stands in the vote's place when the round closes. Afterwards what is
/// left of the decision's order is cancelled, and the person's order, if any, goes through risk under the same decision. What a
/// person has ordered is booked for <c>person:{actor}</c>: no agent gains or loses by it.
/// </summary>
public static class Overriding
{
    public static Refusal? Check(OverrideDecision command, PortfolioState state)
    {
        if (InstrumentOf(command.DecisionId, state) is not { } instrument) return Unknown(command.DecisionId);
        if (command.Action == DecisionAction.Hold) return new("ACTION_NOT_ALLOWED", "action 'hold' trades nothing; cancel the decision instead");
        if (command.Quantity is <= 0m or > IntentRules.MaxQuantity)
            return new("QUANTITY_OUT_OF_RANGE", $"quantity {DecimalText.Format(command.Quantity)} must be above zero and at most {DecimalText.Format(IntentRules.MaxQuantity)}");
        var lot = state.Books[instrument].Instrument;
        return lot.IsWholeLots(command.Quantity) ? null
            : new("NOT_WHOLE_LOTS", $"quantity {DecimalText.Format(command.Quantity)} must be a multiple of the lot size {DecimalText.Format(lot.LotSize)}");
    }

    public static Refusal? Check(CancelDecision command, PortfolioState state)
    {
        if (state.Rounds.Find(command.DecisionId) is not null) return null;
        if (InstrumentOf(command.DecisionId, state) is not { } instrument) return Unknown(command.DecisionId);
        return state.Books[instrument].Open.Exists(o => o.Terms.DecisionId == command.DecisionId) ? null
            : new("NOTHING_TO_CANCEL", $"decision '{command.DecisionId}' has no order that is still open");
    }

    /// <summary>What the round decides, with a person's word in the vote's place; the votes stay on record.</summary>
    internal static Tally Apply(DecisionOverridden word, in Tally vote) => vote with
    {
        Action = word.Action,
        Quantity = word.Quantity,
        Allocation = AllocationOf(word),
        Method = $"{vote.Method}+override",
        Reason = $"{word.Actor} replaced the vote: {word.Reason}",
        Leading = null,
    };

    internal static IReadOnlyList<Allocation> AllocationOf(DecisionOverridden word) =>
        word.Action == DecisionAction.Hold ? [] : [new Allocation($"person:{word.Actor}", word.Quantity)];

    private static string? InstrumentOf(string decisionId, PortfolioState state) =>
        state.Rounds.Find(decisionId)?.Instrument ?? state.Decisions.Find(decisionId)?.Instrument;

    private static Refusal Unknown(string decisionId) => new(
        "UNKNOWN_DECISION", $"decision '{decisionId}' is neither open nor one of the last {DecisionMemory.Capacity}; look it up with est explain, and cancel its order instead");
}
