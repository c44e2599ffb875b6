namespace EventSourcedTrading.BrokerFakes.Venues;

/// <summary>What an order does at a price. Every fill is at the price that is set, so never beyond a limit.</summary>
public static class Matching
{
    /// <summary>Sets off stops and moves trailing stops.</summary>
    public static Order Observe(Order order, decimal price)
    {
        if (order.Triggered || order.Ticket.Type is OrderType.Market or OrderType.Limit) return order;
        var buys = order.Ticket.Side == Side.Buy;
        if (order.Ticket.Type == OrderType.TrailingStop)
        {
            var best = buys ? Math.Min(order.HighWaterMark ?? price, price) : Math.Max(order.HighWaterMark ?? price, price);
            order = order with { HighWaterMark = best, Ticket = order.Ticket with { StopPrice = Trailed(order.Ticket, best) } };
        }

        var stop = order.Ticket.StopPrice!.Value;
        return order with { Triggered = buys ? price >= stop : price <= stop };
    }

    public static bool Trades(Order order, decimal price) => order.Ticket.Type switch
    {
        OrderType.Market => true,
        OrderType.Limit => Reached(order.Ticket, price),
        OrderType.StopLimit => order.Triggered && Reached(order.Ticket, price),
        _ => order.Triggered,
    };

    private static bool Reached(Ticket ticket, decimal price) => ticket.Side == Side.Buy ? price <= ticket.LimitPrice : price >= ticket.LimitPrice;

    private static decimal Trailed(Ticket ticket, decimal best)
    {
        var distance = ticket.TrailPrice ?? best * ticket.TrailPercent!.Value / 100;
        return ticket.Side == Side.Buy ? best + distance : best - distance;
    }
}
