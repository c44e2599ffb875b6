using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary>Reads the body of <c>POST /v2/orders</c> and refuses with 422 what Alpaca's order rules do not allow.</summary>
public static class AlpacaTicket
{
    public const int MaxClientId = 48, MaxDecimals = 9;

    /// <summary>The primary order first, its legs behind it. A leg's parent is not known yet.</summary>
    public static IReadOnlyList<Ticket> Read(JsonNode? body, FakeSettings settings, string freshClientId)
    {
        if (body is not JsonObject) throw AlpacaError.Refuse(400, AlpacaError.BadBody, "request body format is invalid");
        var symbol = body.Text("symbol") ?? throw Bad("symbol is required");
        var instrument = settings.Instruments.FirstOrDefault(i => i.Symbol == symbol) ?? throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, $"asset \"{symbol}\" not found");
        var type = Type(body.Text("type"));
        var (quantity, notional) = (body.Amount("qty"), body.Amount("notional"));
        if (quantity is null == notional is null) throw Bad(quantity is null ? "qty or notional is required" : "only one of qty or notional is accepted");
        var style = body.Text("order_class") is not ("" or "simple") and { } word ? word : "";
        var clientId = body.Text("client_order_id") is { Length: > 0 } id ? id : freshClientId;
        if (clientId.Length > MaxClientId) throw Bad($"client_order_id must be no more than {MaxClientId} characters");
        var ticket = new Ticket(
            clientId, symbol, Direction(body.Text("side")), quantity ?? 0, type, Force(body.Text("time_in_force")), body.Amount("limit_price"), body.Amount("stop_price"),
            body.Amount("trail_price"), body.Amount("trail_percent"), notional, body.Flag("extended_hours"), Style: style);
        Check(ticket, instrument);
        return style.Length == 0 ? [ticket] : [style == "oco" ? Oco(ticket, body) : ticket, .. Legs(ticket, body)];
    }

    /// <summary>The rules of a single order; also of what a replacement makes of one.</summary>
    public static void Check(Ticket ticket, Instrument instrument)
    {
        var word = AlpacaFormat.Word(ticket.Type);
        var (needsLimit, needsStop) = (ticket.Type is OrderType.Limit or OrderType.StopLimit, ticket.Type is OrderType.Stop or OrderType.StopLimit);
        if (needsLimit != ticket.LimitPrice.HasValue && ticket.Style != "oco") throw Bad(needsLimit ? $"{word} orders require limit price" : $"{word} orders require no limit price");
        if (needsStop != ticket.StopPrice.HasValue && ticket.Type != OrderType.TrailingStop) throw Bad(needsStop ? $"{word} orders require stop price" : $"{word} orders require no stop price");
        if (ticket.Type == OrderType.TrailingStop && ticket.TrailPrice.HasValue == ticket.TrailPercent.HasValue) throw Bad("trailing_stop orders must specify one of trail_price or trail_percent");
        if (ticket.Type != OrderType.TrailingStop && (ticket.TrailPrice ?? ticket.TrailPercent) is not null) throw Bad($"{word} orders require no trail_price or trail_percent");
        foreach (var (name, price) in new[] { ("limit_price", ticket.LimitPrice), ("stop_price", ticket.StopPrice) })
        {
            if (price is { } p && ticket.Type != OrderType.TrailingStop && decimal.Round(p, p >= 1 ? 2 : 4) != p)
                throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, $"invalid {name} {p}. sub-penny increment does not fulfill minimum pricing criteria");
        }

        if (decimal.Round(ticket.Quantity, MaxDecimals) != ticket.Quantity) throw Bad($"qty can have at most {MaxDecimals} decimals");
        if (ticket.Notional is < 1) throw AlpacaError.Refuse(403, AlpacaError.Forbidden, "cost basis must be >= minimal amount of order 1");
        var fractional = ticket.Notional is not null || decimal.Truncate(ticket.Quantity) != ticket.Quantity;
        if (fractional && !instrument.Fractionable) throw AlpacaError.Refuse(403, AlpacaError.Forbidden, $"asset \"{ticket.Symbol}\" is not fractionable");
        if (fractional && ticket.TimeInForce != TimeInForce.Day) throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, "fractional orders must be DAY orders");
        if (ticket.ExtendedHours && (ticket.Type != OrderType.Limit || ticket.TimeInForce != TimeInForce.Day)) throw AlpacaError.Refuse(422, AlpacaError.Unprocessable, "extended hours order must be DAY limit orders");
        if (ticket.TimeInForce is TimeInForce.Opg or TimeInForce.Cls && ticket.Type is not (OrderType.Market or OrderType.Limit)) throw Bad($"invalid type {word} for time_in_force {ticket.TimeInForce.ToString().ToLowerInvariant()}");
    }

    public static TimeInForce Force(string? word) => word switch
    {
        "day" => TimeInForce.Day,
        "gtc" => TimeInForce.Gtc,
        "opg" => TimeInForce.Opg,
        "cls" => TimeInForce.Cls,
        "ioc" => TimeInForce.Ioc,
        "fok" => TimeInForce.Fok,
        _ => throw Bad(word is null ? "time_in_force is required" : $"invalid time_in_force: {word}"),
    };

    public static AnswerException Bad(string message) => AlpacaError.Refuse(422, AlpacaError.BadParameter, message);

    private static Side Direction(string? word) => word switch { "buy" => Side.Buy, "sell" => Side.Sell, _ => throw Bad(word is null ? "side is required" : $"invalid side: {word}") };

    private static OrderType Type(string? word) => word switch
    {
        "market" => OrderType.Market,
        "limit" => OrderType.Limit,
        "stop" => OrderType.Stop,
        "stop_limit" => OrderType.StopLimit,
        "trailing_stop" => OrderType.TrailingStop,
        _ => throw Bad(word is null ? "type is required" : $"invalid type: {word}"),
    };

    private static Ticket Oco(Ticket ticket, JsonNode body)
    {
        if (ticket.Type != OrderType.Limit) throw Bad("oco orders must be limit orders");
        return ticket with { LimitPrice = ticket.LimitPrice ?? body["take_profit"].Amount("limit_price"), Group = ticket.ClientId };
    }

    private static IEnumerable<Ticket> Legs(Ticket ticket, JsonNode body)
    {
        if (ticket.Style is not ("bracket" or "oto" or "oco")) throw Bad($"invalid order_class: {ticket.Style}");
        if (ticket.TimeInForce is not (TimeInForce.Day or TimeInForce.Gtc)) throw Bad("complex orders must be DAY or GTC");
        if (ticket.ExtendedHours) throw Bad("complex orders do not support extended_hours");
        if (ticket.Notional is not null || decimal.Truncate(ticket.Quantity) != ticket.Quantity) throw Bad("fractional orders must be simple orders");
        var (profit, stop, stopLimit) = (body["take_profit"].Amount("limit_price"), body["stop_loss"].Amount("stop_price"), body["stop_loss"].Amount("limit_price"));
        if (ticket.Style is "bracket" or "oco" && profit is null) throw Bad($"{ticket.Style} orders require take_profit.limit_price");
        if (ticket.Style is "bracket" or "oco" && stop is null) throw Bad($"{ticket.Style} orders require stop_loss.stop_price");
        if (ticket.Style == "oto" && profit is null == stop is null) throw Bad("oto orders require one of take_profit.limit_price or stop_loss.stop_price");
        var exit = ticket.Style == "oco" ? ticket.Side : ticket.Side == Side.Buy ? Side.Sell : Side.Buy;
        if (profit <= stop == (exit == Side.Sell) && profit is not null && stop is not null) throw Bad($"take_profit.limit_price must be {(exit == Side.Sell ? ">" : "<")} stop_loss.stop_price");
        var leg = ticket with { Side = exit, LimitPrice = null, StopPrice = null, TrailPrice = null, TrailPercent = null, Group = ticket.ClientId };
        if (profit is not null && ticket.Style != "oco") yield return leg with { Type = OrderType.Limit, LimitPrice = profit };
        if (stop is not null) yield return leg with { Type = stopLimit is null ? OrderType.Stop : OrderType.StopLimit, StopPrice = stop, LimitPrice = stopLimit };
    }
}
