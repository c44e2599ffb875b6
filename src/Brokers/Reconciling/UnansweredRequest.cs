using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Reconciling;

/// <summary>A cancel or a replacement that we wait for and the broker is not at: its answer was lost. The order is what the broker says that it is.</summary>
public static class UnansweredRequest
{
    public static bool Is(Order ours, BrokerOrder theirs) =>
        ours.State is OrderState.PendingCancel or OrderState.PendingReplace && theirs.State is OrderState.Submitted or OrderState.New or OrderState.PartiallyFilled;

    /// <summary>What the broker would have told: a replacement was carried out if the order has other terms than it had, else the request was refused.</summary>
    public static ExecutionReport Answer(Order ours, BrokerOrder theirs, Timestamp now)
    {
        const string text = "found when the books were compared";
        var terms = ours.Terms;
        if (ours.State == OrderState.PendingReplace && (theirs.Quantity, theirs.LimitPrice, theirs.StopPrice) != (terms.Quantity, terms.LimitPrice, terms.StopPrice))
            return new(terms.OrderId, ReportKind.Replaced, theirs.BrokerOrderId, theirs.Quantity, theirs.LimitPrice ?? 0m, 0m, text, now);
        return new(terms.OrderId, ours.State == OrderState.PendingCancel ? ReportKind.CancelRefused : ReportKind.ReplaceRefused, "", 0m, 0m, 0m, text, now);
    }
}
