using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary><c>/v2/positions</c>: list, look up by symbol or asset id, and close by a market order.</summary>
public sealed class AlpacaPositions(FakeSettings settings, Venue venue)
{
    private long fresh;

    public IReadOnlyList<Operation> Operations =>
    [
        new("GET", "/v2/positions", "positions", _ => new JsonArray([.. venue.Account.Positions.Select(p => (JsonNode)Shown(p))])),
        new("DELETE", "/v2/positions", "closePosition", CloseAll),
        new("GET", "/v2/positions/{symbol_or_asset_id}", "positions", call => Shown(One(call))),
        new("DELETE", "/v2/positions/{symbol_or_asset_id}", "closePosition", CloseOne),
    ];

    private Answer CloseAll(Call call)
    {
        if (call.Flag("cancel_orders")) AlpacaOrders.CancelAll(venue);
        return new Answer(207, new JsonArray([.. venue.Account.Positions.ToList().Select(p => (JsonNode)new JsonObject
        {
            ["symbol"] = p.Symbol, ["status"] = 200, ["body"] = AlpacaFormat.Order(settings, Close(p, Math.Abs(p.Quantity))),
        })]));
    }

    private Answer CloseOne(Call call)
    {
        var position = One(call);
        var whole = Math.Abs(position.Quantity);
        if (call.Text("qty") is not null && call.Text("percentage") is not null) throw AlpacaTicket.Bad("only one of qty or percentage is accepted");
        var wanted = Asked(call, "qty") ?? whole * (Asked(call, "percentage") ?? 100) / 100;
        if (wanted > whole) throw AlpacaError.Refuse(403, AlpacaError.Forbidden, $"insufficient qty available for order (requested: {AlpacaFormat.Number(wanted)}, available: {AlpacaFormat.Number(whole)})");
        return AlpacaFormat.Order(settings, Close(position, decimal.Round(wanted, 9, MidpointRounding.ToZero)));
    }

    private Order Close(Position position, decimal quantity) => venue.Submit(new Ticket(
        Ids.Uuid(settings.Seed, "close", ++fresh).ToString(), position.Symbol, position.Quantity > 0 ? Side.Sell : Side.Buy, quantity, OrderType.Market, TimeInForce.Day));

    private static decimal? Asked(Call call, string name) => new JsonObject { [name] = call.Text(name) }.Amount(name);

    private Position One(Call call)
    {
        var asked = call.Route["symbol_or_asset_id"];
        var symbol = settings.Instruments.FirstOrDefault(i => AlpacaFormat.AssetId(settings.Seed, i).ToString() == asked)?.Symbol ?? asked;
        return venue.Account[symbol] is { Quantity: not 0 } position ? position : throw AlpacaError.Refuse(404, AlpacaError.NotFound, "position does not exist");
    }

    private JsonObject Shown(Position position)
    {
        var instrument = settings.Instruments.First(i => i.Symbol == position.Symbol);
        var price = BuyingPower.Price(venue, position.Symbol);
        var (value, gain) = (position.Quantity * price, position.Quantity * (price - position.AveragePrice));
        var share = AlpacaFormat.Number(gain / Math.Abs(position.CostBasis));
        var closing = venue.Open(position.Symbol).Where(o => o.State != OrderState.Held && o.Ticket.Side == (position.Quantity > 0 ? Side.Sell : Side.Buy)).Sum(o => o.Remaining);
        return new JsonObject
        {
            ["asset_id"] = AlpacaFormat.AssetId(settings.Seed, instrument).ToString(), ["symbol"] = position.Symbol, ["exchange"] = instrument.Exchange, ["asset_class"] = "us_equity",
            ["asset_marginable"] = true, ["qty"] = AlpacaFormat.Number(position.Quantity), ["qty_available"] = AlpacaFormat.Number(position.Quantity - (closing * Math.Sign(position.Quantity))),
            ["avg_entry_price"] = AlpacaFormat.Number(position.AveragePrice), ["side"] = position.Quantity > 0 ? "long" : "short", ["market_value"] = AlpacaFormat.Money(value),
            ["cost_basis"] = AlpacaFormat.Money(position.CostBasis), ["unrealized_pl"] = AlpacaFormat.Money(gain), ["unrealized_plpc"] = share,
            ["unrealized_intraday_pl"] = AlpacaFormat.Money(gain), ["unrealized_intraday_plpc"] = share, ["current_price"] = AlpacaFormat.Number(price),
            ["lastday_price"] = AlpacaFormat.Number(price), ["change_today"] = "0",
        };
    }
}
