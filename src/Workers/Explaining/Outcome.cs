using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Workers.Explaining;

/// <summary>How an order stands, or ended.</summary>
/// <param name="AveragePrice">Null if nothing was filled.</param>
/// <param name="Fees">In <paramref name="Currency"/>, like what was realised.</param>
public sealed record Outcome(
    OrderState State, decimal Filled, decimal? AveragePrice, decimal Fees, decimal Realised, string? Currency, int Anomalies)
{
    /// <summary>Null if there is no order.</summary>
    public static Outcome? Of(Explanation e)
    {
        if (e.Terms is null) return null;
        var fills = e.Fills.Select(f => f.Execution).ToList();
        var filled = fills.Sum(f => f.Quantity);
        return new Outcome(
            StateAfter(e.Order.Select(s => s.Event)), filled, filled == 0m ? null : fills.Sum(f => f.Quantity * f.Price) / filled,
            fills.Sum(f => f.Fee), fills.Sum(f => f.Realised), fills.FirstOrDefault()?.Currency, e.Order.Count(s => s.Event is OrderAnomalyNoted));
    }

    private static OrderState StateAfter(IEnumerable<DomainEvent> events)
    {
        var state = OrderState.None;
        var filled = 0m;
        foreach (var e in events)
        {
            filled += (e as OrderPartiallyFilled)?.Execution.Quantity ?? (e as OrderFilled)?.Execution.Quantity ?? 0m;
            state = e switch
            {
                OrderApproved => OrderState.Approved,
                OrderBlocked => OrderState.Blocked,
                _ when OrderTransitions.ReportOf(e) is { } report => OrderTransitions.Next(state, report, filled > 0m) ?? state,
                _ => state,
            };
        }

        return state;
    }
}
