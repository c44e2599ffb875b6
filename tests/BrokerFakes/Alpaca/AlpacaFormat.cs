using System.Globalization;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary>An order, a number and a time in Alpaca's words. Numbers are texts, times RFC 3339.</summary>
public static class AlpacaFormat
{
    public static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    /// <summary>Dollars: two decimals, or more where there are any.</summary>
    public static string Money(decimal value) => value.ToString("0.00#######", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static string Word(Side side) => side == Side.Buy ? "buy" : "sell";

    public static string Word(OrderType type) => type switch
    {
        OrderType.Market => "market",
        OrderType.Limit => "limit",
        OrderType.Stop => "stop",
        OrderType.StopLimit => "stop_limit",
        _ => "trailing_stop",
    };

    public static string Word(Order order) => order.State switch
    {
        _ when order.CancelPending && order.IsOpen => "pending_cancel",
        OrderState.PendingNew => "pending_new",
        OrderState.Accepted => "accepted",
        OrderState.Held => "held",
        OrderState.New => "new",
        OrderState.PartiallyFilled => "partially_filled",
        OrderState.Filled => "filled",
        OrderState.Canceled => "canceled",
        OrderState.Expired => "expired",
        OrderState.Rejected => "rejected",
        _ => "replaced",
    };

    public static Guid AssetId(long seed, Instrument instrument) => Ids.Uuid(seed, "asset", instrument.Conid);

    /// <param name="legs">Null: not asked for.</param>
    public static JsonObject Order(FakeSettings settings, Order order, IEnumerable<Order>? legs = null)
    {
        var ticket = order.Ticket;
        return new JsonObject
        {
            ["id"] = order.Id, ["client_order_id"] = ticket.ClientId, ["created_at"] = Time(order.SubmittedAt), ["updated_at"] = Time(order.UpdatedAt), ["submitted_at"] = Time(order.SubmittedAt),
            ["filled_at"] = Ended(order, OrderState.Filled), ["expired_at"] = Ended(order, OrderState.Expired), ["canceled_at"] = Ended(order, OrderState.Canceled),
            ["failed_at"] = Ended(order, OrderState.Rejected), ["replaced_at"] = Ended(order, OrderState.Replaced), ["replaced_by"] = order.ReplacedBy, ["replaces"] = order.Replaces,
            ["asset_id"] = AssetId(settings.Seed, settings.Instruments.First(i => i.Symbol == ticket.Symbol)).ToString(), ["symbol"] = ticket.Symbol, ["asset_class"] = "us_equity",
            ["notional"] = ticket.Notional is { } notional ? Number(notional) : null, ["qty"] = ticket.Notional is null ? Number(ticket.Quantity) : null,
            ["filled_qty"] = Number(order.Filled), ["filled_avg_price"] = order.AveragePrice is { } average ? Number(average) : null,
            ["order_class"] = ticket.Style, ["order_type"] = Word(ticket.Type), ["type"] = Word(ticket.Type), ["side"] = Word(ticket.Side), ["time_in_force"] = ticket.TimeInForce.ToString().ToLowerInvariant(),
            ["limit_price"] = Price(ticket.LimitPrice), ["stop_price"] = Price(ticket.StopPrice), ["status"] = Word(order), ["extended_hours"] = ticket.ExtendedHours,
            ["legs"] = legs is null ? null : new JsonArray([.. legs.Select(leg => (JsonNode)Order(settings, leg))]),
            ["trail_percent"] = Price(ticket.TrailPercent), ["trail_price"] = Price(ticket.TrailPrice), ["hwm"] = Price(order.HighWaterMark),
        };
    }

    private static string? Price(decimal? price) => price is { } value ? Number(value) : null;

    private static string? Ended(Order order, OrderState state) => order.State == state && order.EndedAt is { } at ? Time(at) : null;
}
