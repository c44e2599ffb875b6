using System.Globalization;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>
/// Live orders, the status of one, and trades. The first question for live orders in a session only warms up and is answered with nothing, and
/// so is <c>force=true</c>, which empties what was warm.
/// </summary>
public sealed class IbkrLiveOrders(FakeSettings settings, IbkrSettings ibkr, Venue venue, IbkrSession session)
{
    /// <summary>The newest ones that an answer or a stream begins with.</summary>
    public const int MaxOrders = 1_000, MaxTrades = 5_000;

    private const int MaxDays = 7;

    public IReadOnlyList<Operation> Operations =>
    [
        new("GET", "/iserver/account/orders", "orders", List),
        new("GET", "/iserver/account/order/status/{orderId}", "order", Status),
        new("GET", "/iserver/account/trades", "executions", Trades),
    ];

    private Answer List(Call call)
    {
        var warm = session.IsWarm;
        session.IsWarm = !call.Flag("force") || !warm;
        if (!warm || call.Flag("force")) return new JsonObject { ["orders"] = new JsonArray(), ["snapshot"] = false };
        var filters = (call.Text("filters") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Where(f => f != "SortByTime").ToList();
        var found = venue.Orders.Reverse().Where(o => filters.Count == 0 || filters.Contains(IbkrTicket.Word(o), StringComparer.OrdinalIgnoreCase)).Take(MaxOrders);
        return new JsonObject { ["orders"] = new JsonArray([.. found.Select(o => (JsonNode)IbkrFormat.Live(settings, ibkr, o))]), ["snapshot"] = true };
    }

    private Answer Status(Call call) => venue.Find(call.Route["orderId"]) is { } order ? IbkrFormat.Status(settings, ibkr, order)
        : throw new AnswerException(new Answer(400, new JsonObject { ["error"] = $"OrderID {call.Route["orderId"]} doesn't exist", ["statusCode"] = "400" }));

    /// <summary>Of today, in UTC, and as many days before it as asked for.</summary>
    private Answer Trades(Call call)
    {
        var days = call.Number("days") ?? 0;
        if (days > MaxDays) throw new AnswerException(new Answer(500, new JsonObject { ["error"] = $"days must be from 0 to {MaxDays.ToString(CultureInfo.InvariantCulture)}" }));
        var from = session.Today.AddDays(-days);
        return new JsonArray([.. venue.Executions.Reverse().Where(e => e.At >= from).Take(MaxTrades).Select(e => (JsonNode)IbkrFormat.Trade(settings, ibkr, e))]);
    }
}
