using System.Globalization;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary><c>/v2/account/activities</c>: fills, page by page. The fake has no other kinds; asking for them gives nothing.</summary>
public sealed class AlpacaActivities(FakeSettings settings, Venue venue)
{
    private const int MaxPage = 100;

    public IReadOnlyList<Operation> Operations =>
    [
        new("GET", "/v2/account/activities", "executions", call => List(call, call.Text("activity_types")?.Split(','))),
        new("GET", "/v2/account/activities/{activity_type}", "executions", call => List(call, [call.Route["activity_type"]])),
    ];

    /// <summary>Time to the millisecond, then a UUID: ids sort as the executions came.</summary>
    private string Id(Execution execution) => $"{execution.At.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture)}::{Ids.Uuid(settings.Seed, "activity", execution.Number)}";

    private Answer List(Call call, string[]? types)
    {
        var (after, until, date) = (call.Time("after"), call.Time("until"), call.Time("date"));
        var size = call.Number("page_size") ?? MaxPage;
        if (size is < 1 or > MaxPage) throw AlpacaTicket.Bad($"page_size must be from 1 to {MaxPage}");
        if (date is not null && (after ?? until) is not null) throw AlpacaTicket.Bad("date cannot be used with after or until");
        if (types is not null && !types.Contains("FILL")) return new JsonArray();
        var found = venue.Executions.Where(e => (after is null || e.At > after) && (until is null || e.At < until) && (date is null || e.At.UtcDateTime.Date == date.Value.UtcDateTime.Date));
        if (call.Text("direction") != "asc") found = found.Reverse();
        if (call.Text("page_token") is { } token) found = found.SkipWhile(e => Id(e) != token).Skip(1);
        return new JsonArray([.. found.Take(size).Select(e => (JsonNode)Shown(e))]);
    }

    private JsonObject Shown(Execution execution) => new()
    {
        ["id"] = Id(execution), ["activity_type"] = "FILL", ["transaction_time"] = AlpacaFormat.Time(execution.At), ["type"] = execution.LeavesQuantity == 0 ? "fill" : "partial_fill",
        ["price"] = AlpacaFormat.Number(execution.Price), ["qty"] = AlpacaFormat.Number(execution.Quantity), ["side"] = AlpacaFormat.Word(execution.Side), ["symbol"] = execution.Symbol,
        ["leaves_qty"] = AlpacaFormat.Number(execution.LeavesQuantity), ["cum_qty"] = AlpacaFormat.Number(execution.CumulativeQuantity), ["order_id"] = execution.OrderId,
        ["order_status"] = execution.LeavesQuantity == 0 ? "filled" : "partially_filled",
    };
}
