using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary>What the account can still afford, and the checks of an order against it.</summary>
public static class BuyingPower
{
    public static decimal Price(Venue venue, string symbol) => venue.Quote(symbol)?.Price ?? venue.Account[symbol].AveragePrice;

    public static decimal LongValue(Venue venue) => venue.Account.Positions.Where(p => p.Quantity > 0).Sum(p => p.Quantity * Price(venue, p.Symbol));

    /// <summary>0 or below.</summary>
    public static decimal ShortValue(Venue venue) => venue.Account.Positions.Where(p => p.Quantity < 0).Sum(p => p.Quantity * Price(venue, p.Symbol));

    public static decimal Equity(Venue venue) => venue.Account.Cash + LongValue(venue) + ShortValue(venue);

    /// <summary>Regulation T: half of the value of long and short positions.</summary>
    public static decimal InitialMargin(Venue venue) => (LongValue(venue) - ShortValue(venue)) / 2;

    /// <summary>
    /// As the specification has it: cash for multiplier 1, else (equity − initial margin) × multiplier; less what open orders would enter.
    /// </summary>
    /// <param name="replaced">Id of an order that does not count, as another is to stand in for it.</param>
    public static decimal Of(Venue venue, int multiplier, string? replaced = null)
    {
        var whole = multiplier == 1 ? venue.Account.Cash : Math.Max(Equity(venue) - InitialMargin(venue), 0) * multiplier;
        var reserved = venue.Open(null).Where(o => o.Id != replaced && o.State != OrderState.Held && !Closes(venue, o.Ticket)).Sum(o => Cost(venue, o.Ticket, o.Remaining));
        return Math.Max(whole - reserved, 0);
    }

    /// <summary>Refuses with 403 what sells more than there is, shorts what cannot be borrowed, costs more than there is, or would trade with an own order.</summary>
    public static void Check(Venue venue, Instrument instrument, Ticket ticket, int multiplier, string? replaced = null)
    {
        NoWash(venue, ticket);
        if (Closes(venue, ticket))
        {
            var held = Math.Abs(venue.Account[ticket.Symbol].Quantity);
            var working = venue.Open(ticket.Symbol).Where(o => o.Id != replaced && o.State != OrderState.Held && o.Ticket.Side == ticket.Side && o.Ticket.Notional is null);
            var promised = working.GroupBy(o => o.Ticket.Group ?? o.Id).Sum(group => group.Max(o => o.Remaining));
            var wanted = ticket.Notional is { } money ? money / Price(venue, ticket.Symbol) : ticket.Quantity;
            if (wanted <= held - promised) return;
            throw AlpacaError.Refuse(403, AlpacaError.Forbidden, $"insufficient qty available for order (requested: {AlpacaFormat.Number(wanted)}, available: {AlpacaFormat.Number(held - promised)})",
                ("symbol", ticket.Symbol), ("available", AlpacaFormat.Number(held - promised)), ("existing_qty", AlpacaFormat.Number(held)), ("held_for_orders", AlpacaFormat.Number(promised)));
        }

        if (ticket.Side == Side.Sell && !instrument.Shortable) throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, $"asset \"{ticket.Symbol}\" cannot be sold short");
        if (ticket.Side == Side.Sell && (ticket.Notional is not null || decimal.Truncate(ticket.Quantity) != ticket.Quantity)) throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, "fractional orders cannot be sold short");
        var (cost, power) = (Cost(venue, ticket, ticket.Quantity), Of(venue, multiplier, replaced));
        if (cost > power) throw AlpacaError.Refuse(403, AlpacaError.Forbidden, "insufficient buying power", ("buying_power", AlpacaFormat.Money(power)), ("cost_basis", AlpacaFormat.Money(cost)));
    }

    private static bool Closes(Venue venue, Ticket ticket) => venue.Account[ticket.Symbol].Quantity is var held && (ticket.Side == Side.Buy ? held < 0 : held > 0);

    private static decimal Cost(Venue venue, Ticket ticket, decimal quantity) => ticket.Notional ?? quantity * (ticket.LimitPrice ?? ticket.StopPrice ?? Price(venue, ticket.Symbol));

    private static void NoWash(Venue venue, Ticket ticket)
    {
        if (ticket.Style.Length > 0) return;
        var other = venue.Open(ticket.Symbol).FirstOrDefault(o => o.Ticket.Side != ticket.Side && o.Ticket.Style.Length == 0 && o.IsWorking && Crosses(ticket, o.Ticket));
        if (other is null) return;
        throw AlpacaError.Refuse(403, AlpacaError.Forbidden, "potential wash trade detected. use complex orders",
            ("existing_order_id", other.Id), ("reject_reason", $"opposite side {AlpacaFormat.Word(other.Ticket.Type)} order exists"));
    }

    private static bool Crosses(Ticket one, Ticket other)
    {
        if (one.Type != OrderType.Limit || other.Type != OrderType.Limit) return true;
        var (buy, sell) = one.Side == Side.Buy ? (one, other) : (other, one);
        return buy.LimitPrice >= sell.LimitPrice;
    }
}
