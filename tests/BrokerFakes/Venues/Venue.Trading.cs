using EventSourcedTrading.BrokerFakes.Faults;

namespace EventSourcedTrading.BrokerFakes.Venues;

/// <summary>What the venue does with its orders; all of it under the gate.</summary>
public sealed partial class Venue
{
    private DateTimeOffset Now => time.GetUtcNow();

    private Order MustBeOpen(string orderId)
    {
        var order = Find(orderId) ?? throw new RefusedException($"order {orderId} is not there");
        return order.IsOpen ? order : throw new RefusedException($"order {orderId} is {order.State} already");
    }

    private Order Accept(Ticket ticket, string? replaces)
    {
        if (orders.Count == MaxOrders) throw new RefusedException($"the fake broker keeps at most {MaxOrders} orders; start another");
        var number = orders.Count + 1;
        var order = new Order(id("order", number), number, ticket, OrderState.PendingNew, Now) { Replaces = replaces };
        orders.Add(order);
        byId.Add(order.Id, number - 1);
        byClient[ticket.ClientId] = number - 1;
        open.Add(number - 1);
        return order;
    }

    private Order Change(Order order)
    {
        order = order with { UpdatedAt = Now };
        var at = byId[order.Id];
        orders[at] = order;
        if (order.IsOpen) open.Add(at);
        else open.Remove(at);
        return order;
    }

    private void Route(Order order)
    {
        if (faults.Strikes(FaultKind.Reject, "venue"))
        {
            End(order with { Reason = "fault: rejected by the venue" }, OrderState.Rejected, ReportKind.Rejected);
            return;
        }

        if (!IsOpen && !order.Ticket.ExtendedHours)
        {
            Change(order with { State = OrderState.Accepted });
            return;
        }

        order = Change(order with { State = OrderState.New });
        Say(ReportKind.New, order);
        Match(order);
    }

    private void Match(Order order, bool auction = false)
    {
        var tif = order.Ticket.TimeInForce;
        if (!order.IsWorking || (!auction && tif is TimeInForce.Opg or TimeInForce.Cls)) return;
        if ((IsOpen || order.Ticket.ExtendedHours) && quotes.GetValueOrDefault(order.Ticket.Symbol) is { } quote)
        {
            var seen = Matching.Observe(order, quote.Price);
            if (seen != order) order = Change(seen);
            if (order.Ticket is { Quantity: 0, Notional: { } notional }) order = Change(order with { Ticket = order.Ticket with { Quantity = Math.Round(notional / quote.Price, 9, MidpointRounding.ToZero) } });
            var quantity = Matching.Trades(order, quote.Price) ? Math.Min(order.Remaining, quote.Size ?? order.Remaining) : 0;
            if (tif == TimeInForce.Fok && quantity < order.Remaining) quantity = 0;
            if (quantity > 0)
            {
                if (quote.Size is { } size) quotes[order.Ticket.Symbol] = quote with { Size = size - quantity };
                order = Execute(order, quantity, quote.Price);
            }
        }

        if (order.IsOpen && tif is TimeInForce.Ioc or TimeInForce.Fok && order.IsOpen) End(order, OrderState.Canceled, ReportKind.Canceled);
    }

    private void Auction(TimeInForce tif)
    {
        foreach (var order in Open(null).Where(o => o.Ticket.TimeInForce == tif))
        {
            var working = order.State == OrderState.Accepted ? Change(order with { State = OrderState.New }) : order;
            if (order.State == OrderState.Accepted) Say(ReportKind.New, working);
            Match(working, auction: true);
            if (Find(order.Id) is { IsOpen: true } left) End(left, OrderState.Expired, ReportKind.Expired);
        }
    }

    private Order Execute(Order order, decimal quantity, decimal price)
    {
        var filled = order.Filled + quantity;
        var done = filled == order.Ticket.Quantity;
        order = Change(order with
        {
            Filled = filled,
            AveragePrice = ((order.AveragePrice * order.Filled ?? 0) + (quantity * price)) / filled,
            State = done ? OrderState.Filled : OrderState.PartiallyFilled,
            EndedAt = done ? Now : order.EndedAt,
        });
        var number = executions.Count + 1;
        var execution = new Execution(id("execution", number), number, order.Id, order.Ticket.ClientId, order.Ticket.Symbol, order.Ticket.Side, quantity, price, quantity * feePerShare, filled, order.Remaining, Now);
        executions.Add(execution);
        Account.Apply(execution);
        Reported?.Invoke(new Report(done ? ReportKind.Fill : ReportKind.PartialFill, order, execution, Account[execution.Symbol].Quantity, Now));
        if (!done) return order;
        foreach (var other in Open(null))
        {
            if (other.Ticket.Parent == order.Id && other.State == OrderState.Held) Route(other);
            else if (order.Ticket.Group is { } group && other.Ticket.Group == group && orders[byId[other.Id]].IsOpen) End(orders[byId[other.Id]], OrderState.Canceled, ReportKind.Canceled);
        }

        return order;
    }

    private Order End(Order order, OrderState state, ReportKind kind)
    {
        order = Change(order with { State = state, EndedAt = Now });
        Say(kind, order);
        if (state == OrderState.Replaced) return order;
        foreach (var leg in Open(null).Where(o => o.Ticket.Parent == order.Id && o.State == OrderState.Held)) End(leg, OrderState.Canceled, ReportKind.Canceled);
        return order;
    }

    private void Say(ReportKind kind, Order order) => Reported?.Invoke(new Report(kind, order, null, Account[order.Ticket.Symbol].Quantity, Now));

    private decimal? LatePrice(Order order) => order.Remaining <= 0 ? null : quotes.GetValueOrDefault(order.Ticket.Symbol)?.Price ?? order.Ticket.LimitPrice ?? order.Ticket.StopPrice;
}
