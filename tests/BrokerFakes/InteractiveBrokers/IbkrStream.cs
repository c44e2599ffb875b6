using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>
/// One client's side of <c>/ws</c>: <c>sor+{}</c> follows orders and <c>str+{}</c> trades, each beginning with what there is; <c>uor+{}</c> and
/// <c>utr</c> end that; <c>tic</c> keeps the session alive and <c>ech+hb</c> is echoed.
/// </summary>
public sealed class IbkrStream(FakeSettings settings, IbkrSettings ibkr, Venue venue, IbkrSession session, Inexactness inexact)
{
    private bool orders, trades;

    public void Greet(ClientStream stream)
    {
        stream.Send(new JsonObject { ["topic"] = "system", ["success"] = "fake", ["isFT"] = false, ["isPaper"] = true });
        stream.Send(new JsonObject { ["topic"] = "sts", ["args"] = session.Status() });
        stream.Send(new JsonObject { ["topic"] = "act", ["args"] = new JsonObject { ["accounts"] = new JsonArray(ibkr.Account) } });
    }

    public void Received(ClientStream stream, string text)
    {
        session.Touch();
        switch (text.Split('+')[0])
        {
            case "sor":
                orders = true;
                stream.Send(Topic("sor", venue.Orders.TakeLast(IbkrLiveOrders.MaxOrders).Select(o => IbkrFormat.Live(settings, ibkr, o))));
                break;
            case "uor":
                orders = false;
                break;
            case "str":
                trades = true;
                if (!Arguments(text).Flag("realtimeUpdatesOnly")) stream.Send(Topic("str", venue.Executions.TakeLast(IbkrLiveOrders.MaxTrades).Select(e => IbkrFormat.Trade(settings, ibkr, e))));
                break;
            case "utr":
                trades = false;
                break;
            case "tic":
                stream.Send(new JsonObject { ["topic"] = "tic", ["alive"] = session.IsAuthenticated, ["id"] = session.Cookie, ["lastAccessed"] = 0 });
                break;
            case "ech":
                stream.Send(new JsonObject { ["topic"] = "system", ["hb"] = 0 });
                break;
            default:
                stream.Send(new JsonObject { ["topic"] = "error", ["error"] = "unknown topic", ["code"] = 10 });
                break;
        }
    }

    public IEnumerable<JsonNode> Messages(Report report)
    {
        if (orders && report.Kind is not (ReportKind.CancelRejected or ReportKind.ReplaceRejected)) yield return Topic("sor", [IbkrFormat.Live(settings, ibkr, report.Order)]);
        if (trades && report.Execution is { } execution) yield return Topic("str", [IbkrFormat.Trade(settings, ibkr, execution)]);
    }

    private JsonNode Topic(string name, IEnumerable<JsonNode> items) => new JsonObject { ["topic"] = name, ["args"] = new JsonArray([.. items.Select(inexact.Twisted)]) };

    private static JsonNode? Arguments(string text)
    {
        try
        {
            return text.IndexOf('+', StringComparison.Ordinal) is var at and > 0 ? Fields.Parse(text[(at + 1)..]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
