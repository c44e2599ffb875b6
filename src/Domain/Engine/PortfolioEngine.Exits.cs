using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

// Exits at a simulated venue: placed behind an entry, kept in step with each other and within the position (ADR 0020).
public sealed partial class PortfolioEngine
{
    private readonly Queue<(Order Order, Cause Cause, Timestamp At)> stirred = [];
    private readonly List<Order> entered = [];

    /// <summary>A report of an order that others hang on. They follow when all that the venue said with it is on record.</summary>
    private void Note(Order order, bool wasLive, Timestamp at)
    {
        if (order.Terms.OneCancels is not null) stirred.Enqueue((order, Cause.Of(order), at));
        if (order.Terms.Bracket is not null && wasLive && !order.Live && order.Filled > 0m) entered.Add(order);
    }

    /// <summary>What one of a pair has been filled the other gives up, and it ends with it. Where one was rejected the other stands alone.</summary>
    private void KeepInStep()
    {
        while (stirred.TryDequeue(out var it))
        {
            if (state.PartnerOf(it.Order.Terms) is not { } other) continue;
            if (it.Order.Live) Shrink(other, it.Order.Leaves, "rule:OCO", "", it.At, it.Cause);
            else if (it.Order.State != OrderState.Rejected)
                Cancel(other, "rule:OCO", $"{it.Order.Terms.OrderId}, of which it is the other exit, {(it.Order.State == OrderState.Filled ? "was filled" : it.Order.State == OrderState.Expired ? "expired" : "was cancelled")}", it.At, it.Cause);
        }
    }

    /// <summary>Once its stop is set off, the other exit stands back: of two that one bar reaches the loss is taken.</summary>
    private bool StandsBack(Order order) => order.Terms.StopPrice is null && state.PartnerOf(order.Terms) is { Triggered: true };

    /// <summary>Places the exits of entries that have ended, now that the market is known as it was then.</summary>
    private void Protect(Timestamp at)
    {
        for (var i = 0; i < entered.Count; i++) PlaceExits(entered[i], at);
        entered.Clear();
    }

    private void PlaceExits(Order entry, Timestamp at)
    {
        var book = state.Books[entry.Terms.Instrument];
        // What the entry only closed, or has been sold since, needs no protection.
        var quantity = Math.Min(entry.Filled, book.Unprotected(entry.Terms.Side.Opposite()));
        if (quantity <= 0m) return;
        var cause = Cause.Of(entry);
        var owners = Exits.Owners(entry, quantity, book.Instrument);
        List<OrderApproved> approved = [];
        foreach (var terms in Exits.Of(entry.Terms, quantity, state.LastOrderNumber))
            if (Ask(Approving.Decide(terms, owners, state, at), terms.DecisionId, cause) is OrderApproved passed) approved.Add(passed);
        foreach (var exit in approved) SubmitExit(exit, at);
    }

    private void SubmitExit(OrderApproved exit, Timestamp at)
    {
        var partner = exit.Terms.OneCancels is { } id ? state.Orders.GetValueOrDefault(id) : null;
        if (partner is { State: OrderState.Filled })
        {
            // The market was beyond the stop already.
            OnReport(new ExecutionReport(exit.Terms.OrderId, ReportKind.Cancelled, "", 0m, 0m, 0m, $"{partner.Terms.OrderId}, of which it is the other exit, was filled", at));
            return;
        }

        Submit(exit);
        if (partner is not { Filled: > 0m, Live: true }) return;
        stirred.Enqueue((partner, Cause.Of(partner), at));
        KeepInStep();
    }

    /// <summary>An order that would take what exits stand for goes first: exits, the oldest first, shrink to what it leaves of the position.</summary>
    private void GiveWay(OrderApproved approved)
    {
        var (side, at) = (approved.Terms.Side, approved.AsOf);
        var book = state.Books[approved.Terms.Instrument];
        if (!book.HasExits) return;
        var over = -book.Unprotected(side);
        var cause = Cause.Of(state.Orders[approved.Terms.OrderId], 1);
        var reason = $"{approved.Terms.OrderId} takes the position that it protects";
        foreach (var exit in book.Open.ToArray())
        {
            if (over <= 0m) return;
            if (exit.Terms.ParentId is null || exit.Terms.Side != side || !exit.Live) continue;
            var partner = state.PartnerOf(exit.Terms);
            var leaves = Math.Max(exit.Leaves, partner?.Leaves ?? 0m);
            var kept = Math.Max(0m, leaves - over);
            over -= leaves - kept;
            Shrink(exit, kept, "rule:EXITS", reason, at, cause);
            if (partner is not null) Shrink(partner, kept, "rule:EXITS", reason, at, cause);
        }
    }

    private void Shrink(Order order, decimal leaves, string actor, string reason, Timestamp at, Cause cause)
    {
        if (!order.Live || leaves >= order.Leaves) return;
        if (leaves <= 0m) Cancel(order, actor, reason, at, cause);
        else if (OrderTransitions.Next(order.State, ReportKind.Replaced, order.Filled > 0m) is not null)
            record.Put(new OrderReplaced(order.Terms.OrderId, order.Filled + leaves, order.Terms.LimitPrice, order.Terms.StopPrice, at), order.Terms.DecisionId, cause);
    }
}
