using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Faults;
using EventSourcedTrading.BrokerFakes.Venues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>What a person or a program in another language sets and sees of a fake, under <c>/fake</c>; no broker has these paths.</summary>
public static class Control
{
    public const string Help = """
        GET    /fake/state    orders, executions, positions, faults that struck, mismatches
        POST   /fake/price    {"symbol":"SPY","price":500,"size":10}; size: what can be traded at it, left out: all
        POST   /fake/fill     {"id":"…","quantity":5,"price":500}: an execution that no price set off
        POST   /fake/market   {"open":false}: closing auction and end of the day; true opens again
        POST   /fake/reject   {"id":"…","reason":"halted"}: the venue rejects an open order
        POST   /fake/faults   {"rules":"dropResponse submit 1, duplicateReport fill 5%"}
        DELETE /fake/faults   no faults from now on
        POST   /fake/release  sends reports that reorderReport holds back, ends what slowCancel keeps
        """;

    public static void Map(IEndpointRouteBuilder routes, FakeServer server)
    {
        routes.MapGet("/fake/state", () => Results.Text(State(server).ToJsonString(), "application/json"));
        Post(routes, "/fake/price", body => server.Venue.SetPrice(Required(body, "symbol"), Amount(body, "price"), body.Amount("size")));
        Post(routes, "/fake/fill", body => server.Venue.Fill(Required(body, "id"), Amount(body, "quantity"), Amount(body, "price")));
        Post(routes, "/fake/reject", body => server.Venue.Reject(Required(body, "id"), body.Text("reason") ?? "rejected by hand"));
        Post(routes, "/fake/faults", body => server.Faults.Add(Required(body, "rules")));
        Post(routes, "/fake/market", body =>
        {
            if (Required(body, "open") == "true") server.Venue.OpenMarket();
            else server.Venue.CloseMarket();
        });
        Post(routes, "/fake/release", _ =>
        {
            lock (server.Venue.Gate)
            {
                server.Feed.Release();
                server.Venue.FinishCancels();
            }
        });
        routes.MapDelete("/fake/faults", () =>
        {
            server.Faults.Clear();
            return Results.NoContent();
        });
    }

    public static JsonObject State(FakeServer server)
    {
        lock (server.Venue.Gate)
        {
            return new JsonObject
            {
                ["broker"] = server.Broker, ["time"] = server.Time.GetUtcNow().ToString("O"), ["marketOpen"] = server.Venue.IsOpen, ["cash"] = server.Venue.Account.Cash,
                ["orders"] = new JsonArray([.. server.Venue.Orders.Select(o => (JsonNode)new JsonObject
                {
                    ["id"] = o.Id, ["clientId"] = o.Ticket.ClientId, ["symbol"] = o.Ticket.Symbol, ["side"] = FaultPoints.Word(o.Ticket.Side), ["quantity"] = o.Ticket.Quantity,
                    ["type"] = FaultPoints.Word(o.Ticket.Type), ["state"] = FaultPoints.Word(o.State), ["filled"] = o.Filled, ["averagePrice"] = o.AveragePrice,
                })]),
                ["executions"] = new JsonArray([.. server.Venue.Executions.Select(e => (JsonNode)new JsonObject
                {
                    ["id"] = e.Id, ["orderId"] = e.OrderId, ["clientId"] = e.ClientId, ["symbol"] = e.Symbol, ["side"] = FaultPoints.Word(e.Side), ["quantity"] = e.Quantity, ["price"] = e.Price, ["fee"] = e.Fee,
                })]),
                ["positions"] = new JsonArray([.. server.Venue.Account.Positions.Select(p => (JsonNode)new JsonObject { ["symbol"] = p.Symbol, ["quantity"] = p.Quantity, ["averagePrice"] = p.AveragePrice })]),
                ["faults"] = new JsonArray([.. server.Faults.Rules.Select(r => (JsonNode)r.ToString())]),
                ["struck"] = new JsonArray([.. server.Faults.Struck.Select(s => (JsonNode)s)]),
                ["calls"] = server.Traffic.Count, ["streams"] = server.Feed.Open, ["checked"] = server.Traffic.IsChecked,
                ["mismatches"] = new JsonArray([.. server.Traffic.Mismatches.Select(m => (JsonNode)m)]),
            };
        }
    }

    private static void Post(IEndpointRouteBuilder routes, string path, Action<JsonNode?> act) => routes.MapPost(path, async (HttpRequest request) =>
    {
        try
        {
            using var reader = new StreamReader(request.Body);
            var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
            act(text.Length == 0 ? null : Fields.Parse(text));
            return Results.NoContent();
        }
        catch (Exception e) when (e is BadCallException or RefusedException or FormatException or JsonException)
        {
            return Results.Problem(e.Message, statusCode: 400);
        }
    });

    private static string Required(JsonNode? body, string name) => body.Text(name) is { Length: > 0 } text ? text : throw new BadCallException($"{name} is missing");

    private static decimal Amount(JsonNode? body, string name) => body.Amount(name) ?? throw new BadCallException($"{name} is missing");
}
