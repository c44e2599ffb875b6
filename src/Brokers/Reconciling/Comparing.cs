using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Reconciling;

/// <summary>
/// Compares our book with the broker's, and says in what they differ. Pure: what is done about it is for others. Invariants, as NautilusTrader
/// has them: every execution of theirs is in ours; then filled quantities, positions and cash must agree.
/// </summary>
public static class Comparing
{
    /// <param name="adopted">Origins that were taken over before: executions that are not of our orders.</param>
    /// <returns>Executions first, in their order: whoever takes them over one by one never oversells.</returns>
    public static IReadOnlyList<Difference> Of(PortfolioState ours, BrokerBook theirs, IReadOnlySet<string> adopted, decimal cashTolerance)
    {
        List<Difference> found = [];
        foreach (var execution in theirs.Executions) Execution(execution, ours, adopted, found);
        Orders(ours, theirs, found);
        // With an execution still to be booked, positions and cash differ by it, and saying so would say it twice.
        if (found.Exists(d => d.Kind is BreakKind.MissedExecution or BreakKind.ForeignExecution)) return found;
        Positions(ours, theirs, found);
        Cash(ours, theirs, cashTolerance, found);
        return found;
    }

    private static void Execution(BrokerExecution e, PortfolioState ours, IReadOnlySet<string> adopted, List<Difference> found)
    {
        var said = $"{e.Side} {DecimalText.Format(e.Quantity)} {e.Instrument} at {DecimalText.Format(e.Price)}";
        if (e.OrderId.Length > 0 && ours.Orders.TryGetValue(e.OrderId, out var order))
        {
            if (!order.Executions.Contains(e.ExecutionId)) found.Add(new Difference(BreakKind.MissedExecution, e.ExecutionId, $"order {e.OrderId} {order.State}, filled {DecimalText.Format(order.Filled)}", said, e));
        }
        else if (!IsOfOurs(e.OrderId, ours) && !adopted.Contains(e.ExecutionId) && ours.Books.ContainsKey(e.Instrument))
        {
            found.Add(new Difference(BreakKind.ForeignExecution, e.ExecutionId, "no such order", said, e));
        }
    }

    private static void Orders(PortfolioState ours, BrokerBook theirs, List<Difference> found)
    {
        var live = theirs.Orders.Where(o => o.OrderId.Length > 0).ToDictionary(o => o.OrderId, StringComparer.Ordinal);
        foreach (var order in theirs.Orders)
        {
            if (ours.Orders.TryGetValue(order.OrderId, out var known))
            {
                if (!known.Live) found.Add(new Difference(BreakKind.UndeadOrder, order.OrderId, $"{known.State}", order.Status, Order: order));
                else if (UnansweredRequest.Is(known, order)) found.Add(new Difference(BreakKind.UnansweredRequest, order.OrderId, $"{known.State}", order.Status, Order: order));
            }
            else if (!IsOfOurs(order.OrderId, ours))
            {
                found.Add(new Difference(BreakKind.ForeignOrder, order.OrderId.Length > 0 ? order.OrderId : order.BrokerOrderId, "no such order",
                    $"{order.Side} {DecimalText.Format(order.Quantity)} {order.Instrument}, {order.Status}", Order: order));
            }
        }

        // Those that are approved have not been sent yet.
        foreach (var book in ours.Books.Values)
            foreach (var order in book.Open)
                if (order.State != OrderState.Approved && !live.ContainsKey(order.Terms.OrderId))
                    found.Add(new Difference(BreakKind.MissingOrder, order.Terms.OrderId, $"{order.State}, {DecimalText.Format(order.Leaves)} left", "not among the open orders"));
    }

    private static void Positions(PortfolioState ours, BrokerBook theirs, List<Difference> found)
    {
        var held = theirs.Positions.GroupBy(p => p.Instrument, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (Quantity: g.Sum(p => p.Quantity), g.Last().AveragePrice), StringComparer.Ordinal);
        foreach (var book in ours.Books.Values)
        {
            var (quantity, price) = held.GetValueOrDefault(book.Instrument.Id);
            var own = book.Position.Quantity;
            if (quantity == own) continue;
            found.Add(new Difference(
                BreakKind.Position, book.Instrument.Id, DecimalText.Format(own), DecimalText.Format(quantity), Amount: quantity - own, Price: price > 0m ? price : book.Market.Mark));
        }
    }

    private static void Cash(PortfolioState ours, BrokerBook theirs, decimal tolerance, List<Difference> found)
    {
        foreach (var (currency, amount) in theirs.Account.Cash.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var own = ours.Currencies.TryGetValue(currency, out var ledger) ? ledger.Cash : 0m;
            if (Math.Abs(amount - own) <= tolerance) continue;
            found.Add(new Difference(BreakKind.Cash, currency, DecimalText.Format(own), DecimalText.Format(amount), Amount: amount - own));
        }
    }

    /// <summary>An order of this portfolio that ended so long ago that it is not remembered: <c>{portfolio}-{number}</c>.</summary>
    private static bool IsOfOurs(string orderId, PortfolioState ours) =>
        orderId.StartsWith(ours.Portfolio, StringComparison.Ordinal) && orderId.Length > ours.Portfolio.Length + 1 && orderId[ours.Portfolio.Length] == '-'
        && long.TryParse(orderId.AsSpan(ours.Portfolio.Length + 1), out var number) && number >= 1 && number <= ours.LastOrderNumber;
}
