using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Engine;

// A person's word against a vote.
public sealed partial class PortfolioEngine
{
    /// <param name="action">Hold to cancel.</param>
    private void Override(string decisionId, DecisionAction action, decimal quantity, string actor, string reason, Cause cause)
    {
        var open = state.Rounds.Find(decisionId) is not null;
        var kind = action == DecisionAction.Hold ? OverrideKind.Cancel : open ? OverrideKind.Replace : OverrideKind.Reorder;
        var orderId = kind == OverrideKind.Reorder ? $"{state.Portfolio}-{state.LastOrderNumber + 1}" : null;
        if (record.Put(new DecisionOverridden(decisionId, state.Portfolio, action, quantity, actor, reason, kind, orderId), decisionId, cause) is not DecisionOverridden word) return;
        if (open || state.Decisions.Find(decisionId) is not { } decided) return;

        var because = Cause.Of(decided.Stream);
        foreach (var order in state.Books[decided.Instrument].Open.ToArray())
            if (order.Terms.DecisionId == decisionId) Cancel(order, actor, reason, state.Frontier, because);
        // What a person has called off is not followed by exits either.
        entered.RemoveAll(o => o.Terms.DecisionId == decisionId);
        if (word.OrderId is null) return;
        // The vote's decision stays what it was; this is how risk is asked about the person's.
        var asked = new DecisionMade(
            decisionId, state.Portfolio, decided.Instrument, state.Frontier, word.Action, word.Quantity, OrderType.Market, null, null, TimeInForce.Day,
            "override", [], [], [], Overriding.AllocationOf(word), false, "", word.Reason, word.OrderId);
        if (Place(asked, because) is OrderApproved approved) Submit(approved);
    }
}
