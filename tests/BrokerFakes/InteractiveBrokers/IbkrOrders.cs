using System.Globalization;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Faults;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>Placing, changing and cancelling. What raises questions waits for the replies; only then is there an order.</summary>
public sealed class IbkrOrders(FakeSettings settings, IbkrSettings ibkr, Venue venue, IbkrSession session, FaultPlan faults)
{
    private const int MaxWaiting = 1_000, MaxTogether = 20;

    private readonly Dictionary<string, Waiting> waiting = [];
    private long replies, anonymous;

    /// <summary>A submission or change that waits for answers.</summary>
    private sealed record Waiting(Queue<Question> Questions, Func<Answer> Act);

    public IReadOnlyList<Operation> Operations =>
    [
        new("POST", "/iserver/account/{accountId}/orders", "submit", Submit),
        new("POST", "/iserver/reply/{replyId}", "reply", Reply),
        new("POST", "/iserver/account/{accountId}/orders/whatif", "preview", Preview),
        new("POST", "/iserver/account/{accountId}/order/{orderId}", "replace", Modify),
        new("DELETE", "/iserver/account/{accountId}/order/{orderId}", "cancel", Cancel),
    ];

    private Answer Submit(Call call)
    {
        Ready(call);
        var bodies = Bodies(call.Body);
        foreach (var body in bodies)
        {
            if (body.Text("cOID") is { Length: > 0 } id && venue.FindByClient(id) is not null) return Error($"Local order ID={id} is already registered.");
            _ = IbkrTicket.Read(body, settings, "", client => bodies.Any(b => b.Text("cOID") == client) ? client : venue.FindByClient(client)?.Id);
        }

        if (faults.Strikes(FaultKind.Prompt, "submit")) return Prompt();
        return Ask(() =>
        {
            if (bodies.FirstOrDefault(b => b.Text("cOID") is { } id && venue.FindByClient(id) is not null) is { } taken) return Error($"Local order ID={taken.Text("cOID")} is already registered.");
            var group = bodies.Count > 1 && bodies.All(b => b.Flag("isSingleGroup")) ? $"group-{++anonymous}" : null;
            return new JsonArray([.. bodies.Select(body => (JsonNode)Taken(Place(body, group)))]);
        });
    }

    private Order Place(JsonNode body, string? group)
    {
        var ticket = IbkrTicket.Read(body, settings, $"anonymous-{++anonymous}", client => venue.FindByClient(client)?.Id);
        return venue.Find(venue.Submit(ticket with { Group = ticket.Group ?? group }).Id)!;
    }

    private Answer Modify(Call call)
    {
        Ready(call);
        var old = venue.Find(call.Route["orderId"]);
        if (old is not { IsOpen: true }) return Error($"OrderID {call.Route["orderId"]} doesn't exist");
        var ticket = IbkrTicket.Read(call.Body, settings, old.Ticket.ClientId, client => venue.FindByClient(client)?.Id);
        if (ticket.Symbol != old.Ticket.Symbol || ticket.Side != old.Ticket.Side) return Error("conid and side cannot be modified");
        return Ask(() => new JsonArray(Taken(venue.Modify(old.Id, was => ticket with { ClientId = was.ClientId, Group = was.Group, Parent = was.Parent, Style = was.Style }))));
    }

    private Answer Cancel(Call call)
    {
        Ready(call);
        if (venue.Find(call.Route["orderId"]) is not { IsOpen: true } order) return Error($"OrderID {call.Route["orderId"]} doesn't exist");
        venue.Cancel(order.Id);
        return new JsonObject { ["msg"] = "Request was submitted", ["order_id"] = order.Id, ["conid"] = $"{Listed(order).Conid}", ["account"] = ibkr.Account };
    }

    private Answer Preview(Call call)
    {
        Ready(call);
        var ticket = IbkrTicket.Read(Bodies(call.Body)[0], settings, "", client => venue.FindByClient(client)?.Id);
        var price = ticket.LimitPrice ?? venue.Quote(ticket.Symbol)?.Price ?? 0;
        var (amount, fee) = (price * ticket.Quantity, settings.FeePerShare * ticket.Quantity);
        var (held, change) = (venue.Account[ticket.Symbol].Quantity, ticket.Side == Side.Buy ? ticket.Quantity : -ticket.Quantity);
        var equity = IbkrPortfolio.Equity(venue);
        var margin = IbkrPortfolio.Gross(venue) / 2;
        return new JsonObject
        {
            ["amount"] = new JsonObject { ["amount"] = $"{Figure(amount)} USD ({Figure(ticket.Quantity)} Shares)", ["commission"] = $"{Figure(fee)} USD", ["total"] = $"{Figure(amount + fee)} USD" },
            ["equity"] = Change(equity, -fee), ["initial"] = Change(margin, amount / 2), ["maintenance"] = Change(margin, amount / 2), ["position"] = Change(held, change),
            ["warn"] = amount / 2 > equity - margin ? "Available funds are not sufficient" : "", ["error"] = "",
        };
    }

    private Answer Reply(Call call)
    {
        var id = call.Route["replyId"];
        if (!waiting.Remove(id, out var asked)) return Error($"reply id not found: '{id}'");
        if (!call.Body.Flag("confirmed")) return Error("Order not confirmed ");
        if (faults.Strikes(FaultKind.Prompt, "reply")) return Prompt();
        asked.Questions.Dequeue();
        return Next(asked);
    }

    private Answer Ask(Func<Answer> act) => Next(new Waiting(new Queue<Question>((ibkr.Questions ?? []).Where(q => !session.Suppresses(q))), act));

    private Answer Next(Waiting asked)
    {
        if (asked.Questions.Count == 0) return asked.Act();
        if (waiting.Count == MaxWaiting) waiting.Remove(waiting.Keys.First());
        var id = Ids.Uuid(settings.Seed, "reply", ++replies).ToString();
        waiting.Add(id, asked);
        var question = asked.Questions.Peek();
        return new JsonArray(new JsonObject { ["id"] = id, ["isSuppressed"] = false, ["message"] = new JsonArray(question.Text), ["messageIds"] = new JsonArray(question.MessageId) });
    }

    private void Ready(Call call)
    {
        session.MustBeOurs(call.Route["accountId"]);
        if (!session.KnowsAccounts) throw new AnswerException(new Answer(400, new JsonObject { ["error"] = "Bad Request: Please query /accounts first", ["statusCode"] = "400" }));
    }

    private static List<JsonNode> Bodies(JsonNode? body)
    {
        var orders = body as JsonArray ?? body?["orders"] as JsonArray ?? throw new BadCallException("orders must be an array");
        return orders.Count is 0 or > MaxTogether ? throw new BadCallException($"orders must be from 1 to {MaxTogether}, and are {orders.Count}")
            : [.. orders.Select(o => o?.DeepClone() ?? throw new BadCallException("an order is null"))];
    }

    private Instrument Listed(Order order) => settings.Instruments.First(i => i.Symbol == order.Ticket.Symbol);

    private static JsonObject Taken(Order order) => new() { ["order_id"] = order.Id, ["order_status"] = IbkrTicket.Word(order), ["encrypt_message"] = "1" };

    private static Answer Error(string message) => new JsonObject { ["error"] = message };

    /// <summary>A rejection with choices; the order is not taken.</summary>
    private Answer Prompt() => new JsonObject
    {
        ["orderId"] = 123456789, ["reqId"] = $"{++replies}", ["dismissable"] = new JsonArray(), ["text"] = "Use the Price Management Algo?",
        ["options"] = new JsonArray("Use on this order", "Always use", "Do not use"), ["type"] = "M", ["messageId"] = "p12", ["prompt"] = true,
    };

    private static JsonObject Change(decimal current, decimal change) => new() { ["current"] = Figure(current), ["change"] = Figure(change), ["after"] = Figure(current + change) };

    private static string Figure(decimal value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
