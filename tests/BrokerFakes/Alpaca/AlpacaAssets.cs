using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary><c>/v2/assets</c>: what can be traded.</summary>
public sealed class AlpacaAssets(FakeSettings settings)
{
    public IReadOnlyList<Operation> Operations =>
    [
        new("GET", "/v2/assets", "instruments", call => new JsonArray(
            [.. settings.Instruments.Where(_ => call.Text("status") is null or "active").Where(i => call.Text("exchange") is null || call.Text("exchange") == i.Exchange).Select(i => (JsonNode)Shown(i))])),
        new("GET", "/v2/assets/{symbol_or_asset_id}", "instruments", One),
    ];

    private Answer One(Call call)
    {
        var asked = call.Route["symbol_or_asset_id"];
        return Shown(settings.Instruments.FirstOrDefault(i => i.Symbol == asked || AlpacaFormat.AssetId(settings.Seed, i).ToString() == asked)
            ?? throw AlpacaError.Refuse(404, AlpacaError.NotFound, $"asset not found for {asked}"));
    }

    private JsonObject Shown(Instrument instrument) => new()
    {
        ["id"] = AlpacaFormat.AssetId(settings.Seed, instrument).ToString(), ["class"] = "us_equity", ["exchange"] = instrument.Exchange, ["symbol"] = instrument.Symbol, ["name"] = instrument.Name,
        ["status"] = "active", ["tradable"] = true, ["marginable"] = true, ["shortable"] = instrument.Shortable, ["easy_to_borrow"] = instrument.Shortable, ["fractionable"] = instrument.Fractionable,
    };
}
