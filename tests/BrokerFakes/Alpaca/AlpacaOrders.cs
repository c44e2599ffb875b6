using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary><c>/v2/orders</c>: place, list, look up, replace and cancel.</summary>
public sealed class AlpacaOrders(FakeSettings settings, AlpacaSettings alpaca, Venue venue)
{
    private const int UsualPage = 50, MaxPage = 500;
    private long fresh;

    public IReadOnlyList<Operation> Operations =>
    [
        new("POST", "/v2/orders", "submit", Submit),
        new("GET", "/v2/orders", "orders", List),
        new("DELETE", "/v2/orders", "cancelAll", _ => new Answer(207, CancelAll(venue))),
        new("GET", "/v2/orders:by_client_order_id", "order", call => One(call, venue.FindByClient(call.Text("client_order_id") ?? ""), call.Text("client_order_id"))),
        new("GET", "/v2/orders/{order_id}", "order", call => One(call, venue.Find(call.Route["order_id"]), call.Route["order_id"])),
        new("PATCH", "/v2/orders/{order_id}", "replace", Replace),
        new("DELETE", "/v2/orders/{order_id}", "cancel", Cancel),
    ];

    /// <summary>Asks to cancel every open order.</summary>
    public static JsonArray CancelAll(Venue venue)
    {
        var answers = new JsonArray();
        foreach (var order in venue.Open(null).Where(o => venue.Find(o.Id)!.IsOpen))
        {
            answers.Add(new JsonObject { ["id"] = order.Id, ["status"] = 200 });
            if (venue.Find(order.Id)!.IsOpen) venue.Cancel(order.Id);
        }

        return answers;
    }

    private Answer Submit(Call call)
    {
        var tickets = AlpacaTicket.Read(call.Body, settings, Fresh());
        Unique(tickets[0].ClientId);
        BuyingPower.Check(venue, Listed(tickets[0].Symbol), tickets[0], alpaca.Multiplier);
        var primary = venue.Submit(tickets[0]);
        var legs = tickets.Skip(1).Select(t => venue.Submit(t with { ClientId = Fresh(), Parent = t.Style == "oco" ? null : primary.Id })).ToList();
        return AlpacaFormat.Order(settings, primary, legs.Count == 0 ? null : legs);
    }

    private Answer List(Call call)
    {
        var status = call.Text("status") ?? "open";
        var limit = call.Number("limit") ?? UsualPage;
        var (after, until, nested) = (call.Time("after"), call.Time("until"), call.Flag("nested"));
        var symbols = call.Text("symbols")?.Split(',');
        if (status is not ("open" or "closed" or "all")) throw AlpacaTicket.Bad($"invalid status: {status}");
        if (limit is < 1 or > MaxPage) throw AlpacaTicket.Bad($"limit must be from 1 to {MaxPage}");
        if (call.Text("direction") is { } word and not ("asc" or "desc")) throw AlpacaTicket.Bad($"invalid direction: {word}");
        var found = venue.Orders.Where(o => (status == "all" || o.IsOpen == (status == "open"))
            && (after is null || o.SubmittedAt > after) && (until is null || o.SubmittedAt < until)
            && (symbols is null || symbols.Contains(o.Ticket.Symbol)) && (!nested || !IsLeg(o)));
        if (call.Text("direction") != "asc") found = found.Reverse();
        return new JsonArray([.. found.Take(limit).Select(o => (JsonNode)Shown(o, nested))]);
    }

    private Answer One(Call call, Order? order, string? asked) => order is null
        ? throw AlpacaError.Refuse(404, AlpacaError.NotFound, $"order not found for {asked}") : Shown(order, call.Flag("nested"));

    private Answer Replace(Call call)
    {
        var old = venue.Find(call.Route["order_id"]) ?? throw AlpacaError.Refuse(404, AlpacaError.NotFound, $"order not found for {call.Route["order_id"]}");
        if (!old.IsOpen || old.CancelPending) throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, $"cannot replace order in {AlpacaFormat.Word(old)} status");
        if (old.Ticket.Notional is not null) throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, "cannot replace notional orders");
        var (ticket, body) = (old.Ticket, call.Body);
        var trail = body.Amount("trail");
        var next = ticket with
        {
            ClientId = body.Text("client_order_id") ?? Fresh(),
            Quantity = body.Amount("qty") ?? old.Remaining,
            TimeInForce = body.Text("time_in_force") is { } force ? AlpacaTicket.Force(force) : ticket.TimeInForce,
            LimitPrice = body.Amount("limit_price") ?? ticket.LimitPrice,
            StopPrice = body.Amount("stop_price") ?? ticket.StopPrice,
            TrailPrice = ticket.TrailPrice is null ? null : trail ?? ticket.TrailPrice,
            TrailPercent = ticket.TrailPercent is null ? null : trail ?? ticket.TrailPercent,
        };
        Unique(next.ClientId);
        AlpacaTicket.Check(next, Listed(next.Symbol));
        if (old.State != OrderState.Held) BuyingPower.Check(venue, Listed(next.Symbol), next, alpaca.Multiplier, old.Id);
        return AlpacaFormat.Order(settings, venue.Replace(old.Id, _ => next));
    }

    private Answer Cancel(Call call)
    {
        var order = venue.Find(call.Route["order_id"]) ?? throw AlpacaError.Refuse(404, AlpacaError.NotFound, $"order not found for {call.Route["order_id"]}");
        if (!order.IsOpen || order.CancelPending) throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, $"order is already in \"{AlpacaFormat.Word(order)}\" state");
        venue.Cancel(order.Id);
        return new Answer(204, null);
    }

    private JsonObject Shown(Order order, bool nested) => AlpacaFormat.Order(
        settings, order, nested && order.Ticket.Style.Length > 0 && !IsLeg(order) ? venue.Orders.Where(o => o.Ticket.Group == order.Ticket.ClientId && o.Id != order.Id) : null);

    private static bool IsLeg(Order order) => order.Ticket.Group is { } group && group != order.Ticket.ClientId;

    private Instrument Listed(string symbol) => settings.Instruments.First(i => i.Symbol == symbol);

    private void Unique(string clientId)
    {
        if (venue.FindByClient(clientId) is not null) throw AlpacaTicket.Bad("client_order_id must be unique");
    }

    private string Fresh() => Ids.Uuid(settings.Seed, "client", ++fresh).ToString();
}
