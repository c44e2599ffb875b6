using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Reports;

/// <summary>The tables of <see cref="ExecutionQuality"/>.</summary>
internal static class ExecutionTables
{
    private sealed class Group(string instrument, string venue, string side)
    {
        public string Instrument => instrument;
        public string Venue => venue;
        public string Side => side;
        public List<ExecutedOrder> Orders { get; } = [];
        public decimal Filled => Orders.Sum(o => o.Life.Filled);
        public decimal Ordered => Orders.Sum(o => o.Life.Quantity);
        public IEnumerable<decimal> Seconds => Orders.Select(o => o.SecondsToFill).OfType<decimal>();

        public long Ended(OrderState state) => Orders.Count(o => o.Life.State == state);

        /// <summary>Cost over the fills at arrival price, in basis points; null where no order has both.</summary>
        public decimal? Bps(Func<ExecutedOrder, bool> of)
        {
            var (cost, at) = (0m, 0m);
            foreach (var o in Orders.Where(of)) (cost, at) = (cost + (o.Cost ?? 0m), at + (o.Cost is null ? 0m : o.ArrivalNotional));
            return at > 0m ? 10_000m * cost / at : null;
        }
    }

    public static ReportTable Summary(List<ExecutedOrder> orders)
    {
        var groups = new SortedDictionary<string, Group>(StringComparer.Ordinal);
        foreach (var o in orders)
        {
            var (venue, side) = (o.Life.Broker ?? "", Cell.Word(o.Life.Terms.Side));
            var key = $"{o.Life.Terms.Instrument}\n{venue}\n{side}";
            if (!groups.TryGetValue(key, out var group)) groups[key] = group = new Group(o.Life.Terms.Instrument, venue, side);
            group.Orders.Add(o);
        }

        return ReportTable.Of(
            "summary", "By instrument, venue and side", [.. groups.Values],
            new("instrument", "terms.instrument, SYMBOL.MIC of the listing", g => g.Instrument),
            new("venue", "order_submission_attempted, order_submitted: broker; empty where the order was not sent", g => g.Venue),
            new("side", "terms.side", g => g.Side),
            new("orders", "order_approved, counted", g => Cell.Of(g.Orders.Count), true),
            new("filled whole", "order_filled last", g => Cell.Of(g.Ended(OrderState.Filled)), true),
            new("with a fill", "orders with an execution, counted", g => Cell.Of(g.Orders.Count(o => o.Life.Filled > 0m)), true),
            new("cancelled", "order_cancelled last", g => Cell.Of(g.Ended(OrderState.Canceled)), true),
            new("expired", "order_expired last", g => Cell.Of(g.Ended(OrderState.Expired)), true),
            new("rejected", "order_rejected last", g => Cell.Of(g.Ended(OrderState.Rejected)), true),
            new("open", "not ended at the checkpoint", g => Cell.Of(g.Orders.Count(o => !o.Life.State.IsTerminal())), true),
            new("quantity ordered", "terms.quantity, or that of order_replaced, summed", g => Cell.Of(g.Ordered), true),
            new("quantity filled", "execution.quantity, summed", g => Cell.Of(g.Filled), true),
            new("fill rate %", "filled divided by ordered", g => g.Ordered > 0m ? Cell.Of(100m * g.Filled / g.Ordered, 2) : null, true),
            new("orders with arrival price", "tape: a signal of the instrument up to the decision", g => Cell.Of(g.Orders.Count(o => o.Arrival is not null)), true),
            new("slippage bps", "fills against arrival price, by value; positive is worse", g => Cell.Of(g.Bps(static _ => true), 4), true),
            new("effective spread bps", "twice the slippage of orders whose arrival price was the middle of a quote", g => g.Bps(static o => o.Arrival?.Spread is not null) is { } bps ? Cell.Of(2m * bps, 4) : null, true),
            new("mean s to first fill", "execution.asOf less order_approved: asOf", g => g.Seconds.Any() ? Cell.Of(g.Seconds.Average(), 6) : null, true),
            new("max s to first fill", "the same", g => g.Seconds.Any() ? Cell.Of(g.Seconds.Max()) : null, true),
            new("fees", "execution.fee, summed", g => Cell.Of(g.Orders.Sum(o => o.Life.Fees)), true),
            new("currency", "execution.currency", g => g.Orders.Select(o => o.Life.Currency).FirstOrDefault(c => c is not null)));
    }

    public static ReportTable Orders(List<ExecutedOrder> orders) => ReportTable.Of(
        "orders", "Order by order", orders,
        new("position", "position of order_approved in the log", o => Cell.Of(o.Seq), true),
        new("order id", "terms.orderId", o => o.Life.Terms.OrderId),
        new("instrument", "terms.instrument", o => o.Life.Terms.Instrument),
        new("venue", "broker", o => o.Life.Broker),
        new("side", "terms.side", o => Cell.Word(o.Life.Terms.Side)),
        new("type", "terms.orderType", o => Cell.Word(o.Life.Terms.OrderType)),
        new("as of", "order_approved: asOf, market time", o => Cell.Of(o.Life.AsOf)),
        new("arrival price", "tape: middle of the last quote, else last price", o => Cell.Of(o.Arrival?.Mark), true),
        new("arrival from", "tape: kind and feed:sequence of that signal", o => o.Arrival is { } a ? $"{a.Kind} {a.Signal}" : null),
        new("quoted spread", "tape: ask less bid; empty where the signal was no quote", o => Cell.Of(o.Arrival?.Spread), true),
        new("quantity", "terms.quantity, or that of order_replaced", o => Cell.Of(o.Life.Quantity), true),
        new("filled", "execution.quantity, summed", o => Cell.Of(o.Life.Filled), true),
        new("average price", "execution.price, by quantity, ten digits", o => Cell.Of(o.Life.AveragePrice, 10), true),
        new("slippage bps", "average against arrival price; positive is worse", o => Cell.Of(o.SlippageBps, 4), true),
        new("s to first fill", "execution.asOf less order_approved: asOf", o => Cell.Of(o.SecondsToFill), true),
        new("fees", "execution.fee, summed", o => Cell.Of(o.Life.Fees), true),
        new("currency", "execution.currency", o => o.Life.Currency),
        new("status", "what its events made of it", o => Cell.Word(o.Life.State)));
}
