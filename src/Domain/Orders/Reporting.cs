using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Domain.Orders;

/// <summary>Turns what a venue says of an order into the event that it means, by the state table.</summary>
public static class Reporting
{
    /// <summary>The event, or null if the report is a repeat: of an execution that is in the book, of an acknowledgement, or of how the order ended; or if it comes too late to matter: an answer, a refusal or a doubt when the order is known to have ended.</summary>
    public static DomainEvent? Decide(in ExecutionReport report, PortfolioState state)
    {
        if (!state.Orders.TryGetValue(report.OrderId, out var order))
            return new OrderAnomalyNoted(report.OrderId, OrderState.None, report.Kind.ToString(), $"no such order; the venue said: {report.Text}", report.At);

        var isFill = report.Kind is ReportKind.Fill or ReportKind.PartialFill;
        if (isFill && order.Executions.Contains(report.ExecutionId)) return null;
        // Its answer and its stream both say that it has come. Of an order in doubt it is news all the same: the doubt is over.
        if (report.Kind == ReportKind.Acknowledged && order.State != OrderState.InDoubt && order.BrokerOrderId is { } known && known == report.ExecutionId) return null;
        if (isFill && (report.Quantity <= 0m || report.Quantity > order.Leaves))
            return Anomaly(order, report, $"execution of {DecimalText.Format(report.Quantity)} while {DecimalText.Format(order.Leaves)} is left");
        if (report.Kind == ReportKind.Replaced && report.Quantity <= order.Filled)
            return Anomaly(order, report, $"replaced by {DecimalText.Format(report.Quantity)} while {DecimalText.Format(order.Filled)} is filled");
        var kind = isFill ? order.KindOfFill(report.Quantity)
            : report.Kind == ReportKind.Rejected && order.Filled > 0m ? ReportKind.Cancelled : report.Kind;
        // How it ended is told by its stream, and again by whoever asks after it.
        if (OrderTransitions.EndOf(kind) == order.State) return null;
        if (order.State.HasEndedAtVenue() && IsOvertaken(kind, order)) return null;
        // A name that nobody has asked for would be a second order.
        if (kind == ReportKind.Acknowledged && order.State is (OrderState.New or OrderState.PartiallyFilled) && order.BrokerOrderId is { } name)
            return Anomaly(order, report, $"acknowledged as '{report.ExecutionId}' while its name is '{name}'");
        if (OrderTransitions.Next(order.State, kind, order.Filled > 0m) is null)
            return Anomaly(order, report, $"not legal while the order is {order.State}");

        var id = order.Terms.OrderId;
        return kind switch
        {
            ReportKind.Submitted => new OrderSubmitted(id, state.Venue, report.At),
            ReportKind.SubmissionAttempted => new OrderSubmissionAttempted(id, state.Venue, report.At),
            ReportKind.Acknowledged => new OrderAcknowledged(id, report.ExecutionId, report.At),
            ReportKind.PartialFill => new OrderPartiallyFilled(Book(report, order, state)),
            ReportKind.Fill => new OrderFilled(Book(report, order, state)),
            ReportKind.Cancelled => new OrderCancelled(id, order.Leaves, report.Text, report.At),
            ReportKind.Replaced => new OrderReplaced(id, report.Quantity, report.Price > 0m ? report.Price : order.Terms.LimitPrice, order.Terms.StopPrice, report.At,
                report.ExecutionId.Length > 0 ? report.ExecutionId : null),
            ReportKind.CancelRefused => new OrderCancelRefused(id, report.Text, report.At),
            ReportKind.ReplaceRefused => new OrderReplaceRefused(id, report.Text, report.At),
            ReportKind.Rejected => new OrderRejected(id, report.Text, report.At),
            ReportKind.Expired => new OrderExpired(id, order.Leaves, report.Text, report.At),
            ReportKind.InDoubt => new OrderInDoubt(id, report.Text, report.At),
            _ => Anomaly(order, report, "a venue does not report this"),
        };
    }

    /// <summary>Its stream was quicker than the answer, or than the answer that never came: of an order that has ended at the venue nothing is accepted, refused or in doubt any more.</summary>
    private static bool IsOvertaken(ReportKind kind, Order order) =>
        kind is ReportKind.InDoubt or ReportKind.CancelRefused or ReportKind.ReplaceRefused || (kind == ReportKind.Acknowledged && order.BrokerOrderId is null);

    private static OrderAnomalyNoted Anomaly(Order order, in ExecutionReport report, string why) =>
        new(order.Terms.OrderId, order.State, report.Kind.ToString(), $"{why}; the venue said: {report.Text}", report.At);

    /// <summary>Works out what an execution does to the book, without doing it.</summary>
    private static Execution Book(in ExecutionReport report, Order order, PortfolioState state)
    {
        var terms = order.Terms;
        var book = state.Books[terms.Instrument];
        var instrument = book.Instrument;
        var signed = terms.Side.Sign();
        var after = Position.After(book.Position.Quantity, book.Position.Cost, signed * report.Quantity, report.Price, instrument.Multiplier);

        var shares = new ExecutionShare[order.Allocation.Count];
        decimal quantityLeft = report.Quantity, feeLeft = report.Fee;
        for (var i = 0; i < shares.Length; i++)
        {
            var agent = order.Allocation[i].Agent;
            var last = i == shares.Length - 1;
            var quantity = last ? quantityLeft : Due(order, i, order.Filled + report.Quantity, instrument) - Due(order, i, order.Filled, instrument);
            quantity = Math.Min(quantity, quantityLeft);
            var fee = last ? feeLeft : Math.Round(report.Fee * (quantity / report.Quantity), Position.CostDigits);
            quantityLeft -= quantity;
            feeLeft -= fee;
            var (held, cost) = state.AgentPositions.TryGetValue((agent, terms.Instrument), out var position) ? (position.Quantity, position.Cost) : (0m, 0m);
            var own = quantity == 0m ? (Quantity: held, Cost: cost, Realised: 0m) : Position.After(held, cost, signed * quantity, report.Price, instrument.Multiplier);
            shares[i] = new ExecutionShare(agent, quantity, fee, own.Realised, own.Quantity, own.Cost);
        }

        return new Execution(
            terms.OrderId, report.ExecutionId, terms.Portfolio, terms.DecisionId, terms.Instrument, terms.Side,
            report.Quantity, report.Price, report.Fee, instrument.Currency, order.Filled + report.Quantity, order.Leaves - report.Quantity,
            after.Realised, after.Quantity, after.Cost, shares, report.At);
    }

    /// <summary>What an agent is due of the first <paramref name="filled"/> units: reckoned from the start, so partial fills do not drift.</summary>
    internal static decimal Due(Order order, int agent, decimal filled, Instruments.Instrument instrument) =>
        filled == 0m ? 0m
            : filled == order.Terms.Quantity ? order.Allocation[agent].Quantity
            : instrument.FloorToLot(filled * (order.Allocation[agent].Quantity / order.Terms.Quantity));
}
