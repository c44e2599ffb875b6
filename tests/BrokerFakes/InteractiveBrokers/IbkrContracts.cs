using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>From a symbol to a contract id.</summary>
public sealed class IbkrContracts(FakeSettings settings)
{
    public IReadOnlyList<Operation> Operations =>
    [
        new("GET", "/iserver/secdef/search", "instruments", call => Search(call.Text("symbol"))),
        new("POST", "/iserver/secdef/search", "instruments", call => Search(call.Body.Text("symbol"))),
        new("GET", "/trsrv/stocks", "instruments", Stocks),
    ];

    private Answer Search(string? symbol)
    {
        if (symbol is null) throw new AnswerException(new Answer(400, new JsonObject { ["error"] = "Bad Request: symbol is missing", ["statusCode"] = "400" }));
        var found = settings.Instruments.Where(i => i.Symbol.Equals(symbol, StringComparison.OrdinalIgnoreCase)).ToList();
        return new JsonArray([.. found.Select(i => (JsonNode)new JsonObject
        {
            ["conid"] = $"{i.Conid}", ["companyHeader"] = $"{i.Name} - {i.Exchange}", ["companyName"] = i.Name, ["symbol"] = i.Symbol, ["description"] = i.Exchange,
            ["restricted"] = null, ["fop"] = null, ["opt"] = null, ["war"] = null, ["sections"] = new JsonArray(new JsonObject { ["secType"] = "STK" }),
        })]);
    }

    private Answer Stocks(Call call)
    {
        var answer = new JsonObject();
        foreach (var symbol in (call.Text("symbols") ?? "").Split(',').Distinct().Take(100))
        {
            answer[symbol] = new JsonArray([.. settings.Instruments.Where(i => i.Symbol == symbol).Select(i => (JsonNode)new JsonObject
            {
                ["name"] = i.Name, ["chineseName"] = "", ["assetClass"] = "STK",
                ["contracts"] = new JsonArray(new JsonObject { ["conid"] = i.Conid, ["exchange"] = i.Exchange, ["isUS"] = true }),
            })]);
        }

        return answer;
    }
}
