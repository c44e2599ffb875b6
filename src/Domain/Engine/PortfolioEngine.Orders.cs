using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

// From approval to the last execution report.
public sealed partial class PortfolioEngine
{
    private void Submit(OrderApproved approved)
    {
        var id = approved.Terms.OrderId;
        if (Venue is not { } simulated)
        {
            // The broker's adapter follows the log: once this is committed, it calls.
            record.Put(new OrderSubmissionAttempted(id, state.Venue, approved.AsOf), approved.Terms.DecisionId);
            return;
        }

        record.Put(new OrderSubmitted(id, simulated.Name, approved.AsOf), approved.Terms.DecisionId);
        if (!state.Orders.TryGetValue(id, out var order)) return;
        var book = state.Books[order.Terms.Instrument];
        if (order.Terms.TimeInForce.IsAuction())
            order.AuctionAt = (state.Limits.Calendar ?? TradingCalendar.Utc).AuctionOf(order.Terms.TimeInForce, book.Limits.Session, simulated.ArrivalOf(order));
        simulated.OnOrder(order, book.Instrument, book.Market, approved.AsOf, reports);
        DeliverReports();
    }

    private void DeliverReports()
    {
        // Delivering may end orders and so change the list of open ones, never this list.
        for (var i = 0; i < reports.Count; i++) OnReport(reports[i]);
        reports.Clear();
        KeepInStep();
    }

    private void OnReport(in ExecutionReport report)
    {
        if (Reporting.Decide(report, state) is not { } @event) return;
        var order = state.Orders.GetValueOrDefault(report.OrderId);
        var wasLive = order?.Live == true;
        record.Put(@event, order?.Terms.DecisionId);
        if (order is { Terms: not { Bracket: null, OneCancels: null } }) Note(order, wasLive, report.At);
    }

    private void Engage(KillSwitchEngaged engaged, Timestamp time, Cause? because = null)
    {
        record.Put(engaged, null, because);
        var cause = Cause.Of(state.RiskStream);
        var killSwitch = new KillSwitch(engaged.Scope, engaged.Target, engaged.Mode, engaged.Actor, engaged.Reason);
        foreach (var book in state.Books.Values)
            foreach (var order in book.Open.ToArray())
                if (killSwitch.Covers(order.Terms.Instrument, order.Allocation) && !(engaged.Mode == KillSwitchMode.ReduceOnly && book.OnlyReduces(order.Terms.Side)))
                    Cancel(order, engaged.Actor, engaged.Reason, time, cause);
    }

    private void Cancel(Order order, string actor, string reason, Timestamp time, Cause cause)
    {
        if (OrderTransitions.Next(order.State, ReportKind.CancelRequested, order.Filled > 0m) is null) return;
        record.Put(new OrderCancelRequested(order.Terms.OrderId, actor, reason, time), order.Terms.DecisionId, cause);
        if (Venue is null) return;
        OnReport(new ExecutionReport(order.Terms.OrderId, ReportKind.Cancelled, "", 0m, 0m, 0m, reason, time));
        KeepInStep();
    }
}
