using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>
/// Reads one order of a submission. A stop's price stands in <c>price</c> or <c>auxPrice</c>; a stop limit has its limit in <c>price</c> and its stop
/// in <c>auxPrice</c>.
/// </summary>
public static class IbkrTicket
{
    /// <param name="fresh">Client id of an order that brings none.</param>
    /// <param name="parent">Finds the order that <c>parentId</c> names by the client's id.</param>
    public static Ticket Read(JsonNode? body, FakeSettings settings, string fresh, Func<string, string?> parent)
    {
        var conid = body.Text("conid") ?? throw new BadCallException("conid is missing");
        var instrument = settings.Instruments.FirstOrDefault(i => $"{i.Conid}" == conid) ?? throw new BadCallException($"conid {conid} is not a contract");
        var type = Type(body.Text("orderType"));
        var (price, aux) = (body.Amount("price"), body.Amount("auxPrice"));
        var quantity = body.Amount("quantity") ?? throw new BadCallException("quantity is missing");
        if (decimal.Truncate(quantity) != quantity) throw new BadCallException($"quantity {quantity} must be whole: the account does not support fractions");
        var ticket = new Ticket(
            body.Text("cOID") is { Length: > 0 } id ? id : fresh, instrument.Symbol, Direction(body.Text("side")), quantity, type, Force(body.Text("tif")),
            type is OrderType.Limit or OrderType.StopLimit ? price ?? throw new BadCallException("price is missing") : null,
            type switch { OrderType.Stop => price ?? aux ?? throw new BadCallException("auxPrice is missing"), OrderType.StopLimit => aux ?? throw new BadCallException("auxPrice is missing"), _ => null },
            ExtendedHours: body.Flag("outsideRTH"), Style: body.Text("cOID") is { Length: > 0 } ? "" : "anonymous");
        if (type == OrderType.TrailingStop)
        {
            var amount = body.Amount("trailingAmt") ?? throw new BadCallException("trailingAmt is missing");
            ticket = body.Text("trailingType") == "%" ? ticket with { TrailPercent = amount } : ticket with { TrailPrice = amount };
        }

        return body.Text("parentId") is { } client ? ticket with { Parent = parent(client) ?? throw new BadCallException($"parentId {client} is not an order"), Group = client } : ticket;
    }

    public static string Word(OrderType type) => type switch
    {
        OrderType.Market => "Market",
        OrderType.Limit => "Limit",
        OrderType.Stop => "Stop",
        OrderType.StopLimit => "Stop Limit",
        _ => "Trailing Stop",
    };

    public static string Word(Order order) => order.State switch
    {
        _ when order.CancelPending && order.IsOpen => "PendingCancel",
        OrderState.PendingNew => "PendingSubmit",
        OrderState.Accepted or OrderState.Held => "PreSubmitted",
        OrderState.New when order.Ticket.StopPrice is not null && !order.Triggered => "PreSubmitted",
        OrderState.New or OrderState.PartiallyFilled => "Submitted",
        OrderState.Filled => "Filled",
        OrderState.Rejected => "Inactive",
        _ => "Cancelled",
    };

    private static OrderType Type(string? word) => word switch
    {
        "MKT" => OrderType.Market,
        "LMT" => OrderType.Limit,
        "STP" => OrderType.Stop,
        "STOP_LIMIT" or "STP LMT" => OrderType.StopLimit,
        "TRAIL" => OrderType.TrailingStop,
        _ => throw new BadCallException($"orderType '{word}' is not one of MKT, LMT, STP, STOP_LIMIT, TRAIL"),
    };

    private static Side Direction(string? word) => word switch { "BUY" => Side.Buy, "SELL" => Side.Sell, _ => throw new BadCallException($"side '{word}' is not BUY or SELL") };

    private static TimeInForce Force(string? word) => word switch
    {
        "DAY" => TimeInForce.Day,
        "GTC" => TimeInForce.Gtc,
        "IOC" => TimeInForce.Ioc,
        "OPG" => TimeInForce.Opg,
        _ => throw new BadCallException($"tif '{word}' is not one of DAY, GTC, IOC, OPG"),
    };
}
