using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary>
/// One client's side of <c>/stream</c>: authenticate, listen, then <c>trade_updates</c>. What happened before it listened is not sent again.
/// </summary>
public sealed class TradeUpdates(FakeSettings settings, AlpacaSettings alpaca)
{
    private bool authorized, listens;

    public void Received(ClientStream stream, string text)
    {
        JsonNode? message;
        try
        {
            message = Fields.Parse(text);
        }
        catch (JsonException)
        {
            stream.Send(Error("invalid syntax"));
            return;
        }

        switch (message.Text("action"))
        {
            case "authenticate":
                Authenticate(stream, message!["data"].Text("key_id"), message["data"].Text("secret_key"));
                break;
            case "auth":
                Authenticate(stream, message.Text("key"), message.Text("secret"));
                break;
            case "listen" when authorized:
                var asked = message!["data"]?["streams"] is JsonArray streams ? streams.Select(s => s?.GetValue<string>()).ToList() : [];
                listens = asked.Contains("trade_updates");
                stream.Send(new JsonObject { ["stream"] = "listening", ["data"] = new JsonObject { ["streams"] = listens ? new JsonArray("trade_updates") : new JsonArray() } });
                break;
            case "listen":
                stream.Send(Authorization("unauthorized", "listen"));
                break;
            default:
                stream.Send(Error("unknown action"));
                break;
        }
    }

    public IEnumerable<JsonNode> Messages(Report report) => listens ? [new JsonObject { ["stream"] = "trade_updates", ["data"] = Data(report) }] : [];

    private void Authenticate(ClientStream stream, string? key, string? secret)
    {
        authorized = key == alpaca.KeyId && secret == alpaca.SecretKey;
        stream.Send(Authorization(authorized ? "authorized" : "unauthorized", "authenticate"));
        if (!authorized) stream.Close();
    }

    private JsonObject Data(Report report)
    {
        var data = new JsonObject
        {
            ["event"] = Event(report.Kind), ["timestamp"] = AlpacaFormat.Time(report.At), ["order"] = AlpacaFormat.Order(settings, report.Order),
            ["execution_id"] = report.Execution?.Id ?? Ids.Uuid(settings.Seed, $"{report.Kind}", report.Order.Number).ToString(),
        };
        if (report.Execution is not { } execution) return data;
        data["price"] = AlpacaFormat.Number(execution.Price);
        data["qty"] = AlpacaFormat.Number(execution.Quantity);
        data["position_qty"] = AlpacaFormat.Number(report.PositionQuantity);
        return data;
    }

    private static string Event(ReportKind kind) => kind switch
    {
        ReportKind.PendingNew => "pending_new",
        ReportKind.New => "new",
        ReportKind.PartialFill => "partial_fill",
        ReportKind.Fill => "fill",
        ReportKind.PendingCancel => "pending_cancel",
        ReportKind.Canceled => "canceled",
        ReportKind.Expired => "expired",
        ReportKind.Rejected => "rejected",
        ReportKind.Replaced => "replaced",
        ReportKind.ReplaceRejected => "order_replace_rejected",
        _ => "order_cancel_rejected",
    };

    private static JsonObject Authorization(string status, string action) => new() { ["stream"] = "authorization", ["data"] = new JsonObject { ["status"] = status, ["action"] = action } };

    private static JsonObject Error(string message) => new() { ["stream"] = "error", ["data"] = new JsonObject { ["error"] = message } };
}
