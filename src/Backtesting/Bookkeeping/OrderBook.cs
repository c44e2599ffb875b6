using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Bookkeeping;

/// <summary>Orders that are open, in memory, and those that have ended, as rows.</summary>
internal sealed class OrderBook(RunFiles files)
{
    private readonly SortedDictionary<string, OpenOrder> open = new(StringComparer.Ordinal);

    /// <summary>Entries that have ended at this market time, at which their exits follow, and the methods that decided them.</summary>
    private readonly Dictionary<string, string> entries = new(StringComparer.Ordinal);

    public void Opened(OrderApproved e, string policy) => open[e.Terms.OrderId] = new OpenOrder(e.Terms, Policy(e.Terms, policy), e.AsOf, 0m, 0m, 0m, 0);

    public void Blocked(OrderBlocked e, string policy) => Write(new OpenOrder(e.Terms, Policy(e.Terms, policy), e.AsOf, 0m, 0m, 0m, 0), "blocked", e.Reason, e.AsOf);

    /// <summary>The method that decided an order; empty if the order is not open any more.</summary>
    public string PolicyOf(string orderId) => open.TryGetValue(orderId, out var order) ? order.Policy : "";

    public void Filled(Execution e)
    {
        if (!open.TryGetValue(e.OrderId, out var order)) return;
        open[e.OrderId] = order with { Filled = e.CumulativeQuantity, Paid = order.Paid + (e.Quantity * e.Price), Fees = order.Fees + e.Fee, Executions = order.Executions + 1 };
        if (e.LeavesQuantity == 0m) Ended(e.OrderId, "filled", null, e.AsOf);
    }

    public void Ended(string orderId, string state, string? reason, Timestamp at)
    {
        if (!open.Remove(orderId, out var order)) return;
        if (order.Terms.Bracket is not null) entries[orderId] = order.Policy;
        Write(order, state, reason, at);
    }

    /// <summary>The market time has ended.</summary>
    public void Forget() => entries.Clear();

    public void End()
    {
        foreach (var order in open.Values) Write(order, "open", null, null);
        open.Clear();
    }

    public IReadOnlyList<OpenOrder> Capture() => [.. open.Values];

    public void Restore(IReadOnlyList<OpenOrder> orders)
    {
        open.Clear();
        foreach (var order in orders) open[order.Terms.OrderId] = order;
    }

    private string Policy(OrderTerms terms, string policy) => terms.ParentId is { } entry && entries.TryGetValue(entry, out var own) ? own : policy;

    private void Write(OpenOrder order, string state, string? reason, Timestamp? ended)
    {
        var t = order.Terms;
        files[RunTables.Orders].Cell(t.OrderId).Cell(t.DecisionId).Cell(t.Instrument).Cell(Word.Of(t.Side)).Cell(t.Quantity).Cell(Word.Of(t.OrderType)).Cell(t.LimitPrice).Cell(t.StopPrice)
            .Cell(Word.Of(t.TimeInForce)).Cell(order.Policy).Cell(order.Decided).Cell(ended).Cell(state).Cell(order.Filled)
            .Cell(order.Filled > 0m ? order.Paid / order.Filled : null).Cell(order.Fees).Cell(order.Executions).Cell(reason).End();
    }
}

/// <param name="Policy">The method that decided it.</param>
/// <param name="Paid">Sum of quantity × price of its executions.</param>
public sealed record OpenOrder(OrderTerms Terms, string Policy, Timestamp Decided, decimal Filled, decimal Paid, decimal Fees, int Executions);
